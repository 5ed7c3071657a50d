SELECT entry.key AS language, sum(entry.value)::BIGINT AS articles
FROM (
    SELECT unnest(map_entries(languages)) AS entry
    FROM (
        SELECT languages
        FROM batches
        WHERE state = 'loaded' AND cardinality(languages) > 0
        ORDER BY settled_at DESC, run_id DESC, batch_number DESC
        LIMIT $last_batches
    )
)
GROUP BY entry.key
ORDER BY articles DESC, language
