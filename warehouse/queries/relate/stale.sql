-- Related articles that are withdrawn, or are no more as they were when they were related.
SELECT related_articles.article_id
FROM related_articles
ANTI JOIN articles USING (article_id, doc_id)
