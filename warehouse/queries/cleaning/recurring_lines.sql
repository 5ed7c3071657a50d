-- Of one part of frequent_lines those that $documents articles of one source have, by the place of an article that has
-- the line, so that neighbours are read together.
--
-- An article counts once whatever its revisions, and articles whose longest other line is the same count once, for they
-- tell one story.
WITH versions AS (
    SELECT doc_id, article_id, domain, doc_id AS current FROM articles WHERE domain IS NOT NULL
    UNION ALL
    SELECT doc_id, article_id, domain, NULL FROM article_revisions WHERE domain IS NOT NULL
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
counted AS (
    SELECT
        domain,
        key,
        least(count(DISTINCT article_id), count(DISTINCT CASE WHEN key = longest THEN second ELSE longest END))
            AS documents,
        min(current) AS doc_id
    FROM lines
    SEMI JOIN frequent_lines USING (domain, key)
    WHERE (key & ($parts - 1)) = $part
    GROUP BY domain, key
    HAVING documents >= $documents
)
SELECT counted.domain, counted.key, counted.documents, counted.doc_id
FROM counted
JOIN articles ON articles.doc_id = counted.doc_id
ORDER BY articles.rowid, counted.key
