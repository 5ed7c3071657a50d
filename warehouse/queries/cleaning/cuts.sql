SELECT * FROM stripped_lines SEMI JOIN wanted USING (doc_id) ORDER BY doc_id, start_offset
