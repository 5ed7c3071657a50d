-- Stories whose id begins so, or that have an article whose id does.
SELECT DISTINCT story_id
FROM story_articles
WHERE starts_with(story_id, $id) OR starts_with(article_id, $id)
ORDER BY story_id
LIMIT 4
