DELETE FROM near_duplicates
WHERE article_id IN (SELECT article_id FROM stale) OR other_article_id IN (SELECT article_id FROM stale)
