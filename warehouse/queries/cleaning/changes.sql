INSERT INTO reclean_changes BY NAME
SELECT *, $reclean_id AS reclean_id FROM incoming_changes
