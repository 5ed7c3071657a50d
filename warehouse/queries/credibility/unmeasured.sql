-- Articles whose current text has not been counted by this version of the word lists: new ones, and those that were
-- cleaned anew since. Articles of no known source say nothing about one.
--
-- Which they are is decided before their texts are read: joined by row, only those parts of the table are read that have
-- one of them.
WITH chosen AS MATERIALIZED (
    SELECT rowid AS row_number
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
    ORDER BY row_number
    LIMIT $limit
)
SELECT doc_id, url, domain, agency, language, title, text
FROM articles
JOIN chosen ON chosen.row_number = articles.rowid
