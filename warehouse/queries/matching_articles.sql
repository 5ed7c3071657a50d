-- Versions whose document, and current versions whose article, begins with an id; whole ids before beginnings.
SELECT doc_id, article_id, doc_id = $id OR article_id = $id AS whole
FROM articles
WHERE starts_with(doc_id, $id) OR starts_with(article_id, $id)
UNION ALL
SELECT doc_id, article_id, doc_id = $id
FROM article_revisions
WHERE starts_with(doc_id, $id)
ORDER BY whole DESC, doc_id
LIMIT $limit
