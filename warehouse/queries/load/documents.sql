INSERT INTO documents BY NAME
SELECT doc_id, outcome, $run_id AS run_id, $batch_number AS batch_number, $loaded_at AS settled_at
FROM fresh_documents
