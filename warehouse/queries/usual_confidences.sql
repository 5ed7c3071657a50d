SELECT domain, avg(extraction_confidence) AS confidence
FROM (
    SELECT domain, extraction_confidence
    FROM articles
    WHERE list_contains($domains, domain) AND extraction_confidence IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY domain ORDER BY loaded_at DESC, doc_id) <= $last_articles
)
GROUP BY domain
HAVING count(*) >= $at_least
ORDER BY domain
