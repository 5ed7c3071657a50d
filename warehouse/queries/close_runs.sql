-- End a run, or every other one that is still running, with the counts of its batches.
UPDATE runs
SET state = $state,
    message = $message,
    bytes_read = $bytes_read,
    finished_at = $finished_at,
    read = counts.read,
    loaded = counts.loaded,
    quarantined = counts.quarantined,
    duplicates = counts.duplicates,
    unchanged = counts.unchanged
FROM (
    SELECT
        runs.run_id,
        coalesce(sum(batches.read), 0) AS read,
        coalesce(sum(batches.loaded), 0) AS loaded,
        coalesce(sum(batches.quarantined), 0) AS quarantined,
        coalesce(sum(batches.duplicates), 0) AS duplicates,
        coalesce(sum(batches.unchanged), 0) AS unchanged
    FROM runs
    LEFT JOIN batches ON batches.run_id = runs.run_id
    WHERE runs.state = 'running' AND (runs.run_id = $run_id) = $this_one
    GROUP BY runs.run_id
) AS counts
WHERE runs.run_id = counts.run_id
