-- Other articles each time, for the seed is another one.
SELECT articles.doc_id, articles.text, articles.text_sha256
FROM articles
SEMI JOIN (SELECT article_id FROM articles ORDER BY hash(article_id || $seed) LIMIT $limit) USING (article_id)
