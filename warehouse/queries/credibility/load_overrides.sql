INSERT INTO score_overrides BY NAME
SELECT *, $loaded_at AS loaded_at FROM incoming_overrides
