DELETE FROM text_parts
WHERE article_id IN (SELECT article_id FROM stale) OR within_article_id IN (SELECT article_id FROM stale)
