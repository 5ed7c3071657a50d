-- Runs that ended early and that a run over these inputs takes up again: no finished run over theirs has come since.
SELECT run_id
FROM runs
WHERE state IN ('failed', 'interrupted')
    AND list_has_all($inputs::VARCHAR[], inputs)
    AND NOT EXISTS (
        FROM runs AS later
        WHERE later.state = 'finished'
            AND later.started_at > runs.started_at
            AND list_has_all(later.inputs, runs.inputs)
    )
