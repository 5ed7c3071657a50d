INSERT OR REPLACE INTO dismissals
SELECT unnest($doc_ids::VARCHAR[]), $reason, $decided_at
