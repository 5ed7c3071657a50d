SELECT
    (SELECT count(*) FROM batches) AS examined,
    count(*) AS problems,
    min(problem || coalesce(', run ' || run_id, '') || coalesce(', document ' || doc_id, '')) AS example
FROM ledger_check
