SELECT run_id, entry.key AS language, sum(entry.value)::BIGINT AS articles
FROM (
    SELECT run_id, unnest(map_entries(languages)) AS entry
    FROM batches
    WHERE list_contains($run_ids, run_id)
)
GROUP BY ALL
ORDER BY run_id, articles DESC, language
