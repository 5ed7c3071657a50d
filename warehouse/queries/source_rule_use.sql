-- What one source was stripped of, as stripped_by_rule says it of all.
SELECT
    rule_id,
    kind,
    evidence,
    count(*) AS cuts,
    count(DISTINCT doc_id) AS documents,
    sum(length(text))::BIGINT AS characters,
    mode(trim(text)) AS most_common
FROM stripped_lines
SEMI JOIN (
    SELECT doc_id FROM articles WHERE domain = $domain
    UNION ALL
    SELECT doc_id FROM article_revisions WHERE domain = $domain
) USING (doc_id)
GROUP BY rule_id, kind, evidence
ORDER BY cuts DESC, rule_id
