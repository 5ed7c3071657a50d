SELECT doc_id FROM read_before SEMI JOIN (SELECT unnest($wanted::VARCHAR[]) AS doc_id) USING (doc_id)
