-- Scores that another one took the place of; the score in force stays, however old it is.
CREATE TEMP TABLE going AS
SELECT source AS name, scored_at, replaced_at AS since, 0 AS bytes
FROM (
    SELECT source, scored_at, lead(scored_at) OVER (PARTITION BY source ORDER BY scored_at) AS replaced_at
    FROM source_scores
)
WHERE replaced_at < $older_than
