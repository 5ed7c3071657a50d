SELECT * FROM source_scores WHERE source = $source ORDER BY scored_at
