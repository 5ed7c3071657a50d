INSERT INTO templates BY NAME
SELECT
    incoming_templates.*,
    (SELECT coalesce(max(version), 0) + 1 FROM templates) AS version,
    $learned_at AS learned_at
FROM incoming_templates
ORDER BY domain, key
