DELETE FROM line_keys WHERE doc_id IN (SELECT doc_id FROM incoming_line_keys)
