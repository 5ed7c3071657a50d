-- Articles whose current text has not been counted by this version of the word lists: new ones, and those that were
-- cleaned anew since. Articles of no known source say nothing about one.
SELECT doc_id, url, domain, agency, language, title, text
FROM articles
WHERE domain IS NOT NULL
    AND is_article
    AND doc_id NOT IN (
        SELECT article_signals.doc_id
        FROM article_signals
        LEFT JOIN cleanings ON cleanings.doc_id = article_signals.doc_id
        WHERE article_signals.version = $version
            AND (cleanings.cleaned_at IS NULL OR cleanings.cleaned_at <= article_signals.measured_at)
    )
LIMIT $limit
