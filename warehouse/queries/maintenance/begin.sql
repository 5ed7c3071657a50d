-- Again where the step is tried again: the first time counts.
INSERT OR IGNORE INTO maintenances BY NAME
SELECT
    $maintenance_id AS maintenance_id,
    $started_at AS started_at,
    'running' AS state,
    $bytes_before AS bytes_before
