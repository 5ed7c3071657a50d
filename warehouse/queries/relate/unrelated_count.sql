SELECT count(*) FROM articles ANTI JOIN related_articles USING (article_id)
