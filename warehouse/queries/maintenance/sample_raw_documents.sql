SELECT doc_id, raw_content, raw_facts, content_bytes
FROM quarantine
WHERE raw_content IS NOT NULL AND released_at IS NULL
ORDER BY hash(doc_id || $seed)
LIMIT $limit
