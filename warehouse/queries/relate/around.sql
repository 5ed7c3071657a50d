-- Related articles of the days around the new ones, with their stories.
SELECT related_articles.* EXCLUDE (related_at), story_articles.story_id
FROM related_articles
LEFT JOIN story_articles USING (article_id)
WHERE EXISTS (
    SELECT 1 FROM new_days WHERE related_articles.day BETWEEN new_days.day - $days AND new_days.day + $days
)
ORDER BY article_id
