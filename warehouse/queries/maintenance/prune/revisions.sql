-- The row stays, so that the books balance and one can see that there was a version; what it said goes with its cuts.
DELETE FROM stripped_lines WHERE doc_id IN (SELECT name FROM going);
DELETE FROM provenance WHERE doc_id IN (SELECT name FROM going);
DELETE FROM line_keys WHERE doc_id IN (SELECT name FROM going);
UPDATE article_revisions
SET text = '', minhash = ''::BLOB, standfirst = NULL, link_urls = [], link_domains = [], link_texts = [],
    image_captions = [], image_credits = [], blocks = NULL
WHERE doc_id IN (SELECT name FROM going)
