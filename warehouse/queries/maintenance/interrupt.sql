-- There is one writer at a time, so another maintenance that is still running now was stopped.
UPDATE maintenances SET state = 'interrupted' WHERE state = 'running' AND maintenance_id <> $maintenance_id
