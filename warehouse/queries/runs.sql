SELECT *
FROM runs
WHERE $run_id IS NULL OR run_id = $run_id
ORDER BY started_at DESC, run_id DESC
LIMIT $limit
