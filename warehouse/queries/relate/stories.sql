SELECT stories.*, list(DISTINCT related_articles.source ORDER BY related_articles.source) AS sources
FROM stories
JOIN story_articles USING (story_id)
JOIN related_articles USING (article_id)
WHERE
    stories.source_count >= $least_sources
    AND stories.report_count >= $least_reports
    AND ($since IS NULL OR stories.last_on >= $since)
    AND ($words IS NULL OR contains(lower(stories.title), lower($words)))
    AND starts_with(stories.story_id, $start_of_id)
GROUP BY ALL
ORDER BY stories.last_on DESC, stories.report_count DESC, stories.story_id
LIMIT $limit
