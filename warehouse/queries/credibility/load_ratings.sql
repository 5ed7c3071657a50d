INSERT INTO ratings BY NAME
SELECT *, $imported_at AS imported_at FROM incoming_ratings
