-- The tables of the warehouse. Columns that a record of transforms/records.py defines have its names, order and types.
--
-- Primary keys only where a repeated load must be refused by the database itself: measured, the two on text ids cost
-- 12 ms per 5,000 documents and 75 bytes each.

CREATE TABLE migrations (
    number     INTEGER     NOT NULL PRIMARY KEY,
    name       VARCHAR     NOT NULL,
    sha256     VARCHAR     NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE migrations IS 'The steps that made this schema; written in the transaction of the step.';
COMMENT ON COLUMN migrations.number IS 'Number of the step, from 1.';
COMMENT ON COLUMN migrations.name IS 'Name of the step.';
COMMENT ON COLUMN migrations.sha256 IS 'Hex digest of the SQL of the step; a step once applied is never changed.';
COMMENT ON COLUMN migrations.applied_at IS 'When the step was applied, by the clock of the machine (UTC).';

CREATE TABLE articles (
    article_id          VARCHAR     NOT NULL PRIMARY KEY,
    doc_id              VARCHAR     NOT NULL,
    url                 VARCHAR,
    domain              VARCHAR,
    site_name           VARCHAR,
    publisher           VARCHAR,
    agency              VARCHAR,
    title               VARCHAR,
    authors             VARCHAR[]   NOT NULL,
    published_on        DATE,
    modified_on         DATE,
    dateline            VARCHAR,
    text                VARCHAR     NOT NULL,
    language            VARCHAR     NOT NULL,
    language_confidence DOUBLE,
    language_by         VARCHAR     NOT NULL,
    language_reason     VARCHAR,
    word_count          BIGINT      NOT NULL,
    sentence_count      BIGINT      NOT NULL,
    stripped_line_count BIGINT      NOT NULL,
    stripped_char_count BIGINT      NOT NULL,
    is_article          BOOLEAN     NOT NULL,
    article_reason      VARCHAR     NOT NULL,
    text_sha256         VARCHAR     NOT NULL,
    minhash             BLOB        NOT NULL,
    input_id            VARCHAR,
    media_type          VARCHAR     NOT NULL,
    extractor           VARCHAR     NOT NULL,
    repairs             VARCHAR[]   NOT NULL,
    fetched_at          TIMESTAMPTZ,
    origin              VARCHAR     NOT NULL,
    origin_row          BIGINT,
    revision            INTEGER     NOT NULL,
    run_id              VARCHAR     NOT NULL,
    batch_number        INTEGER     NOT NULL,
    loaded_at           TIMESTAMPTZ NOT NULL
);
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

CREATE TABLE article_revisions (
    article_id          VARCHAR     NOT NULL,
    doc_id              VARCHAR     NOT NULL,
    url                 VARCHAR,
    domain              VARCHAR,
    site_name           VARCHAR,
    publisher           VARCHAR,
    agency              VARCHAR,
    title               VARCHAR,
    authors             VARCHAR[]   NOT NULL,
    published_on        DATE,
    modified_on         DATE,
    dateline            VARCHAR,
    text                VARCHAR     NOT NULL,
    language            VARCHAR     NOT NULL,
    language_confidence DOUBLE,
    language_by         VARCHAR     NOT NULL,
    language_reason     VARCHAR,
    word_count          BIGINT      NOT NULL,
    sentence_count      BIGINT      NOT NULL,
    stripped_line_count BIGINT      NOT NULL,
    stripped_char_count BIGINT      NOT NULL,
    is_article          BOOLEAN     NOT NULL,
    article_reason      VARCHAR     NOT NULL,
    text_sha256         VARCHAR     NOT NULL,
    minhash             BLOB        NOT NULL,
    input_id            VARCHAR,
    media_type          VARCHAR     NOT NULL,
    extractor           VARCHAR     NOT NULL,
    repairs             VARCHAR[]   NOT NULL,
    fetched_at          TIMESTAMPTZ,
    origin              VARCHAR     NOT NULL,
    origin_row          BIGINT,
    revision            INTEGER     NOT NULL,
    run_id              VARCHAR     NOT NULL,
    batch_number        INTEGER     NOT NULL,
    loaded_at           TIMESTAMPTZ NOT NULL,
    superseded_at       TIMESTAMPTZ NOT NULL,
    superseded_by       VARCHAR     NOT NULL
);
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

CREATE TABLE documents (
    doc_id       VARCHAR     NOT NULL PRIMARY KEY,
    outcome      VARCHAR     NOT NULL,
    run_id       VARCHAR     NOT NULL,
    batch_number INTEGER     NOT NULL,
    settled_at   TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE documents IS 'The ledger by document: how each document that was ever read ended. One that stands here is unchanged when it comes again.';
COMMENT ON COLUMN documents.doc_id IS 'Id of one version of a document: of its content and what the input says about it.';
COMMENT ON COLUMN documents.outcome IS 'loaded, quarantined or duplicate.';
COMMENT ON COLUMN documents.run_id IS 'The run that settled it; after a retry, the run of the retry.';
COMMENT ON COLUMN documents.batch_number IS 'The batch of that run.';
COMMENT ON COLUMN documents.settled_at IS 'When it was settled (UTC).';

CREATE TABLE stripped_lines (
    doc_id       VARCHAR NOT NULL,
    line_number  BIGINT  NOT NULL,
    start_offset BIGINT  NOT NULL,
    text         VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,
    evidence     VARCHAR NOT NULL,
    rule_id      VARCHAR NOT NULL,
    reason       VARCHAR NOT NULL
);
COMMENT ON TABLE stripped_lines IS 'Everything that was cut from loaded documents, word for word. Put back at start_offset, in order, it gives the extracted text again.';
COMMENT ON COLUMN stripped_lines.doc_id IS 'The document that it was cut from.';
COMMENT ON COLUMN stripped_lines.line_number IS 'Line of the extracted text, from 1.';
COMMENT ON COLUMN stripped_lines.start_offset IS 'Characters from the start of the extracted text.';
COMMENT ON COLUMN stripped_lines.text IS 'The exact characters cut, line breaks included.';
COMMENT ON COLUMN stripped_lines.kind IS 'What sort of junk it is, such as related or copyright.';
COMMENT ON COLUMN stripped_lines.evidence IS 'What the cut rests on: a rule, or the structure of the document.';
COMMENT ON COLUMN stripped_lines.rule_id IS 'The junk rule or the structural ground.';
COMMENT ON COLUMN stripped_lines.reason IS 'Why that is no article text, for people.';

CREATE TABLE provenance (
    doc_id      VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,
    value       VARCHAR NOT NULL,
    read_from   VARCHAR NOT NULL,
    line_number BIGINT,
    line        VARCHAR NOT NULL
);
COMMENT ON TABLE provenance IS 'What stripped lines, page metadata and text of loaded documents say about who made them.';
COMMENT ON COLUMN provenance.doc_id IS 'The document that says it.';
COMMENT ON COLUMN provenance.kind IS 'publisher, copyright_year, agency, photo_credit, byline, contributor, correction or related_link.';
COMMENT ON COLUMN provenance.value IS 'What it says, such as a name or a title.';
COMMENT ON COLUMN provenance.read_from IS 'stripped_line, page or text.';
COMMENT ON COLUMN provenance.line_number IS 'Line of the extracted text, from 1; null for page metadata.';
COMMENT ON COLUMN provenance.line IS 'The line or metadata value that it was read from.';

CREATE TABLE quarantine (
    doc_id          VARCHAR     NOT NULL,
    stage           VARCHAR     NOT NULL,
    reason          VARCHAR     NOT NULL,
    detail          VARCHAR     NOT NULL,
    origin          VARCHAR     NOT NULL,
    origin_row      BIGINT,
    url             VARCHAR,
    media_type      VARCHAR     NOT NULL,
    title           VARCHAR,
    content_bytes   BIGINT      NOT NULL,
    raw_content     BLOB,
    raw_facts       JSON,
    held            BOOLEAN     NOT NULL,
    run_id          VARCHAR     NOT NULL,
    batch_number    INTEGER     NOT NULL,
    quarantined_at  TIMESTAMPTZ NOT NULL,
    released_at     TIMESTAMPTZ,
    released_run_id VARCHAR,
    PRIMARY KEY (doc_id, run_id, batch_number)
);
COMMENT ON TABLE quarantine IS 'Documents that were sent back: at which stage, why, and the raw document to try again. A row with released_at is history.';
COMMENT ON COLUMN quarantine.doc_id IS 'The document.';
COMMENT ON COLUMN quarantine.stage IS 'The stage that it left at: read, extract, strip, describe, fingerprint, validate or load.';
COMMENT ON COLUMN quarantine.reason IS 'Why, as a short phrase that can be counted; the name of the expectation at stage validate.';
COMMENT ON COLUMN quarantine.detail IS 'What is to be known about this document, in a sentence with values.';
COMMENT ON COLUMN quarantine.origin IS 'File or archive member that it was read from, relative to the input.';
COMMENT ON COLUMN quarantine.origin_row IS 'Line, row or record number in the origin, from 1.';
COMMENT ON COLUMN quarantine.url IS 'URL that the input gave.';
COMMENT ON COLUMN quarantine.media_type IS 'text/plain or text/html.';
COMMENT ON COLUMN quarantine.title IS 'Title that the input gave.';
COMMENT ON COLUMN quarantine.content_bytes IS 'Length of the raw document in bytes, uncompressed.';
COMMENT ON COLUMN quarantine.raw_content IS 'The raw document, zstd-compressed; null once released.';
COMMENT ON COLUMN quarantine.raw_facts IS 'Everything else that was read with it, to build the raw document again; null once released.';
COMMENT ON COLUMN quarantine.held IS 'Whether the whole batch was held, for breaking an expectation about the batch.';
COMMENT ON COLUMN quarantine.run_id IS 'The run that sent it back.';
COMMENT ON COLUMN quarantine.batch_number IS 'The batch of that run.';
COMMENT ON COLUMN quarantine.quarantined_at IS 'When (UTC).';
COMMENT ON COLUMN quarantine.released_at IS 'When a retry settled it anew (UTC); null while it is in quarantine.';
COMMENT ON COLUMN quarantine.released_run_id IS 'The run of that retry; documents has what became of it.';

CREATE TABLE duplicates (
    doc_id       VARCHAR     NOT NULL,
    kept_doc_id  VARCHAR     NOT NULL,
    text_sha256  VARCHAR,
    url          VARCHAR,
    domain       VARCHAR,
    title        VARCHAR,
    published_on DATE,
    origin       VARCHAR     NOT NULL,
    origin_row   BIGINT,
    run_id       VARCHAR     NOT NULL,
    batch_number INTEGER     NOT NULL,
    settled_at   TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE duplicates IS 'Documents whose main text was there already, and documents that came twice in one run: where else a text stood.';
COMMENT ON COLUMN duplicates.doc_id IS 'The document that was not loaded.';
COMMENT ON COLUMN duplicates.kept_doc_id IS 'The document that stands for both; doc_id itself where one document came twice in a run.';
COMMENT ON COLUMN duplicates.text_sha256 IS 'Hex digest of the normalised main text of both; null where one document came twice.';
COMMENT ON COLUMN duplicates.url IS 'Canonical URL of the duplicate.';
COMMENT ON COLUMN duplicates.domain IS 'Registered domain of the duplicate''s source.';
COMMENT ON COLUMN duplicates.title IS 'Headline of the duplicate.';
COMMENT ON COLUMN duplicates.published_on IS 'Date of publication of the duplicate.';
COMMENT ON COLUMN duplicates.origin IS 'File or archive member that it was read from, relative to the input.';
COMMENT ON COLUMN duplicates.origin_row IS 'Line, row or record number in the origin, from 1.';
COMMENT ON COLUMN duplicates.run_id IS 'The run that found it.';
COMMENT ON COLUMN duplicates.batch_number IS 'The batch of that run.';
COMMENT ON COLUMN duplicates.settled_at IS 'When (UTC).';

CREATE TABLE runs (
    run_id        VARCHAR     NOT NULL PRIMARY KEY,
    started_at    TIMESTAMPTZ NOT NULL,
    finished_at   TIMESTAMPTZ,
    state         VARCHAR     NOT NULL,
    message       VARCHAR,
    inputs        VARCHAR[]   NOT NULL,
    rules_version VARCHAR     NOT NULL,
    bytes_read    BIGINT      NOT NULL,
    read          BIGINT      NOT NULL,
    loaded        BIGINT      NOT NULL,
    quarantined   BIGINT      NOT NULL,
    duplicates    BIGINT      NOT NULL,
    unchanged     BIGINT      NOT NULL
);
COMMENT ON TABLE runs IS 'Every execution, with the counts that must balance: read = loaded + quarantined + duplicates + unchanged.';
COMMENT ON COLUMN runs.run_id IS 'Id of the run.';
COMMENT ON COLUMN runs.started_at IS 'When it began (UTC).';
COMMENT ON COLUMN runs.finished_at IS 'When it ended (UTC); null for a run that is running or was interrupted.';
COMMENT ON COLUMN runs.state IS 'running, finished, failed, or interrupted (found unfinished by a later run).';
COMMENT ON COLUMN runs.message IS 'Why a run failed or was interrupted.';
COMMENT ON COLUMN runs.inputs IS 'What the run was asked to read.';
COMMENT ON COLUMN runs.rules_version IS 'Short hash of the junk rules in force.';
COMMENT ON COLUMN runs.bytes_read IS 'Bytes of input; known at the end of a run only.';
COMMENT ON COLUMN runs.read IS 'Documents read; as the other counts, filled in at the end from the batches.';
COMMENT ON COLUMN runs.loaded IS 'Documents loaded as articles.';
COMMENT ON COLUMN runs.quarantined IS 'Documents sent to quarantine.';
COMMENT ON COLUMN runs.duplicates IS 'Documents whose text was there already.';
COMMENT ON COLUMN runs.unchanged IS 'Documents that had been settled before.';

CREATE TABLE batches (
    run_id             VARCHAR              NOT NULL,
    batch_number       INTEGER              NOT NULL,
    state              VARCHAR              NOT NULL,
    read               BIGINT               NOT NULL,
    loaded             BIGINT               NOT NULL,
    quarantined        BIGINT               NOT NULL,
    duplicates         BIGINT               NOT NULL,
    unchanged          BIGINT               NOT NULL,
    document_count     BIGINT               NOT NULL,
    article_count      BIGINT               NOT NULL,
    quarantine_share   DOUBLE               NOT NULL,
    undetermined_share DOUBLE               NOT NULL,
    language_shift     DOUBLE,
    median_word_count  DOUBLE,
    languages          MAP(VARCHAR, BIGINT) NOT NULL,
    settled_at         TIMESTAMPTZ          NOT NULL,
    PRIMARY KEY (run_id, batch_number)
);
COMMENT ON TABLE batches IS 'Every batch that was settled, in one transaction each, with its counts and the facts that its contract judged.';
COMMENT ON COLUMN batches.run_id IS 'The run.';
COMMENT ON COLUMN batches.batch_number IS 'Number of the batch in the run.';
COMMENT ON COLUMN batches.state IS 'loaded, or held where the batch as a whole broke its contract and all of it is in quarantine.';
COMMENT ON COLUMN batches.read IS 'Documents read.';
COMMENT ON COLUMN batches.loaded IS 'Documents loaded as articles.';
COMMENT ON COLUMN batches.quarantined IS 'Documents sent to quarantine.';
COMMENT ON COLUMN batches.duplicates IS 'Documents whose text was there already.';
COMMENT ON COLUMN batches.unchanged IS 'Documents that had been settled before.';
COMMENT ON COLUMN batches.document_count IS 'Documents that were new: read without unchanged and duplicates.';
COMMENT ON COLUMN batches.article_count IS 'Documents that passed every stage and every critical expectation about rows.';
COMMENT ON COLUMN batches.quarantine_share IS 'Share of document_count that was sent back, 0 to 1.';
COMMENT ON COLUMN batches.undetermined_share IS 'Share of the articles whose language is und, 0 to 1.';
COMMENT ON COLUMN batches.language_shift IS 'Distance between the language mix of the batch and the usual one, 0 to 1; null without a usual one.';
COMMENT ON COLUMN batches.median_word_count IS 'Over the articles; null where there are none.';
COMMENT ON COLUMN batches.languages IS 'Loaded articles by language.';
COMMENT ON COLUMN batches.settled_at IS 'When (UTC).';

CREATE TABLE contract_results (
    suite        VARCHAR     NOT NULL,
    expectation  VARCHAR     NOT NULL,
    severity     VARCHAR     NOT NULL,
    success      BOOLEAN     NOT NULL,
    checked      BIGINT      NOT NULL,
    failed       BIGINT      NOT NULL,
    observed     VARCHAR,
    reason       VARCHAR     NOT NULL,
    run_id       VARCHAR     NOT NULL,
    batch_number INTEGER     NOT NULL,
    checked_at   TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE contract_results IS 'The answer of every expectation of the data contract about every batch.';
COMMENT ON COLUMN contract_results.suite IS 'The suite that the expectation belongs to.';
COMMENT ON COLUMN contract_results.expectation IS 'Name of the expectation; the reason in quarantine where it is critical.';
COMMENT ON COLUMN contract_results.severity IS 'critical (failing rows are sent back) or warning (reported).';
COMMENT ON COLUMN contract_results.success IS 'Whether the expectation was met.';
COMMENT ON COLUMN contract_results.checked IS 'Rows looked at.';
COMMENT ON COLUMN contract_results.failed IS 'Rows that do not meet it.';
COMMENT ON COLUMN contract_results.observed IS 'The measured value, for expectations about a whole batch.';
COMMENT ON COLUMN contract_results.reason IS 'Why the expectation and its number stand in the contract.';
COMMENT ON COLUMN contract_results.run_id IS 'The run.';
COMMENT ON COLUMN contract_results.batch_number IS 'The batch of that run.';
COMMENT ON COLUMN contract_results.checked_at IS 'When (UTC).';
