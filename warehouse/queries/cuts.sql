SELECT * FROM stripped_lines WHERE doc_id = $doc_id ORDER BY start_offset
