SELECT
    story_articles.report_number,
    story_articles.because,
    story_articles.likeness,
    related_articles.source,
    related_articles.day,
    related_articles.day_known,
    articles.agency,
    articles.title,
    articles.url,
    articles.article_id
FROM story_articles
JOIN related_articles USING (article_id)
JOIN articles USING (article_id)
WHERE story_articles.story_id = $story_id
ORDER BY story_articles.report_number, related_articles.day, articles.article_id
