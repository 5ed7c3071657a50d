INSERT INTO source_scores BY NAME
SELECT *, $scored_at AS scored_at FROM incoming_scores
