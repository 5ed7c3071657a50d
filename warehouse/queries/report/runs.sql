WITH versions AS (
    SELECT run_id, revision, published_on, loaded_at, stripped_line_count, extraction_confidence FROM articles
    UNION ALL
    SELECT run_id, revision, published_on, loaded_at, stripped_line_count, extraction_confidence FROM article_revisions
),
loads AS (
    SELECT
        run_id,
        count(*) FILTER (revision > 1) AS revised,
        count(*) FILTER (date_diff('day', published_on, loaded_at::DATE) < 2) AS fresh,
        count(published_on) AS dated,
        sum(stripped_line_count)::BIGINT AS cuts,
        avg(extraction_confidence) AS confidence
    FROM versions
    GROUP BY run_id
),
settled AS (
    SELECT run_id, count(*) AS batches, count(*) FILTER (state = 'held') AS held_batches FROM batches GROUP BY run_id
)
SELECT
    runs.*,
    coalesce(settled.batches, 0) AS batches,
    coalesce(settled.held_batches, 0) AS held_batches,
    coalesce(loads.revised, 0) AS revised,
    coalesce(loads.fresh, 0) AS fresh,
    coalesce(loads.dated, 0) AS dated,
    coalesce(loads.cuts, 0) AS cuts,
    loads.confidence
FROM runs
LEFT JOIN settled ON settled.run_id = runs.run_id
LEFT JOIN loads ON loads.run_id = runs.run_id
WHERE runs.started_at <= (SELECT max(started_at) FROM runs WHERE $run_id IS NULL OR run_id = $run_id)
ORDER BY runs.started_at DESC, runs.run_id DESC
LIMIT $limit
