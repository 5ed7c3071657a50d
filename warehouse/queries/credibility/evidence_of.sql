SELECT score_evidence.*
FROM score_evidence
SEMI JOIN (
    SELECT source, max(scored_at) AS scored_at FROM source_scores SEMI JOIN wanted USING (source) GROUP BY source
) AS latest ON latest.source = score_evidence.source AND latest.scored_at = score_evidence.scored_at
ORDER BY source, kind, abs(shift) DESC, name
