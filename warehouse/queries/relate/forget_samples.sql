DELETE FROM run_samples WHERE article_id IN (SELECT article_id FROM stale)
