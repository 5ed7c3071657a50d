-- Current articles, newest first, without the signature, which only the search for copies reads.
SELECT * EXCLUDE (minhash)
FROM articles
WHERE ($source IS NULL OR domain = $source)
  AND ($since IS NULL OR published_on >= $since)
  AND ($until IS NULL OR published_on <= $until)
  AND ($language IS NULL OR language = $language)
ORDER BY published_on DESC NULLS LAST, article_id
LIMIT $limit
