-- Chosen before the documents are read, for a sort that carries them does not fit into memory.
WITH chosen AS MATERIALIZED (
    SELECT rowid AS row_number
    FROM quarantine
    WHERE raw_content IS NOT NULL AND released_at IS NULL
    ORDER BY hash(doc_id || $seed)
    LIMIT $limit
)
SELECT doc_id, raw_content, raw_facts, content_bytes
FROM quarantine
JOIN chosen ON chosen.row_number = quarantine.rowid
