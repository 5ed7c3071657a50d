-- What a retry settles anew leaves quarantine; the row stays as history, without the raw document.
UPDATE quarantine
SET released_at = $loaded_at, released_run_id = $run_id, raw_content = NULL, raw_facts = NULL
WHERE released_at IS NULL AND doc_id IN (SELECT doc_id FROM fresh_documents)
