-- Articles that were not related yet, the oldest days first. Which they are is told before their texts are read, for a
-- sort that carries texts does not fit into DuckDB's memory. They are joined by row, so that only those parts of the
-- table are read that have one: few, where articles are loaded day by day.
WITH chosen AS MATERIALIZED (
    SELECT
        articles.rowid AS row_number,
        coalesce(articles.published_on, articles.fetched_at::DATE, articles.loaded_at::DATE) AS day
    FROM articles
    ANTI JOIN related_articles USING (article_id)
    ORDER BY day, articles.article_id
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
JOIN chosen ON chosen.row_number = articles.rowid
