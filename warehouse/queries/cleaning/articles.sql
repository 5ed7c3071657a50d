SELECT articles.*, line_keys.doc_id IS NOT NULL AS has_keys
FROM articles
SEMI JOIN wanted USING (doc_id)
LEFT JOIN line_keys ON line_keys.doc_id = articles.doc_id
ORDER BY articles.doc_id
