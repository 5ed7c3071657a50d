DELETE FROM cleanings WHERE doc_id IN (SELECT doc_id FROM cleaned)
