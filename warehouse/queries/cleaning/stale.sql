-- Current articles that were cleaned with other rules or templates than today's, in the order of their loading.
SELECT articles.doc_id
FROM articles
LEFT JOIN cleanings ON cleanings.doc_id = articles.doc_id
LEFT JOIN (SELECT domain, max(version) AS version FROM templates GROUP BY domain) AS learned
    ON learned.domain = articles.domain
WHERE
    ($domain IS NULL OR articles.domain = $domain)
    AND (NOT $of_open_runs OR articles.run_id IN (SELECT run_id FROM runs WHERE state <> 'finished'))
    AND (
        $everything
        OR cleanings.rules_version IS DISTINCT FROM $rules_version
        OR cleanings.templates_version IS DISTINCT FROM coalesce(learned.version, 0)
    )
ORDER BY articles.loaded_at, articles.doc_id
