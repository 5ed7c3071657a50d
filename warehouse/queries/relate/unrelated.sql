-- Articles that were not related yet, the oldest days first. Which they are is told before
-- their texts are read, for a sort that carries texts does not fit into DuckDB's memory.
WITH chosen AS MATERIALIZED (
    SELECT article_id, coalesce(published_on, fetched_at::DATE, loaded_at::DATE) AS day
    FROM articles
    ANTI JOIN related_articles USING (article_id)
    ORDER BY day, article_id
    LIMIT $limit
)
SELECT
    articles.article_id,
    articles.doc_id,
    coalesce(articles.domain, 'publisher: ' || articles.publisher, 'unknown: ' || articles.article_id) AS source,
    articles.language,
    chosen.day,
    articles.published_on IS NOT NULL AS day_known,
    articles.title,
    articles.text,
    articles.minhash
FROM articles
JOIN chosen USING (article_id)
