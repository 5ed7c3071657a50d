-- Templates are learned at the end of a run only, so that those of now are those that the workers had.
INSERT INTO cleanings BY NAME
SELECT DISTINCT
    incoming_articles.doc_id,
    runs.rules_version,
    coalesce(learned.version, 0) AS templates_version,
    $loaded_at AS cleaned_at,
    true AS awaits_second_look
FROM incoming_articles
SEMI JOIN versions ON versions.position = incoming_articles.position
JOIN runs ON runs.run_id = $run_id
LEFT JOIN (SELECT domain, max(version) AS version FROM templates GROUP BY domain) AS learned
    ON learned.domain = incoming_articles.domain
