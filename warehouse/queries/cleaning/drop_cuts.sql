DELETE FROM stripped_lines WHERE doc_id IN (SELECT doc_id FROM kept_facts)
