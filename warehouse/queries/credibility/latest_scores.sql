SELECT *
FROM source_scores
SEMI JOIN wanted USING (source)
QUALIFY row_number() OVER (PARTITION BY source ORDER BY scored_at DESC) = 1
ORDER BY source
