-- Raw documents that are old. Those of held batches wait for a person's decision, however long that takes.
CREATE TEMP TABLE going AS
SELECT doc_id AS name, run_id, batch_number, quarantined_at AS since,
    octet_length(raw_content) + strlen(raw_facts) AS bytes
FROM quarantine
WHERE raw_content IS NOT NULL AND (NOT held OR run_id IN (SELECT run_id FROM decisions)) AND quarantined_at < $older_than
