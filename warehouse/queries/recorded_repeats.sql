-- Where documents were read that had come before in the same run.
SELECT doc_id, origin, origin_row
FROM duplicates
SEMI JOIN (SELECT unnest($wanted::VARCHAR[]) AS doc_id) USING (doc_id)
WHERE doc_id = kept_doc_id
