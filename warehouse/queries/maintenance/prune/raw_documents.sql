UPDATE quarantine
SET raw_content = NULL, raw_facts = NULL
WHERE (doc_id, run_id, batch_number) IN (SELECT (name, run_id, batch_number) FROM going)
