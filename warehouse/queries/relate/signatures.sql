SELECT articles.article_id, articles.minhash
FROM articles
SEMI JOIN related_articles USING (article_id, doc_id)
