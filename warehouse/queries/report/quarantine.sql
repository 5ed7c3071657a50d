-- Which documents are shown is decided before what is told of them is read.
WITH meant AS (
    SELECT rowid AS row_number, stage, reason, doc_id, title IS NULL AS untitled, held, released_at
    FROM quarantine
    WHERE CASE WHEN $run_id IS NULL THEN released_at IS NULL ELSE run_id = $run_id END
),
reasons AS (
    SELECT
        stage,
        reason,
        count(*) AS documents,
        count(*) FILTER (held) AS held_documents,
        count(released_at) AS released_documents,
        arg_min(row_number, (untitled, doc_id, row_number), $examples) AS examples
    FROM meant
    GROUP BY stage, reason
),
shown AS MATERIALIZED (
    SELECT
        documents,
        held_documents,
        released_documents,
        unnest(examples) AS row_number,
        generate_subscripts(examples, 1) AS number
    FROM reasons
)
SELECT
    quarantine.stage,
    quarantine.reason,
    shown.documents,
    shown.held_documents,
    shown.released_documents,
    quarantine.doc_id,
    quarantine.title,
    quarantine.url,
    quarantine.origin,
    quarantine.origin_row,
    quarantine.detail
FROM quarantine
JOIN shown ON shown.row_number = quarantine.rowid
ORDER BY shown.documents DESC, quarantine.stage, quarantine.reason, shown.number
