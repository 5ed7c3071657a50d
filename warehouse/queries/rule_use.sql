SELECT rule_id, kind, evidence, cuts, documents, characters, most_common
FROM stripped_by_rule
ORDER BY cuts DESC, rule_id
