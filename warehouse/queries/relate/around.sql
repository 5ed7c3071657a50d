-- Related articles of these days, with their stories.
SELECT related_articles.* EXCLUDE (related_at), story_articles.story_id
FROM related_articles
SEMI JOIN wanted USING (day)
LEFT JOIN story_articles USING (article_id)
