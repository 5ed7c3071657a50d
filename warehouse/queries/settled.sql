SELECT doc_id, run_id FROM documents SEMI JOIN (SELECT unnest($wanted::VARCHAR[]) AS doc_id) USING (doc_id)
