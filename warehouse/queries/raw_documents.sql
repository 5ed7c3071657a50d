SELECT doc_id, raw_content, raw_facts, stage <> 'read' AS whole
FROM quarantine
SEMI JOIN (SELECT unnest($wanted::VARCHAR[]) AS doc_id) USING (doc_id)
WHERE released_at IS NULL AND raw_content IS NOT NULL
