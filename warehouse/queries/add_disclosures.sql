INSERT INTO source_disclosures BY NAME
SELECT * FROM incoming_disclosures
ON CONFLICT (source, fact, value, place) DO UPDATE SET
    quote = CASE WHEN excluded.last_seen_at >= last_seen_at THEN excluded.quote ELSE quote END,
    first_seen_at = least(first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(last_seen_at, excluded.last_seen_at)
