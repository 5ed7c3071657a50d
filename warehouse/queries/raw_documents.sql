SELECT doc_id, raw_content, raw_facts
FROM quarantine
SEMI JOIN wanted USING (doc_id)
WHERE released_at IS NULL
