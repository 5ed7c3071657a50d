SELECT problem, doc_id, expected, found
FROM ledger_check
WHERE $run_id IS NULL OR run_id = $run_id OR run_id IS NULL
ORDER BY ALL
LIMIT $limit
