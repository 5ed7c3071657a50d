SELECT doc_id, domain, text FROM articles WHERE $domain IS NULL OR domain = $domain ORDER BY loaded_at, doc_id
