SELECT language, count(*) AS articles
FROM (
    SELECT language FROM articles WHERE $run_id IS NULL OR run_id = $run_id
    UNION ALL
    SELECT language FROM article_revisions WHERE run_id = $run_id
)
GROUP BY language
ORDER BY articles DESC, language
