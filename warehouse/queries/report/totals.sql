SELECT
    count(*) AS articles,
    count(DISTINCT domain) AS sources,
    count(DISTINCT language) AS languages,
    min(published_on) AS first_on,
    max(published_on) AS last_on,
    (SELECT count(*) FROM quarantine WHERE released_at IS NULL) AS quarantined,
    (SELECT count(*) FROM duplicates) AS duplicates,
    (SELECT count(*) FROM near_duplicates) AS near_duplicates,
    (SELECT count(*) FROM article_revisions) AS replaced,
    (SELECT count(*) FROM runs) AS runs,
    (SELECT count(*) FROM stories WHERE source_count > 1) AS stories
FROM articles
