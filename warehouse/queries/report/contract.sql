SELECT
    run_id,
    suite,
    expectation,
    arg_max(severity, batch_number) AS severity,
    count(*) AS batches,
    count(*) FILTER (NOT success) AS batches_failed,
    sum(checked)::BIGINT AS checked,
    sum(failed)::BIGINT AS failed,
    arg_max(observed, failed) AS observed,
    arg_max(reason, batch_number) AS reason,
    max(checked_at) AS checked_at
FROM contract_results
SEMI JOIN (
    SELECT run_id
    FROM runs
    WHERE started_at <= (SELECT max(started_at) FROM runs WHERE $run_id IS NULL OR run_id = $run_id)
        AND run_id IN (SELECT run_id FROM contract_results)
    ORDER BY started_at DESC, run_id DESC
    LIMIT $last_runs
) AS wanted ON wanted.run_id = contract_results.run_id
GROUP BY run_id, suite, expectation
ORDER BY run_id, suite, expectation
