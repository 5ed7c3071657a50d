-- The documents of the batch that get an end now, one row each: those never settled and, in a retry, those that were
-- in quarantine. Of a document that comes twice the first one counts.
CREATE OR REPLACE TEMP TABLE fresh_documents AS
SELECT
    incoming_documents.doc_id,
    min(incoming_documents.position) AS position,
    arg_min(incoming_documents.outcome, incoming_documents.position) AS outcome,
    any_value(quarantine.quarantined_at) AS first_read_at
FROM incoming_documents
LEFT JOIN documents ON documents.doc_id = incoming_documents.doc_id
LEFT JOIN quarantine ON quarantine.doc_id = incoming_documents.doc_id AND quarantine.released_at IS NULL
WHERE documents.doc_id IS NULL OR ($retried AND documents.outcome = 'quarantined')
GROUP BY incoming_documents.doc_id
