-- What a retry settles anew gives its line in the ledger up.
DELETE FROM documents
WHERE doc_id IN (SELECT doc_id FROM fresh_documents)
