WITH meant AS (
    SELECT doc_id FROM articles WHERE $run_id IS NULL OR run_id = $run_id
    UNION ALL
    SELECT doc_id FROM article_revisions WHERE run_id = $run_id
),
cuts AS (
    SELECT kind, doc_id, rule_id, reason, length(text) AS characters, left(trim(text, E' \n\r\t'), $characters) AS text
    FROM stripped_lines
    SEMI JOIN meant ON meant.doc_id = stripped_lines.doc_id
),
kinds AS (
    SELECT kind, count(*) AS cuts, count(DISTINCT doc_id) AS documents, sum(characters)::BIGINT AS characters
    FROM cuts
    GROUP BY kind
),
examples AS (
    SELECT
        kind,
        text,
        count(*) AS times,
        mode(rule_id) AS rule_id,
        mode(reason) AS reason,
        row_number() OVER (PARTITION BY kind ORDER BY count(*) DESC, text) AS number
    FROM cuts
    GROUP BY kind, text
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
JOIN examples ON examples.kind = kinds.kind AND examples.number <= $examples
ORDER BY kinds.characters DESC, kinds.kind, examples.number
