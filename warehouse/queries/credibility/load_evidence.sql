INSERT INTO score_evidence BY NAME
SELECT *, $scored_at AS scored_at FROM incoming_evidence
