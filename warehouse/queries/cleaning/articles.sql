-- Joined by row, so that only those parts of the table are read that have one of them.
WITH rows_wanted AS MATERIALIZED (
    SELECT articles.rowid AS row_number FROM articles SEMI JOIN wanted USING (doc_id)
)
SELECT articles.*, counted.doc_id IS NOT NULL AS has_keys
FROM articles
JOIN rows_wanted ON rows_wanted.row_number = articles.rowid
LEFT JOIN (SELECT doc_id FROM line_keys SEMI JOIN wanted USING (doc_id)) AS counted ON counted.doc_id = articles.doc_id
ORDER BY articles.doc_id
