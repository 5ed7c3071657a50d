-- Articles whose current version has not been counted by this version of the word lists; articles of no known source
-- say nothing about one.
SELECT doc_id, url, domain, agency, language, title, text
FROM articles
WHERE domain IS NOT NULL
    AND is_article
    AND doc_id NOT IN (SELECT doc_id FROM article_signals WHERE version = $version)
LIMIT $limit
