SELECT coalesce(sum(len(keys)), 0)::BIGINT
FROM line_keys
WHERE NOT $second_look OR doc_id IN (SELECT doc_id FROM cleanings WHERE awaits_second_look)
