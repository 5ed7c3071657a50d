-- Lines, not templates yet, that $documents versions of one source's articles have, with their number; added to
-- frequent_lines for one part of all lines at a time.
--
-- $second_look: only lines of an article that awaits one.
INSERT INTO frequent_lines
WITH versions AS (
    SELECT doc_id, domain FROM articles WHERE domain IS NOT NULL
    UNION ALL
    SELECT doc_id, domain FROM article_revisions WHERE domain IS NOT NULL
),
touched AS (
    SELECT DISTINCT domain, key
    FROM (
        SELECT versions.domain, unnest(line_keys.keys) AS key
        FROM versions
        JOIN line_keys ON line_keys.doc_id = versions.doc_id
        WHERE NOT $second_look OR versions.doc_id IN (SELECT doc_id FROM cleanings WHERE awaits_second_look)
    )
    WHERE (key & ($parts - 1)) = $part
)
SELECT domain, key, count(*) AS lines
FROM (
    SELECT versions.domain, unnest(line_keys.keys) AS key
    FROM versions
    JOIN line_keys ON line_keys.doc_id = versions.doc_id
)
SEMI JOIN touched USING (domain, key)
ANTI JOIN templates USING (domain, key)
WHERE (key & ($parts - 1)) = $part
GROUP BY domain, key
HAVING lines >= $documents
