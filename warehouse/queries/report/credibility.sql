WITH counted AS (
    SELECT article_signals.source, count(*) AS articles
    FROM article_signals
    SEMI JOIN (SELECT doc_id FROM articles WHERE $run_id IS NULL OR run_id = $run_id) AS wanted
        ON wanted.doc_id = article_signals.doc_id
    GROUP BY article_signals.source
)
SELECT source_credibility.*, counted.articles
FROM source_credibility
JOIN counted ON counted.source = source_credibility.source
ORDER BY counted.articles DESC, source_credibility.source
