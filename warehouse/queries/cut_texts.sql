SELECT stripped_lines.rule_id, trim(stripped_lines.text, E'\n ') AS text
FROM stripped_lines
JOIN articles ON articles.doc_id = stripped_lines.doc_id
WHERE $domain IS NULL OR articles.domain = $domain
