-- Where several articles have one text, the one that was loaded first stands for it.
SELECT
    text_sha256,
    arg_min(doc_id, (loaded_at, doc_id)) AS doc_id,
    arg_min(article_id, (loaded_at, doc_id)) AS article_id,
    arg_min(title, (loaded_at, doc_id)) AS title
FROM articles
SEMI JOIN (SELECT unnest($wanted::VARCHAR[]) AS text_sha256) USING (text_sha256)
GROUP BY text_sha256
