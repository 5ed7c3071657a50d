WITH wanted AS (
    SELECT doc_id, domain FROM articles WHERE $run_id IS NULL OR run_id = $run_id
    UNION ALL
    SELECT doc_id, domain FROM article_revisions WHERE run_id = $run_id
),
cuts AS NOT MATERIALIZED (
    SELECT
        wanted.domain,
        stripped_lines.kind,
        length(stripped_lines.text) AS characters,
        left(trim(stripped_lines.text, E' \n\r\t'), $characters) AS text
    FROM stripped_lines
    JOIN wanted ON wanted.doc_id = stripped_lines.doc_id
),
commonest AS (
    SELECT domain, unnest(arg_min({'kind': kind, 'text': text, 'times': times}, (-times, text, kind)))
    FROM (SELECT domain, kind, text, count(*) AS times FROM cuts GROUP BY domain, kind, text)
    GROUP BY domain
),
totals AS (
    SELECT domain, count(*) AS cuts, sum(characters)::BIGINT AS characters FROM cuts GROUP BY domain
),
articles AS (
    SELECT domain, count(*) AS articles FROM wanted GROUP BY domain
)
SELECT
    totals.domain,
    articles.articles,
    totals.cuts,
    totals.characters,
    commonest.kind AS commonest_kind,
    commonest.text AS commonest_text,
    commonest.times
FROM totals
JOIN articles ON articles.domain IS NOT DISTINCT FROM totals.domain
JOIN commonest ON commonest.domain IS NOT DISTINCT FROM totals.domain
ORDER BY totals.characters DESC, totals.domain
