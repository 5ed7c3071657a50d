WITH versions AS (
    SELECT published_on, loaded_at, run_id FROM articles
    UNION ALL
    SELECT published_on, loaded_at, run_id FROM article_revisions
)
SELECT
    CASE
        WHEN published_on IS NULL THEN NULL
        WHEN date_diff('day', published_on, loaded_at::DATE) < 1 THEN 0
        WHEN date_diff('day', published_on, loaded_at::DATE) < 2 THEN 1
        WHEN date_diff('day', published_on, loaded_at::DATE) < 8 THEN 7
        WHEN date_diff('day', published_on, loaded_at::DATE) < 32 THEN 31
        WHEN date_diff('day', published_on, loaded_at::DATE) < 366 THEN 365
        ELSE 366
    END AS days,
    count(*) AS articles
FROM versions
WHERE $run_id IS NULL OR run_id = $run_id
GROUP BY ALL
ORDER BY days NULLS LAST
