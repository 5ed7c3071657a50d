-- Which lines are shown is decided by their counts; what is told of them is looked up afterwards.
WITH meant AS (
    SELECT doc_id FROM articles WHERE $run_id IS NULL OR run_id = $run_id
    UNION ALL
    SELECT doc_id FROM article_revisions WHERE run_id = $run_id
),
cuts AS NOT MATERIALIZED (
    SELECT kind, doc_id, rule_id, reason, length(text) AS characters, left(trim(text, E' \n\r\t'), $characters) AS text
    FROM stripped_lines
    SEMI JOIN meant ON meant.doc_id = stripped_lines.doc_id
),
kinds AS (
    SELECT kind, count(*) AS cuts, count(DISTINCT doc_id) AS documents, sum(characters)::BIGINT AS characters
    FROM cuts
    GROUP BY kind
),
shown AS MATERIALIZED (
    SELECT kind, unnest(texts) AS text, generate_subscripts(texts, 1) AS number
    FROM (
        SELECT kind, arg_min(text, (-times, text), $examples) AS texts
        FROM (SELECT kind, text, count(*) AS times FROM cuts GROUP BY kind, text)
        GROUP BY kind
    )
),
examples AS (
    SELECT
        shown.kind,
        shown.text,
        shown.number,
        count(*) AS times,
        mode(cuts.rule_id) AS rule_id,
        mode(cuts.reason) AS reason
    FROM cuts
    JOIN shown ON shown.kind = cuts.kind AND shown.text = cuts.text
    GROUP BY ALL
)
SELECT
    kinds.kind,
    kinds.cuts,
    kinds.documents,
    kinds.characters,
    examples.text,
    examples.times,
    examples.rule_id,
    examples.reason
FROM kinds
JOIN examples ON examples.kind = kinds.kind
ORDER BY kinds.characters DESC, kinds.kind, examples.number
