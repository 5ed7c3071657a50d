-- Current articles that were cleaned with other rules or templates than today's, in the order of their loading.
--
-- $second_look: of those that await one, with other templates; a change of rules is not its work.
SELECT articles.doc_id
FROM articles
LEFT JOIN cleanings ON cleanings.doc_id = articles.doc_id
LEFT JOIN (SELECT domain, max(version) AS version FROM templates GROUP BY domain) AS learned
    ON learned.domain = articles.domain
WHERE
    ($domain IS NULL OR articles.domain = $domain)
    AND (NOT $second_look OR cleanings.awaits_second_look)
    AND (
        $everything
        OR (NOT $second_look AND cleanings.rules_version IS DISTINCT FROM $rules_version)
        OR cleanings.templates_version IS DISTINCT FROM coalesce(learned.version, 0)
    )
ORDER BY articles.loaded_at, articles.doc_id
