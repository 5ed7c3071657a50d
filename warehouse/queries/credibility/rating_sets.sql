SELECT
    ratings.rating_set,
    list_sort(list(DISTINCT ratings.family)) AS families,
    count(*) AS ratings,
    count(*) FILTER (source IN (SELECT source FROM article_signals)) AS with_articles,
    max(ratings.rated_on) AS rated_on,
    any_value(ratings.licence) AS licence,
    any_value(ratings.link) AS link,
    any_value(imports.origin) AS origin,
    any_value(imports.refused) AS refused,
    max(ratings.imported_at) AS imported_at
FROM ratings
LEFT JOIN (
    SELECT * FROM rating_imports QUALIFY row_number() OVER (PARTITION BY rating_set ORDER BY imported_at DESC) = 1
) AS imports USING (rating_set)
GROUP BY ratings.rating_set
ORDER BY ratings.rating_set
