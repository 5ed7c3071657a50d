UPDATE maintenances
SET state = 'finished', finished_at = $finished_at, bytes_after = $bytes_after
WHERE maintenance_id = $maintenance_id
