-- A document in quarantine that comes twice in one run is its own duplicate; nothing of it is lost.
CREATE OR REPLACE VIEW orphaned_duplicates AS
SELECT
    duplicates.doc_id,
    duplicates.kept_doc_id,
    documents.outcome AS kept_outcome,
    duplicates.title,
    duplicates.origin,
    duplicates.origin_row
FROM duplicates
JOIN documents ON documents.doc_id = duplicates.kept_doc_id
WHERE documents.outcome <> 'loaded' AND duplicates.doc_id <> duplicates.kept_doc_id
ORDER BY duplicates.doc_id;
COMMENT ON VIEW orphaned_duplicates IS 'Duplicates of another document that was itself not loaded, so that no article has their text.';
COMMENT ON COLUMN orphaned_duplicates.doc_id IS 'The duplicate.';
COMMENT ON COLUMN orphaned_duplicates.kept_doc_id IS 'The document that should stand for both.';
COMMENT ON COLUMN orphaned_duplicates.kept_outcome IS 'What became of that one.';
COMMENT ON COLUMN orphaned_duplicates.title IS 'Headline of the duplicate.';
COMMENT ON COLUMN orphaned_duplicates.origin IS 'File or archive member that the duplicate was read from.';
COMMENT ON COLUMN orphaned_duplicates.origin_row IS 'Line, row or record number in the origin, from 1.';
