SELECT run_id, domain, count(*) AS articles
FROM (
    SELECT run_id, domain FROM articles
    UNION ALL
    SELECT run_id, domain FROM article_revisions
)
WHERE list_contains($run_ids, run_id)
GROUP BY ALL
ORDER BY run_id, articles DESC, domain
