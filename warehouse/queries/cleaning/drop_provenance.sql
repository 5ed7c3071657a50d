DELETE FROM provenance WHERE doc_id IN (SELECT doc_id FROM kept_facts)
