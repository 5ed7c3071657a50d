-- The current versions that give way to fresh ones.
INSERT INTO article_revisions BY NAME
SELECT articles.*, $loaded_at AS superseded_at, versions.doc_id AS superseded_by
FROM articles
JOIN versions ON versions.supersedes = articles.doc_id
