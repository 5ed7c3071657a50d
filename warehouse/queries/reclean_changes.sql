SELECT rule_id, change, sum(lines)::BIGINT AS lines, min(doc_id) AS doc_id, arg_min(example, doc_id) AS example
FROM reclean_changes
WHERE reclean_id = $reclean_id
GROUP BY rule_id, change
ORDER BY lines DESC, rule_id, change
