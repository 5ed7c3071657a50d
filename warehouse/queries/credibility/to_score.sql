-- Sources of which something changed since they were scored; those of which other articles are own or copies now, or
-- whose articles are gone; every one where the content model is another.
WITH latest AS (
    SELECT * FROM source_scores QUALIFY row_number() OVER (PARTITION BY source ORDER BY scored_at DESC) = 1
),
rates AS (
    SELECT source, name, rate
    FROM (SELECT * EXCLUDE (own_articles, copied_articles, known_articles, other_topics) FROM source_signals)
    UNPIVOT INCLUDE NULLS (rate FOR name IN (* EXCLUDE (source)))
)
SELECT source FROM sources_to_score
UNION
SELECT source FROM latest WHERE model_version <> $model_version
UNION
SELECT latest.source
FROM latest
LEFT JOIN source_signals ON source_signals.source = latest.source
WHERE coalesce(source_signals.own_articles, 0) <> latest.own_articles
    OR coalesce(source_signals.copied_articles, 0) <> latest.copied_articles
UNION
SELECT latest.source
FROM latest
JOIN score_evidence
    ON score_evidence.source = latest.source
    AND score_evidence.scored_at = latest.scored_at
    AND score_evidence.kind = 'signal'
JOIN rates ON rates.source = score_evidence.source AND rates.name = score_evidence.name
WHERE abs(rates.rate - score_evidence.value) > 2e-6 OR (rates.rate IS NULL) <> (score_evidence.value IS NULL)
ORDER BY source
