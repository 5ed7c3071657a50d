-- Moments beside dates; what articles link to and show. Lists in the article's row: they are written with it, come and
-- go with its revisions, and cost no row of their own.
--
-- The tables are made anew: a list column that is added to a filled table, or declared not null, has DuckDB 2.0 write all
-- of its columns again, minutes for 20,000 articles where a copy takes seconds.

CREATE TABLE new_articles (
    article_id VARCHAR PRIMARY KEY,
    doc_id VARCHAR NOT NULL,
    url VARCHAR,
    domain VARCHAR,
    site_name VARCHAR,
    publisher VARCHAR,
    agency VARCHAR,
    title VARCHAR,
    authors VARCHAR[] NOT NULL,
    published_on DATE,
    modified_on DATE,
    dateline VARCHAR,
    text VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    language_confidence DOUBLE,
    language_by VARCHAR NOT NULL,
    language_reason VARCHAR,
    word_count BIGINT NOT NULL,
    sentence_count BIGINT NOT NULL,
    stripped_line_count BIGINT NOT NULL,
    stripped_char_count BIGINT NOT NULL,
    is_article BOOLEAN NOT NULL,
    article_reason VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    minhash BLOB NOT NULL,
    input_id VARCHAR,
    media_type VARCHAR NOT NULL,
    extractor VARCHAR NOT NULL,
    repairs VARCHAR[] NOT NULL,
    fetched_at TIMESTAMPTZ,
    origin VARCHAR NOT NULL,
    origin_row BIGINT,
    revision INTEGER NOT NULL,
    run_id VARCHAR NOT NULL,
    batch_number INTEGER NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL,
    standfirst VARCHAR,
    organisation_authors VARCHAR[] DEFAULT [] NOT NULL,
    section VARCHAR,
    tags VARCHAR[] DEFAULT [] NOT NULL,
    is_opinion BOOLEAN,
    is_sponsored BOOLEAN,
    is_paywalled BOOLEAN,
    published_at TIMESTAMPTZ,
    modified_at TIMESTAMPTZ,
    link_urls VARCHAR[] DEFAULT [] NOT NULL,
    link_domains VARCHAR[] DEFAULT [] NOT NULL,
    link_texts VARCHAR[] DEFAULT [] NOT NULL,
    image_captions VARCHAR[] DEFAULT [] NOT NULL,
    image_credits VARCHAR[] DEFAULT [] NOT NULL
);
INSERT INTO new_articles BY NAME FROM articles;
DROP TABLE articles;
ALTER TABLE new_articles RENAME TO articles;

