-- All pairs that hang together with these articles: theirs, and those of the groups that they are in already.
WITH touched AS (
    SELECT article_id FROM wanted
    UNION
    SELECT article_id
    FROM near_duplicate_groups
    WHERE group_id IN (SELECT group_id FROM near_duplicate_groups SEMI JOIN wanted USING (article_id))
)
SELECT article_id, other_article_id
FROM near_duplicates
WHERE article_id IN (SELECT article_id FROM touched)
ORDER BY ALL
