INSERT INTO cleanings BY NAME
SELECT
    articles.doc_id,
    $rules_version AS rules_version,
    coalesce(learned.version, 0) AS templates_version,
    $cleaned_at AS cleaned_at,
    false AS awaits_second_look
FROM articles
SEMI JOIN cleaned USING (doc_id)
LEFT JOIN (SELECT domain, max(version) AS version FROM templates GROUP BY domain) AS learned
    ON learned.domain = articles.domain
