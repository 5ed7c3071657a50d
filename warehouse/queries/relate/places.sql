SELECT article_id, story_id FROM story_articles SEMI JOIN wanted USING (article_id)
