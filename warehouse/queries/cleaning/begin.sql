INSERT INTO recleans BY NAME
SELECT
    $reclean_id AS reclean_id,
    $started_at AS started_at,
    NULL AS finished_at,
    'running' AS state,
    $cause AS cause,
    $domain AS domain,
    $rules_version AS rules_version,
    0 AS looked_at,
    0 AS changed,
    0 AS unchanged,
    0 AS refused,
    0 AS lines_cut,
    0 AS lines_kept
