SELECT * FROM provenance SEMI JOIN wanted USING (doc_id)
