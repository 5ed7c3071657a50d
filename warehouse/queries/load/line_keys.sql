INSERT INTO line_keys BY NAME
SELECT DISTINCT ON (doc_id) incoming_line_keys.*
FROM incoming_line_keys
SEMI JOIN versions ON versions.doc_id = incoming_line_keys.doc_id
