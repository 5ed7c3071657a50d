DELETE FROM story_articles WHERE article_id IN (SELECT article_id FROM stale)
