INSERT INTO articles BY NAME
SELECT incoming_articles.*, kept_facts.* EXCLUDE (doc_id)
FROM incoming_articles
JOIN kept_facts ON kept_facts.doc_id = incoming_articles.doc_id
