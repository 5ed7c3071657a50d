-- A document that came twice in the run is its own duplicate: a row here beside the one end that it has.
INSERT INTO duplicates BY NAME
SELECT
    incoming_duplicates.* EXCLUDE (position),
    $run_id AS run_id,
    $batch_number AS batch_number,
    $loaded_at AS settled_at
FROM incoming_duplicates
LEFT JOIN fresh_documents ON fresh_documents.position = incoming_duplicates.position
WHERE fresh_documents.position IS NOT NULL OR incoming_duplicates.doc_id = incoming_duplicates.kept_doc_id
