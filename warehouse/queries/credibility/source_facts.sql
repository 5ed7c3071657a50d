-- A source that is rated but has no article has facts too: none.
SELECT
    wanted.source,
    coalesce(own_articles, 0) AS own_articles,
    coalesce(copied_articles, 0) AS copied_articles,
    coalesce(known_articles, 0) AS known_articles,
    coalesce(other_topics, 0) AS other_topics,
    source_signals.* EXCLUDE (source, own_articles, copied_articles, known_articles, other_topics)
FROM wanted
LEFT JOIN source_signals ON source_signals.source = wanted.source
ORDER BY wanted.source
