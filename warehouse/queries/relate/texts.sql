-- Joined by row, so that only those parts of the table are read that have one of them.
WITH rows_wanted AS MATERIALIZED (
    SELECT articles.rowid AS row_number FROM articles SEMI JOIN wanted USING (article_id)
)
SELECT articles.article_id, articles.text
FROM articles
JOIN rows_wanted ON rows_wanted.row_number = articles.rowid
