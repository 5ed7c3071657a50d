-- What is shown of found articles, with the passage around the first place that matches, or the opening of the text.
SELECT
    article_id,
    domain AS source,
    published_on,
    language,
    title,
    url,
    substr(text, greatest(length(regexp_extract(text, $before, 1)) - $lead, 1), $passage) AS passage
FROM articles
WHERE article_id IN (SELECT unnest($wanted::VARCHAR[]))
