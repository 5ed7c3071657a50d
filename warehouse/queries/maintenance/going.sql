SELECT
    count(*) AS pruned,
    coalesce(sum(bytes), 0)::BIGINT AS bytes,
    coalesce(list(name ORDER BY since, name)[:5], []) AS examples
FROM going
