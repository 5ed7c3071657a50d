SELECT *, NULL AS superseded_by FROM articles WHERE doc_id = $doc_id
UNION ALL BY NAME
SELECT * EXCLUDE (superseded_at) FROM article_revisions WHERE doc_id = $doc_id
