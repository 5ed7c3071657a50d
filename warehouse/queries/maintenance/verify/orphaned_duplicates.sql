SELECT
    (SELECT count(*) FROM duplicates) AS examined,
    count(*) AS problems,
    min('duplicate ' || doc_id || ' of ' || kept_doc_id || ', which was not loaded') AS example
FROM orphaned_duplicates
