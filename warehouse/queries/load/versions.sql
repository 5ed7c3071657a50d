-- Where each fresh article goes: to articles where superseded_by is null, else behind the version of that name.
--
-- Of several versions in one batch the last one becomes current. A document that waited in quarantine while a newer
-- version of its article was loaded comes late: it is filed behind the current version and does not take its place.
CREATE OR REPLACE TEMP TABLE versions AS
WITH arriving AS (
    SELECT
        incoming_articles.position,
        incoming_articles.article_id,
        incoming_articles.doc_id,
        articles.doc_id AS current_doc_id,
        coalesce(fresh_documents.first_read_at < articles.loaded_at, false) AS late,
        greatest(coalesce(articles.revision, 0), coalesce(earlier.revision, 0)) AS last_revision
    FROM incoming_articles
    JOIN fresh_documents ON fresh_documents.position = incoming_articles.position
    LEFT JOIN articles ON articles.article_id = incoming_articles.article_id
    LEFT JOIN (
        SELECT article_id, max(revision) AS revision FROM article_revisions GROUP BY article_id
    ) AS earlier ON earlier.article_id = incoming_articles.article_id
)
SELECT
    position,
    doc_id,
    CASE WHEN late THEN current_doc_id ELSE lead(doc_id) OVER in_time END AS superseded_by,
    CASE WHEN NOT late AND lag(doc_id) OVER in_time IS NULL THEN current_doc_id END AS supersedes,
    last_revision + row_number() OVER (PARTITION BY article_id ORDER BY position) AS revision
FROM arriving
WINDOW in_time AS (PARTITION BY article_id, late ORDER BY position)
