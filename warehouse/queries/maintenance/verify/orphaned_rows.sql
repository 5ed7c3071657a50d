-- Rows about a document or an article that is not there.
WITH versions AS (
    SELECT doc_id FROM articles
    UNION ALL
    SELECT doc_id FROM article_revisions
),
about_documents AS (
    SELECT 'stripped_lines' AS name, doc_id FROM stripped_lines
    UNION ALL
    SELECT 'provenance', doc_id FROM provenance
    UNION ALL
    SELECT 'line_keys', doc_id FROM line_keys
    UNION ALL
    SELECT 'cleanings', doc_id FROM cleanings
    UNION ALL
    SELECT 'documents, loaded', doc_id FROM documents WHERE outcome = 'loaded'
)
SELECT
    count(*) AS examined,
    count(*) FILTER (versions.doc_id IS NULL) AS problems,
    min('a row of ' || name || ' about ' || about_documents.doc_id || ', which is not there')
        FILTER (versions.doc_id IS NULL) AS example
FROM about_documents
LEFT JOIN versions ON versions.doc_id = about_documents.doc_id
