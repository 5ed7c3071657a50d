INSERT OR REPLACE INTO decisions VALUES ($run_id, $reason, $decided_at)
