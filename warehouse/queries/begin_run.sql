INSERT INTO runs BY NAME
SELECT
    $run_id AS run_id,
    $started_at AS started_at,
    NULL AS finished_at,
    'running' AS state,
    NULL AS message,
    $inputs AS inputs,
    $rules_version AS rules_version,
    0 AS bytes_read,
    0 AS read,
    0 AS loaded,
    0 AS quarantined,
    0 AS duplicates,
    0 AS unchanged
