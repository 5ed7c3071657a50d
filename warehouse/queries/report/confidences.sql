WITH meant AS (
    SELECT domain, title, url, extraction_confidence
    FROM articles
    WHERE extraction_confidence IS NOT NULL AND ($run_id IS NULL OR run_id = $run_id)
    UNION ALL
    SELECT domain, title, url, extraction_confidence
    FROM article_revisions
    WHERE extraction_confidence IS NOT NULL AND run_id = $run_id
)
SELECT
    domain,
    count(*) AS articles,
    avg(extraction_confidence) AS confidence,
    min(extraction_confidence) AS lowest,
    arg_min(title, (extraction_confidence, url)) AS lowest_title,
    arg_min(url, (extraction_confidence, url)) AS lowest_url
FROM meant
GROUP BY domain
ORDER BY confidence, domain
