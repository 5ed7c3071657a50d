CREATE TEMP TABLE going AS
SELECT doc_id AS name, superseded_at AS since, strlen(text) AS bytes
FROM article_revisions
WHERE text <> '' AND superseded_at < $older_than
