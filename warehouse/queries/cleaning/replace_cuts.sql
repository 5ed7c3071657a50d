INSERT INTO stripped_lines BY NAME
SELECT DISTINCT incoming_cuts.*
FROM incoming_cuts
SEMI JOIN kept_facts ON kept_facts.doc_id = incoming_cuts.doc_id
ORDER BY doc_id, start_offset
