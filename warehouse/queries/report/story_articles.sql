SELECT
    story_articles.story_id,
    story_articles.report_number,
    story_articles.because,
    related_articles.source,
    articles.agency,
    articles.title,
    articles.url
FROM story_articles
JOIN related_articles ON related_articles.article_id = story_articles.article_id
JOIN articles ON articles.article_id = story_articles.article_id
WHERE list_contains($story_ids, story_articles.story_id)
ORDER BY story_articles.story_id, story_articles.report_number, related_articles.day, articles.article_id
