-- Related articles that are withdrawn, or are no more as they were when they were related: revised, cleaned again,
-- or dated by another day.
SELECT related_articles.article_id
FROM related_articles
LEFT JOIN articles
    ON articles.article_id = related_articles.article_id
    AND articles.doc_id = related_articles.doc_id
LEFT JOIN cleanings ON cleanings.doc_id = articles.doc_id
WHERE articles.article_id IS NULL
    OR cleanings.cleaned_at > related_articles.related_at
    OR related_articles.day IS DISTINCT FROM coalesce(articles.published_on, articles.fetched_at::DATE, articles.loaded_at::DATE)
