WITH meant AS (
    SELECT domain, publisher, language, word_count, published_on, revision
    FROM articles
    WHERE $run_id IS NULL OR run_id = $run_id
    UNION ALL
    SELECT domain, publisher, language, word_count, published_on, revision
    FROM article_revisions
    WHERE run_id = $run_id
)
SELECT
    domain,
    mode(publisher) AS publisher,
    count(*) AS articles,
    count(*) FILTER (revision > 1) AS revised,
    mode(language) AS main_language,
    median(word_count)::DOUBLE AS median_words,
    max(published_on) AS newest_on
FROM meant
GROUP BY domain
ORDER BY articles DESC, domain
