-- DISTINCT, for a document that came twice in the batch brings its cuts twice.
INSERT INTO stripped_lines BY NAME
SELECT DISTINCT incoming_cuts.*
FROM incoming_cuts
SEMI JOIN versions ON versions.doc_id = incoming_cuts.doc_id
ORDER BY doc_id, start_offset