COMMENT ON TABLE articles IS 'The current revision of every accepted article, one row each.';
COMMENT ON COLUMN articles.article_id IS 'Identity of the article over its revisions: from its canonical URL, else from the document.';
COMMENT ON COLUMN articles.doc_id IS 'The document, that is this version of the article; key to stripped_lines and provenance.';
COMMENT ON COLUMN articles.url IS 'Canonical URL: the one the page names, else the one the input gave.';
COMMENT ON COLUMN articles.domain IS 'Registered domain of the source, such as bbc.co.uk.';
COMMENT ON COLUMN articles.site_name IS 'Name of the site as the page gives it.';
COMMENT ON COLUMN articles.publisher IS 'Who published it, as read from the page and from stripped lines.';
COMMENT ON COLUMN articles.agency IS 'News agency that the report comes from, where the text says so.';
COMMENT ON COLUMN articles.title IS 'Headline; it is not part of the text.';
COMMENT ON COLUMN articles.authors IS 'Names of the authors, in the order of the page.';
COMMENT ON COLUMN articles.published_on IS 'Date of publication.';
COMMENT ON COLUMN articles.modified_on IS 'Date of the last change that the page names.';
COMMENT ON COLUMN articles.dateline IS 'Place and agency at the head of the text, such as PARIS (AP).';
COMMENT ON COLUMN articles.text IS 'The main text, without junk lines.';
COMMENT ON COLUMN articles.language IS 'ISO 639-1 code as langdetect names it; und where it cannot be told.';
COMMENT ON COLUMN articles.language_confidence IS 'How sure the identifier was, 0 to 1.';
COMMENT ON COLUMN articles.language_by IS 'Who told the language: langdetect, py3langid, or none.';
COMMENT ON COLUMN articles.language_reason IS 'Why the language is und; null where it is known.';
COMMENT ON COLUMN articles.word_count IS 'Words of the main text.';
COMMENT ON COLUMN articles.sentence_count IS 'Sentences of the main text.';
COMMENT ON COLUMN articles.stripped_line_count IS 'Cuts made in the document, the rows of stripped_lines.';
COMMENT ON COLUMN articles.stripped_char_count IS 'Characters cut from the document.';
COMMENT ON COLUMN articles.is_article IS 'Whether the document reads as a news article.';
COMMENT ON COLUMN articles.article_reason IS 'The fact that decided article or not.';
COMMENT ON COLUMN articles.text_sha256 IS 'Hex digest of the normalised main text; equal for exact duplicates.';
COMMENT ON COLUMN articles.minhash IS 'MinHash signature of the main text: 256 permutations, little-endian uint32.';
COMMENT ON COLUMN articles.input_id IS 'Id that the input gave the document.';
COMMENT ON COLUMN articles.media_type IS 'What the document was read as: text/plain or text/html.';
COMMENT ON COLUMN articles.extractor IS 'What made the main text from it.';
COMMENT ON COLUMN articles.repairs IS 'What decoding mended.';
COMMENT ON COLUMN articles.fetched_at IS 'When the document was fetched, as the input says (UTC).';
COMMENT ON COLUMN articles.origin IS 'File or archive member that it was read from, relative to the input.';
COMMENT ON COLUMN articles.origin_row IS 'Line, row or record number in the origin, from 1; null where the origin is the document.';
COMMENT ON COLUMN articles.revision IS 'Number of this version among those of the article, from 1, in the order of loading.';
COMMENT ON COLUMN articles.run_id IS 'The run that loaded it.';
COMMENT ON COLUMN articles.batch_number IS 'The batch of that run.';
COMMENT ON COLUMN articles.loaded_at IS 'When it was loaded (UTC).';
COMMENT ON COLUMN articles.standfirst IS 'What stands between headline and main text and sums the article up; no part of the text.';
COMMENT ON COLUMN articles.organisation_authors IS 'Agencies, desks and outlets that the page names as author; people are under authors.';
COMMENT ON COLUMN articles.section IS 'The outlet''s section, as the page declares it.';
COMMENT ON COLUMN articles.tags IS 'Keywords, as the page declares them.';
COMMENT ON COLUMN articles.is_opinion IS 'Whether the page declares itself opinion or analysis; null where it says nothing.';
COMMENT ON COLUMN articles.is_sponsored IS 'Whether the page declares itself sponsored or advertising; null where it says nothing.';
COMMENT ON COLUMN articles.is_paywalled IS 'Whether the page declares that it is not free to read; null where it says nothing.';
COMMENT ON COLUMN articles.published_at IS 'When it was published (UTC), where the page gives a time and an offset; published_on is the day as it is written there.';
COMMENT ON COLUMN articles.modified_at IS 'When it was last changed (UTC), where the page gives a time and an offset.';
COMMENT ON COLUMN articles.link_urls IS 'Links from the main text to other sites, canonical, in order, each once; see article_links.';
COMMENT ON COLUMN articles.link_domains IS 'Registered domains of link_urls, one for each.';
COMMENT ON COLUMN articles.link_texts IS 'Words of link_urls, one for each.';
COMMENT ON COLUMN articles.image_captions IS 'Captions of the pictures in the main text and just before it, credits included; see article_images.';
COMMENT ON COLUMN articles.image_credits IS 'Credits of image_captions, one for each; empty where the page does not mark it.';

