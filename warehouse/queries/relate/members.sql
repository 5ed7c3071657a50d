-- The articles of these stories with all that their reports are compared by.
SELECT
    story_articles.story_id,
    story_articles.article_id,
    story_articles.likeness,
    related_articles.source,
    related_articles.language,
    coalesce(articles.published_on, articles.fetched_at::DATE) AS day,
    articles.agency,
    articles.title,
    articles.published_on,
    articles.fetched_at,
    articles.loaded_at,
    near_duplicate_groups.group_id
FROM story_articles
SEMI JOIN wanted USING (story_id)
JOIN related_articles USING (article_id)
JOIN articles USING (article_id)
LEFT JOIN near_duplicate_groups USING (article_id)
