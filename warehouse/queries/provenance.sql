SELECT * FROM provenance WHERE doc_id = $doc_id ORDER BY line_number NULLS FIRST, kind, value
