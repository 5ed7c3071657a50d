SELECT
    article_id,
    published_on,
    fetched_at,
    loaded_at,
    coalesce(domain, 'unknown: ' || article_id) AS source,
    agency,
    coalesce(link_domains, []) AS link_domains
FROM articles
SEMI JOIN wanted USING (article_id)
