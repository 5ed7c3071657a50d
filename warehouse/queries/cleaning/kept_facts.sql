-- What an article keeps when it is cleaned anew: when and how it came in.
CREATE OR REPLACE TEMP TABLE kept_facts AS
SELECT doc_id, revision, run_id, batch_number, loaded_at
FROM articles
SEMI JOIN incoming_articles USING (doc_id)