CREATE TABLE new_article_revisions (
    article_id VARCHAR NOT NULL,
    doc_id VARCHAR NOT NULL,
    url VARCHAR,
    domain VARCHAR,
    site_name VARCHAR,
    publisher VARCHAR,
    agency VARCHAR,
    title VARCHAR,
    authors VARCHAR[] NOT NULL,
    published_on DATE,
    modified_on DATE,
    dateline VARCHAR,
    text VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    language_confidence DOUBLE,
    language_by VARCHAR NOT NULL,
    language_reason VARCHAR,
    word_count BIGINT NOT NULL,
    sentence_count BIGINT NOT NULL,
    stripped_line_count BIGINT NOT NULL,
    stripped_char_count BIGINT NOT NULL,
    is_article BOOLEAN NOT NULL,
    article_reason VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    minhash BLOB NOT NULL,
    input_id VARCHAR,
    media_type VARCHAR NOT NULL,
    extractor VARCHAR NOT NULL,
    repairs VARCHAR[] NOT NULL,
    fetched_at TIMESTAMPTZ,
    origin VARCHAR NOT NULL,
    origin_row BIGINT,
    revision INTEGER NOT NULL,
    run_id VARCHAR NOT NULL,
    batch_number INTEGER NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL,
    superseded_at TIMESTAMPTZ NOT NULL,
    superseded_by VARCHAR NOT NULL,
    standfirst VARCHAR,
    organisation_authors VARCHAR[] DEFAULT [] NOT NULL,
    section VARCHAR,
    tags VARCHAR[] DEFAULT [] NOT NULL,
    is_opinion BOOLEAN,
    is_sponsored BOOLEAN,
    is_paywalled BOOLEAN,
    published_at TIMESTAMPTZ,
    modified_at TIMESTAMPTZ,
    link_urls VARCHAR[] DEFAULT [] NOT NULL,
    link_domains VARCHAR[] DEFAULT [] NOT NULL,
    link_texts VARCHAR[] DEFAULT [] NOT NULL,
    image_captions VARCHAR[] DEFAULT [] NOT NULL,
    image_credits VARCHAR[] DEFAULT [] NOT NULL
);
INSERT INTO new_article_revisions BY NAME FROM article_revisions;
DROP TABLE article_revisions;
ALTER TABLE new_article_revisions RENAME TO article_revisions;

