WITH meant AS (
    SELECT published_on, loaded_at FROM articles WHERE $run_id IS NULL OR run_id = $run_id
    UNION ALL
    SELECT published_on, loaded_at FROM article_revisions WHERE run_id = $run_id
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
FROM meant
GROUP BY ALL
ORDER BY days NULLS LAST
