-- Sources of which something changed since they were scored; those of which other articles count as copies now; every
-- one where the content model is another.
WITH latest AS (
    SELECT * FROM source_scores QUALIFY row_number() OVER (PARTITION BY source ORDER BY scored_at DESC) = 1
)
SELECT source FROM sources_to_score
UNION
SELECT source FROM latest WHERE model_version <> $model_version
UNION
SELECT latest.source
FROM latest
JOIN source_signals ON source_signals.source = latest.source
WHERE source_signals.own_articles <> latest.own_articles OR source_signals.copied_articles <> latest.copied_articles
ORDER BY source
