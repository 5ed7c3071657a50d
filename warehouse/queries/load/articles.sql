INSERT INTO articles BY NAME
SELECT
    incoming_articles.* EXCLUDE (position),
    versions.revision,
    $run_id AS run_id,
    $batch_number AS batch_number,
    $loaded_at AS loaded_at
FROM incoming_articles
JOIN versions ON versions.position = incoming_articles.position
WHERE versions.superseded_by IS NULL
