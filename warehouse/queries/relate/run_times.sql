SELECT article_id, published_on, fetched_at, loaded_at FROM articles SEMI JOIN wanted USING (article_id)
