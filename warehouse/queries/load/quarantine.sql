INSERT INTO quarantine BY NAME
SELECT
    incoming_quarantined.* EXCLUDE (position),
    $run_id AS run_id,
    $batch_number AS batch_number,
    $loaded_at AS quarantined_at
FROM incoming_quarantined
JOIN fresh_documents ON fresh_documents.position = incoming_quarantined.position
