SELECT read, loaded, quarantined, duplicates, unchanged
FROM batches
WHERE run_id = $run_id AND batch_number = $batch_number
