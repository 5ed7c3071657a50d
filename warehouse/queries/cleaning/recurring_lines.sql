-- Lines, not templates yet, that $documents articles of one source have.
--
-- $second_look: only lines of an article that awaits one.
--
-- An article counts once whatever its revisions, and articles whose longest other line is the same count once, for they
-- tell one story. Counted roughly first: nearly all lines are unique, and distinct counts are dear.
WITH versions AS (
    SELECT doc_id, article_id, domain, run_id, doc_id AS current FROM articles WHERE domain IS NOT NULL
    UNION ALL
    SELECT doc_id, article_id, domain, run_id, NULL FROM article_revisions WHERE domain IS NOT NULL
),
touched AS (
    SELECT DISTINCT versions.domain, unnest(line_keys.keys) AS key
    FROM versions
    JOIN line_keys ON line_keys.doc_id = versions.doc_id
    WHERE NOT $second_look OR versions.doc_id IN (SELECT doc_id FROM cleanings WHERE awaits_second_look)
),
lines AS (
    SELECT
        versions.domain,
        versions.article_id,
        versions.current,
        line_keys.keys[1] AS longest,
        line_keys.keys[2] AS second,
        unnest(line_keys.keys) AS key
    FROM versions
    JOIN line_keys ON line_keys.doc_id = versions.doc_id
),
frequent AS (
    SELECT domain, key
    FROM lines
    SEMI JOIN touched USING (domain, key)
    ANTI JOIN templates USING (domain, key)
    GROUP BY domain, key
    HAVING count(*) >= $documents
)
SELECT
    domain,
    key,
    least(count(DISTINCT article_id), count(DISTINCT CASE WHEN key = longest THEN second ELSE longest END)) AS documents,
    min(current) AS doc_id
FROM lines
SEMI JOIN frequent USING (domain, key)
GROUP BY domain, key
HAVING documents >= $documents AND min(current) IS NOT NULL
ORDER BY domain, key
