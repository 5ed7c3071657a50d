-- Articles that were not related yet, the oldest day first.
SELECT
    article_id,
    doc_id,
    coalesce(domain, 'publisher: ' || publisher, 'unknown: ' || article_id) AS source,
    language,
    coalesce(published_on, fetched_at::DATE, loaded_at::DATE) AS day,
    published_on IS NOT NULL OR fetched_at IS NOT NULL AS day_known,
    title,
    text,
    minhash
FROM articles
ANTI JOIN related_articles USING (article_id)
ORDER BY day, article_id
LIMIT $limit
