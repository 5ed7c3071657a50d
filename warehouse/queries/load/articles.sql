MERGE INTO articles
USING (
    SELECT
        incoming_articles.* EXCLUDE (position),
        versions.revision,
        $run_id AS run_id,
        $batch_number AS batch_number,
        $loaded_at AS loaded_at
    FROM incoming_articles
    JOIN versions ON versions.position = incoming_articles.position
    WHERE versions.superseded_by IS NULL
) AS incoming USING (article_id)
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME
