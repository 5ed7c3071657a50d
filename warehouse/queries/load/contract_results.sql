INSERT INTO contract_results BY NAME
SELECT *, $run_id AS run_id, $batch_number AS batch_number, $loaded_at AS checked_at
FROM incoming_results
