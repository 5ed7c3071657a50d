MERGE INTO documents
USING (
    SELECT
        doc_id,
        outcome,
        $run_id AS run_id,
        $batch_number AS batch_number,
        $loaded_at AS settled_at
    FROM fresh_documents
) AS settled USING (doc_id)
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME
