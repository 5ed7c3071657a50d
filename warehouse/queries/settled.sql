SELECT doc_id, run_id FROM documents SEMI JOIN wanted USING (doc_id)
