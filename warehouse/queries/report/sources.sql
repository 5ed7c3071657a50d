WITH versions AS (
    SELECT domain, publisher, language, word_count, published_on, revision, run_id FROM articles
    UNION ALL
    SELECT domain, publisher, language, word_count, published_on, revision, run_id FROM article_revisions
)
SELECT
    domain,
    mode(publisher) AS publisher,
    count(*) AS articles,
    count(*) FILTER (revision > 1) AS revised,
    mode(language) AS main_language,
    median(word_count)::DOUBLE AS median_words,
    max(published_on) AS newest_on
FROM versions
WHERE $run_id IS NULL OR run_id = $run_id
GROUP BY domain
ORDER BY articles DESC, domain
