SELECT *
FROM source_credibility
WHERE own_articles + copied_articles >= $min_articles
    AND ($status IS NULL OR status = $status)
ORDER BY own_articles DESC, source
LIMIT $limit
