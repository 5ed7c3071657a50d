SELECT run_id, started_at, state, documents, message
FROM waiting
ORDER BY started_at, run_id, state
