-- An article that is nearly the text of one that another source ran before is no more the source's own than an agency's.

CREATE OR REPLACE VIEW copied_articles AS
WITH grouped AS (
    SELECT
        article_signals.doc_id,
        article_signals.source,
        article_signals.copied_from,
        first_value(article_signals.source)
            OVER (PARTITION BY near_duplicate_groups.group_id ORDER BY near_duplicate_groups.position) AS first_source
    FROM near_duplicate_groups
    JOIN articles ON articles.article_id = near_duplicate_groups.article_id
    JOIN article_signals ON article_signals.doc_id = articles.doc_id
)
SELECT doc_id, copied_from
FROM article_signals
WHERE copied_from IS NOT NULL
UNION ALL
SELECT doc_id, first_source
FROM grouped
WHERE copied_from IS NULL AND source <> first_source;
COMMENT ON VIEW copied_articles IS 'Articles that are not the source''s own and are held neither for nor against it: agency reports, and near-duplicates of what another source ran first.';
COMMENT ON COLUMN copied_articles.doc_id IS 'The document.';
COMMENT ON COLUMN copied_articles.copied_from IS 'Whose report it is: an agency, or the source that ran it first.';
