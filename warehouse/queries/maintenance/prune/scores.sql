DELETE FROM score_evidence WHERE (source, scored_at) IN (SELECT (name, scored_at) FROM going);
DELETE FROM source_scores WHERE (source, scored_at) IN (SELECT (name, scored_at) FROM going)
