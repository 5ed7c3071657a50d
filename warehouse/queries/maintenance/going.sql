SELECT
    count(*) AS pruned,
    coalesce(sum(bytes), 0)::BIGINT AS bytes,
    coalesce(arg_min(name, (since, name), 5), []) AS examples
FROM going