COMMENT ON TABLE article_revisions IS 'Earlier revisions of articles, kept word for word; their cuts stay in stripped_lines, their provenance in provenance.';
COMMENT ON COLUMN article_revisions.article_id IS 'Identity of the article over its revisions.';
COMMENT ON COLUMN article_revisions.doc_id IS 'The document, that is this version of the article; key to stripped_lines and provenance.';
COMMENT ON COLUMN article_revisions.url IS 'Canonical URL: the one the page names, else the one the input gave.';
COMMENT ON COLUMN article_revisions.domain IS 'Registered domain of the source, such as bbc.co.uk.';
COMMENT ON COLUMN article_revisions.site_name IS 'Name of the site as the page gives it.';
COMMENT ON COLUMN article_revisions.publisher IS 'Who published it, as read from the page and from stripped lines.';
COMMENT ON COLUMN article_revisions.agency IS 'News agency that the report comes from, where the text says so.';
COMMENT ON COLUMN article_revisions.title IS 'Headline; it is not part of the text.';
COMMENT ON COLUMN article_revisions.authors IS 'Names of the authors, in the order of the page.';
COMMENT ON COLUMN article_revisions.published_on IS 'Date of publication.';
COMMENT ON COLUMN article_revisions.modified_on IS 'Date of the last change that the page names.';
COMMENT ON COLUMN article_revisions.dateline IS 'Place and agency at the head of the text, such as PARIS (AP).';
COMMENT ON COLUMN article_revisions.text IS 'The main text, without junk lines.';
COMMENT ON COLUMN article_revisions.language IS 'ISO 639-1 code as langdetect names it; und where it cannot be told.';
COMMENT ON COLUMN article_revisions.language_confidence IS 'How sure the identifier was, 0 to 1.';
COMMENT ON COLUMN article_revisions.language_by IS 'Who told the language: langdetect, py3langid, or none.';
COMMENT ON COLUMN article_revisions.language_reason IS 'Why the language is und; null where it is known.';
COMMENT ON COLUMN article_revisions.word_count IS 'Words of the main text.';
COMMENT ON COLUMN article_revisions.sentence_count IS 'Sentences of the main text.';
COMMENT ON COLUMN article_revisions.stripped_line_count IS 'Cuts made in the document, the rows of stripped_lines.';
COMMENT ON COLUMN article_revisions.stripped_char_count IS 'Characters cut from the document.';
COMMENT ON COLUMN article_revisions.is_article IS 'Whether the document reads as a news article.';
COMMENT ON COLUMN article_revisions.article_reason IS 'The fact that decided article or not.';
COMMENT ON COLUMN article_revisions.text_sha256 IS 'Hex digest of the normalised main text; equal for exact duplicates.';
COMMENT ON COLUMN article_revisions.minhash IS 'MinHash signature of the main text: 256 permutations, little-endian uint32.';
COMMENT ON COLUMN article_revisions.input_id IS 'Id that the input gave the document.';
COMMENT ON COLUMN article_revisions.media_type IS 'What the document was read as: text/plain or text/html.';
COMMENT ON COLUMN article_revisions.extractor IS 'What made the main text from it.';
COMMENT ON COLUMN article_revisions.repairs IS 'What decoding mended.';
COMMENT ON COLUMN article_revisions.fetched_at IS 'When the document was fetched, as the input says (UTC).';
COMMENT ON COLUMN article_revisions.origin IS 'File or archive member that it was read from, relative to the input.';
COMMENT ON COLUMN article_revisions.origin_row IS 'Line, row or record number in the origin, from 1; null where the origin is the document.';
COMMENT ON COLUMN article_revisions.revision IS 'Number of this version among those of the article, from 1, in the order of loading.';
COMMENT ON COLUMN article_revisions.run_id IS 'The run that loaded it.';
COMMENT ON COLUMN article_revisions.batch_number IS 'The batch of that run.';
COMMENT ON COLUMN article_revisions.loaded_at IS 'When it was loaded (UTC).';
COMMENT ON COLUMN article_revisions.superseded_at IS 'When a later version took its place (UTC).';
COMMENT ON COLUMN article_revisions.superseded_by IS 'The document that took its place.';
COMMENT ON COLUMN article_revisions.standfirst IS 'What stands between headline and main text and sums the article up; no part of the text.';
COMMENT ON COLUMN article_revisions.organisation_authors IS 'Agencies, desks and outlets that the page names as author; people are under authors.';
COMMENT ON COLUMN article_revisions.section IS 'The outlet''s section, as the page declares it.';
COMMENT ON COLUMN article_revisions.tags IS 'Keywords, as the page declares them.';
COMMENT ON COLUMN article_revisions.is_opinion IS 'Whether the page declares itself opinion or analysis; null where it says nothing.';
COMMENT ON COLUMN article_revisions.is_sponsored IS 'Whether the page declares itself sponsored or advertising; null where it says nothing.';
COMMENT ON COLUMN article_revisions.is_paywalled IS 'Whether the page declares that it is not free to read; null where it says nothing.';
COMMENT ON COLUMN article_revisions.published_at IS 'When it was published (UTC), where the page gives a time and an offset; published_on is the day as it is written there.';
COMMENT ON COLUMN article_revisions.modified_at IS 'When it was last changed (UTC), where the page gives a time and an offset.';
COMMENT ON COLUMN article_revisions.link_urls IS 'Links from the main text to other sites, canonical, in order, each once; see article_links.';
COMMENT ON COLUMN article_revisions.link_domains IS 'Registered domains of link_urls, one for each.';
COMMENT ON COLUMN article_revisions.link_texts IS 'Words of link_urls, one for each.';
COMMENT ON COLUMN article_revisions.image_captions IS 'Captions of the pictures in the main text and just before it, credits included; see article_images.';
COMMENT ON COLUMN article_revisions.image_credits IS 'Credits of image_captions, one for each; empty where the page does not mark it.';

CREATE VIEW article_links AS
SELECT
    doc_id,
    domain,
    unnest(link_domains) AS linked_domain,
    unnest(link_urls) AS linked_url,
    unnest(link_texts) AS words
FROM articles;
COMMENT ON VIEW article_links IS 'Citations: each link from an article''s main text to another site.';
COMMENT ON COLUMN article_links.doc_id IS 'The article.';
COMMENT ON COLUMN article_links.domain IS 'Registered domain of its source.';
COMMENT ON COLUMN article_links.linked_domain IS 'Registered domain of the site that it links to.';
COMMENT ON COLUMN article_links.linked_url IS 'Canonical address that it links to.';
COMMENT ON COLUMN article_links.words IS 'Words of the link.';

CREATE VIEW article_images AS
SELECT
    doc_id,
    unnest(image_captions) AS caption,
    unnest(image_credits) AS credit
FROM articles;
COMMENT ON VIEW article_images IS 'Captions and credits of the pictures in articles.';
COMMENT ON COLUMN article_images.doc_id IS 'The article.';
COMMENT ON COLUMN article_images.caption IS 'The whole caption, credit included.';
COMMENT ON COLUMN article_images.credit IS 'The part that the page marks as credit; empty where it marks none.';
