-- What the documents loaded now disclose about their sources, added to what is known. A document is loaded once, so that
-- nothing is counted twice; times only widen, so that the order of documents does not matter.
INSERT INTO source_disclosures BY NAME
SELECT
    incoming_articles.domain AS source,
    incoming_disclosures.fact,
    incoming_disclosures.value,
    incoming_disclosures.place,
    arg_max(incoming_disclosures.quote, coalesce(incoming_articles.fetched_at, $loaded_at)) AS quote,
    min(coalesce(incoming_articles.fetched_at, $loaded_at)) AS first_seen_at,
    max(coalesce(incoming_articles.fetched_at, $loaded_at)) AS last_seen_at,
    count(DISTINCT incoming_articles.doc_id) AS documents
FROM incoming_disclosures
JOIN incoming_articles ON incoming_articles.doc_id = incoming_disclosures.doc_id
JOIN versions ON versions.position = incoming_articles.position
WHERE incoming_articles.domain IS NOT NULL
GROUP BY
    incoming_articles.domain,
    incoming_disclosures.fact,
    incoming_disclosures.value,
    incoming_disclosures.place
ON CONFLICT (source, fact, value, place) DO UPDATE SET
    quote = CASE WHEN excluded.last_seen_at >= last_seen_at THEN excluded.quote ELSE quote END,
    first_seen_at = least(first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(last_seen_at, excluded.last_seen_at),
    documents = documents + excluded.documents
