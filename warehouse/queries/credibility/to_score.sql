-- Sources of which something changed since they were scored; every one where the content model is another.
SELECT source FROM sources_to_score
UNION
SELECT source FROM (
    SELECT * FROM source_scores QUALIFY row_number() OVER (PARTITION BY source ORDER BY scored_at DESC) = 1
)
WHERE model_version <> $model_version
ORDER BY source
