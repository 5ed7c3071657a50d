-- Documents that new templates cannot change are clean unseen: they have none of those lines, or none that is not cut.
--
-- What an inline rule left of a line may be a new template too; such a one is found when rules change.
UPDATE cleanings
SET templates_version = learned.version
FROM (SELECT domain, max(version) AS version FROM templates GROUP BY domain) AS learned, articles
WHERE
    articles.doc_id = cleanings.doc_id
    AND articles.domain = learned.domain
    AND (NOT $second_look OR cleanings.awaits_second_look)
    AND cleanings.rules_version = $rules_version
    AND cleanings.templates_version < learned.version
    AND cleanings.doc_id NOT IN (
        SELECT marked.doc_id
        FROM (
            SELECT
                articles.doc_id,
                articles.domain,
                cleanings.templates_version,
                line_keys.cut_keys,
                unnest(line_keys.keys) AS key
            FROM articles
            JOIN cleanings ON cleanings.doc_id = articles.doc_id
            JOIN line_keys ON line_keys.doc_id = articles.doc_id
            WHERE NOT $second_look OR cleanings.awaits_second_look
        ) AS marked
        JOIN templates
            ON templates.domain = marked.domain
            AND templates.key = marked.key
            AND templates.version > marked.templates_version
        WHERE NOT list_contains(marked.cut_keys, marked.key)
    )
