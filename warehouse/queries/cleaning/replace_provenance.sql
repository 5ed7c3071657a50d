INSERT INTO provenance BY NAME
SELECT DISTINCT incoming_provenance.*
FROM incoming_provenance
SEMI JOIN kept_facts ON kept_facts.doc_id = incoming_provenance.doc_id
ORDER BY doc_id, line_number, kind, value
