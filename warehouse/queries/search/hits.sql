-- How often a word stands in the articles that are wanted. A pattern has to be the same for all rows: DuckDB compiles one
-- that differs by row for each row anew, a hundred times as slow. The loose pattern saves the rare word's closer look.
SELECT
    article_id,
    len(regexp_extract_all(text, $exact)) AS in_text,
    len(regexp_extract_all(coalesce(title, ''), $exact)) AS in_title
FROM articles
WHERE (regexp_matches(text, $loose) OR regexp_matches(title, $loose))
  AND ($language IS NULL OR language = $language)
  AND ($source IS NULL OR domain = $source)
  AND ($since IS NULL OR published_on >= $since)
