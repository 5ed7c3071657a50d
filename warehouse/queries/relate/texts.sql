SELECT article_id, text FROM articles SEMI JOIN wanted USING (article_id)
