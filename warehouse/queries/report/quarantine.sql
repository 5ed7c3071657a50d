WITH meant AS (
    SELECT stage, reason, doc_id, title, url, origin, origin_row, detail, held, released_at
    FROM quarantine
    WHERE CASE WHEN $run_id IS NULL THEN released_at IS NULL ELSE run_id = $run_id END
),
numbered AS (
    SELECT
        *,
        count(*) OVER reasons AS documents,
        count(*) FILTER (held) OVER reasons AS held_documents,
        count(released_at) OVER reasons AS released_documents,
        row_number() OVER (PARTITION BY stage, reason ORDER BY title IS NULL, doc_id) AS number
    FROM meant
    WINDOW reasons AS (PARTITION BY stage, reason)
)
SELECT *
FROM numbered
WHERE number <= $examples
ORDER BY documents DESC, stage, reason, number
