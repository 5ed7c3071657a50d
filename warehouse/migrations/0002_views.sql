-- Answers to the common questions, for people who write SQL. Nothing of the program depends on them but the check of
-- the ledger in the tests.

CREATE VIEW runs_overview AS
SELECT
    run_id,
    state,
    started_at,
    round(epoch(finished_at - started_at), 1) AS seconds,
    round(read / nullif(epoch(finished_at - started_at), 0), 1) AS documents_per_second,
    read,
    loaded,
    quarantined,
    duplicates,
    unchanged,
    round(quarantined / nullif(read - unchanged - duplicates, 0), 4) AS quarantine_share,
    message
FROM runs
ORDER BY started_at DESC, run_id;
COMMENT ON VIEW runs_overview IS 'The runs, newest first, with their counts and speed.';
COMMENT ON COLUMN runs_overview.run_id IS 'Id of the run.';
COMMENT ON COLUMN runs_overview.state IS 'running, finished, failed or interrupted.';
COMMENT ON COLUMN runs_overview.started_at IS 'When it began (UTC).';
COMMENT ON COLUMN runs_overview.seconds IS 'How long it took; null where it did not end.';
COMMENT ON COLUMN runs_overview.documents_per_second IS 'Documents read in a second.';
COMMENT ON COLUMN runs_overview.read IS 'Documents read.';
COMMENT ON COLUMN runs_overview.loaded IS 'Documents loaded as articles.';
COMMENT ON COLUMN runs_overview.quarantined IS 'Documents sent to quarantine.';
COMMENT ON COLUMN runs_overview.duplicates IS 'Documents whose text was there already.';
COMMENT ON COLUMN runs_overview.unchanged IS 'Documents that had been settled before.';
COMMENT ON COLUMN runs_overview.quarantine_share IS 'Share of the new documents that was sent back, 0 to 1.';
COMMENT ON COLUMN runs_overview.message IS 'Why a run failed or was interrupted.';

CREATE VIEW latest_articles AS
SELECT
    published_on,
    domain,
    title,
    language,
    word_count,
    left(text, 200) AS opening,
    url,
    article_id,
    doc_id,
    loaded_at
FROM articles
ORDER BY published_on DESC NULLS LAST, loaded_at DESC, article_id;
COMMENT ON VIEW latest_articles IS 'The articles, newest first, with the opening of their text.';
COMMENT ON COLUMN latest_articles.published_on IS 'Date of publication.';
COMMENT ON COLUMN latest_articles.domain IS 'Registered domain of the source.';
COMMENT ON COLUMN latest_articles.title IS 'Headline.';
COMMENT ON COLUMN latest_articles.language IS 'ISO 639-1 code, or und.';
COMMENT ON COLUMN latest_articles.word_count IS 'Words of the main text.';
COMMENT ON COLUMN latest_articles.opening IS 'The first 200 characters of the text.';
COMMENT ON COLUMN latest_articles.url IS 'Canonical URL.';
COMMENT ON COLUMN latest_articles.article_id IS 'Identity of the article over its revisions.';
COMMENT ON COLUMN latest_articles.doc_id IS 'The document that is the current version.';
COMMENT ON COLUMN latest_articles.loaded_at IS 'When it was loaded (UTC).';

CREATE VIEW sources AS
SELECT
    domain,
    mode(publisher) AS publisher,
    count(*) AS articles,
    min(published_on) AS first_published_on,
    max(published_on) AS last_published_on,
    mode(language) AS main_language,
    count(DISTINCT language) AS languages,
    round(median(word_count))::BIGINT AS median_words,
    round(avg(stripped_line_count), 2) AS stripped_lines_per_article,
    count(*) FILTER (WHERE title IS NULL) AS without_title,
    count(*) FILTER (WHERE published_on IS NULL) AS without_date
FROM articles
GROUP BY domain
ORDER BY articles DESC, domain;
COMMENT ON VIEW sources IS 'The sources, by registered domain, with what is there of each.';
COMMENT ON COLUMN sources.domain IS 'Registered domain; null where it is not known.';
COMMENT ON COLUMN sources.publisher IS 'The publisher that its articles name most.';
COMMENT ON COLUMN sources.articles IS 'Articles of the source.';
COMMENT ON COLUMN sources.first_published_on IS 'Date of its oldest article.';
COMMENT ON COLUMN sources.last_published_on IS 'Date of its newest article.';
COMMENT ON COLUMN sources.main_language IS 'The language that most of its articles are in.';
COMMENT ON COLUMN sources.languages IS 'How many languages its articles are in.';
COMMENT ON COLUMN sources.median_words IS 'Words of its middle article.';
COMMENT ON COLUMN sources.stripped_lines_per_article IS 'Cuts in an article, on average.';
COMMENT ON COLUMN sources.without_title IS 'Articles without a headline.';
COMMENT ON COLUMN sources.without_date IS 'Articles without a date of publication.';

CREATE VIEW quarantine_by_reason AS
SELECT
    stage,
    reason,
    count(*) AS documents,
    count(*) FILTER (WHERE held) AS held,
    max(quarantined_at) AS last_quarantined_at,
    min(doc_id) AS example_doc_id,
    arg_min(detail, doc_id) AS example_detail
FROM quarantine
WHERE released_at IS NULL
GROUP BY stage, reason
ORDER BY documents DESC, stage, reason;
COMMENT ON VIEW quarantine_by_reason IS 'What is in quarantine now, by stage and reason, with an example of each.';
COMMENT ON COLUMN quarantine_by_reason.stage IS 'The stage that the documents left at.';
COMMENT ON COLUMN quarantine_by_reason.reason IS 'Why.';
COMMENT ON COLUMN quarantine_by_reason.documents IS 'How many documents.';
COMMENT ON COLUMN quarantine_by_reason.held IS 'How many of them are there because their whole batch was held.';
COMMENT ON COLUMN quarantine_by_reason.last_quarantined_at IS 'When the last of them was sent back (UTC).';
COMMENT ON COLUMN quarantine_by_reason.example_doc_id IS 'One of the documents.';
COMMENT ON COLUMN quarantine_by_reason.example_detail IS 'What is to be known about that one.';

CREATE VIEW stripped_by_rule AS
SELECT
    kind,
    rule_id,
    evidence,
    count(*) AS cuts,
    count(DISTINCT doc_id) AS documents,
    sum(length(text))::BIGINT AS characters,
    max(length(text)) AS longest,
    mode(trim(text)) AS most_common,
    any_value(reason) AS reason
FROM stripped_lines
GROUP BY kind, rule_id, evidence
ORDER BY cuts DESC, rule_id;
COMMENT ON VIEW stripped_by_rule IS 'What each junk rule took out of all loaded documents.';
COMMENT ON COLUMN stripped_by_rule.kind IS 'What sort of junk it is.';
COMMENT ON COLUMN stripped_by_rule.rule_id IS 'The rule.';
COMMENT ON COLUMN stripped_by_rule.evidence IS 'What the cuts rest on.';
COMMENT ON COLUMN stripped_by_rule.cuts IS 'How many cuts.';
COMMENT ON COLUMN stripped_by_rule.documents IS 'In how many documents.';
COMMENT ON COLUMN stripped_by_rule.characters IS 'Characters cut.';
COMMENT ON COLUMN stripped_by_rule.longest IS 'Characters of the longest cut; a long one deserves a look.';
COMMENT ON COLUMN stripped_by_rule.most_common IS 'The text that it took most often.';
COMMENT ON COLUMN stripped_by_rule.reason IS 'Why that is no article text.';

CREATE VIEW stripped_by_source AS
SELECT
    versions.domain,
    stripped_lines.kind,
    stripped_lines.rule_id,
    count(*) AS cuts,
    count(DISTINCT stripped_lines.doc_id) AS documents,
    sum(length(stripped_lines.text))::BIGINT AS characters,
    mode(trim(stripped_lines.text)) AS most_common
FROM stripped_lines
JOIN (
    SELECT doc_id, domain FROM articles
    UNION ALL
    SELECT doc_id, domain FROM article_revisions
) AS versions ON versions.doc_id = stripped_lines.doc_id
GROUP BY versions.domain, stripped_lines.kind, stripped_lines.rule_id
ORDER BY versions.domain, cuts DESC, stripped_lines.rule_id;
COMMENT ON VIEW stripped_by_source IS 'What each source was stripped of, by rule.';
COMMENT ON COLUMN stripped_by_source.domain IS 'Registered domain of the source.';
COMMENT ON COLUMN stripped_by_source.kind IS 'What sort of junk it is.';
COMMENT ON COLUMN stripped_by_source.rule_id IS 'The rule.';
COMMENT ON COLUMN stripped_by_source.cuts IS 'How many cuts.';
COMMENT ON COLUMN stripped_by_source.documents IS 'In how many of its documents.';
COMMENT ON COLUMN stripped_by_source.characters IS 'Characters cut.';
COMMENT ON COLUMN stripped_by_source.most_common IS 'The text that was cut most often.';

CREATE VIEW provenance_by_source AS
SELECT
    articles.domain,
    provenance.kind,
    provenance.value,
    count(DISTINCT provenance.doc_id) AS articles,
    arg_min(provenance.line, provenance.doc_id) AS example_line
FROM provenance
JOIN articles ON articles.doc_id = provenance.doc_id
GROUP BY articles.domain, provenance.kind, provenance.value
ORDER BY articles.domain, provenance.kind, articles DESC, provenance.value;
COMMENT ON VIEW provenance_by_source IS 'Publishers, agencies, authors and credits that each source names in its current articles.';
COMMENT ON COLUMN provenance_by_source.domain IS 'Registered domain of the source.';
COMMENT ON COLUMN provenance_by_source.kind IS 'publisher, copyright_year, agency, photo_credit, byline, contributor, correction or related_link.';
COMMENT ON COLUMN provenance_by_source.value IS 'What is named.';
COMMENT ON COLUMN provenance_by_source.articles IS 'In how many articles.';
COMMENT ON COLUMN provenance_by_source.example_line IS 'A line that it was read from.';

CREATE VIEW contract_overview AS
SELECT
    suite,
    expectation,
    severity,
    count(*) AS batches,
    count(*) FILTER (WHERE NOT success) AS batches_failed,
    sum(checked)::BIGINT AS checked,
    sum(failed)::BIGINT AS failed,
    round(sum(failed) / nullif(sum(checked), 0), 4) AS failed_share,
    arg_max(reason, checked_at) AS reason
FROM contract_results
GROUP BY suite, expectation, severity
ORDER BY batches_failed DESC, failed DESC, suite, expectation;
COMMENT ON VIEW contract_overview IS 'How often each expectation of the data contract was not met.';
COMMENT ON COLUMN contract_overview.suite IS 'The suite.';
COMMENT ON COLUMN contract_overview.expectation IS 'Name of the expectation.';
COMMENT ON COLUMN contract_overview.severity IS 'critical or warning.';
COMMENT ON COLUMN contract_overview.batches IS 'Batches that it was asked about.';
COMMENT ON COLUMN contract_overview.batches_failed IS 'Batches that did not meet it.';
COMMENT ON COLUMN contract_overview.checked IS 'Rows looked at.';
COMMENT ON COLUMN contract_overview.failed IS 'Rows that did not meet it.';
COMMENT ON COLUMN contract_overview.failed_share IS 'Share of the rows that did not meet it, 0 to 1.';
COMMENT ON COLUMN contract_overview.reason IS 'Why the expectation stands in the contract.';

CREATE VIEW orphaned_duplicates AS
SELECT
    duplicates.doc_id,
    duplicates.kept_doc_id,
    documents.outcome AS kept_outcome,
    duplicates.title,
    duplicates.origin,
    duplicates.origin_row
FROM duplicates
JOIN documents ON documents.doc_id = duplicates.kept_doc_id
WHERE documents.outcome <> 'loaded'
ORDER BY duplicates.doc_id;
COMMENT ON VIEW orphaned_duplicates IS 'Duplicates of a document that was itself not loaded, so that no article has their text.';
COMMENT ON COLUMN orphaned_duplicates.doc_id IS 'The duplicate.';
COMMENT ON COLUMN orphaned_duplicates.kept_doc_id IS 'The document that should stand for both.';
COMMENT ON COLUMN orphaned_duplicates.kept_outcome IS 'What became of that one.';
COMMENT ON COLUMN orphaned_duplicates.title IS 'Headline of the duplicate.';
COMMENT ON COLUMN orphaned_duplicates.origin IS 'File or archive member that the duplicate was read from.';
COMMENT ON COLUMN orphaned_duplicates.origin_row IS 'Line, row or record number in the origin, from 1.';

CREATE VIEW ledger_check AS
WITH versions AS (
    SELECT doc_id, run_id, batch_number FROM articles
    UNION ALL
    SELECT doc_id, run_id, batch_number FROM article_revisions
),
ends AS (
    SELECT doc_id, 'loaded' AS outcome, run_id, batch_number FROM versions
    UNION ALL
    SELECT doc_id, 'quarantined', run_id, batch_number FROM quarantine
    UNION ALL
    SELECT doc_id, 'duplicate', run_id, batch_number FROM duplicates
),
batch_outcomes AS (
    UNPIVOT (
        SELECT run_id, batch_number, loaded, quarantined, duplicates AS duplicate FROM batches
    ) ON loaded, quarantined, duplicate INTO NAME outcome VALUE documents
),
batch_rows AS (
    SELECT run_id, batch_number, outcome, count(*) AS documents FROM ends GROUP BY ALL
),
open_ends AS (
    SELECT doc_id, 'loaded' AS outcome FROM versions
    UNION ALL
    SELECT doc_id, 'quarantined' FROM quarantine WHERE released_at IS NULL
    UNION ALL
    SELECT doc_id, 'duplicate' FROM duplicates WHERE doc_id <> kept_doc_id
)
SELECT
    'a batch''s counts do not add up' AS problem,
    run_id,
    batch_number,
    NULL::VARCHAR AS doc_id,
    read AS expected,
    loaded + quarantined + duplicates + unchanged AS found
FROM batches
WHERE read <> loaded + quarantined + duplicates + unchanged
UNION ALL
SELECT
    'a batch''s rows are not as many as it counted: ' || coalesce(counted.outcome, stored.outcome),
    coalesce(counted.run_id, stored.run_id),
    coalesce(counted.batch_number, stored.batch_number),
    NULL,
    coalesce(counted.documents, 0),
    coalesce(stored.documents, 0)
FROM batch_outcomes AS counted
FULL JOIN batch_rows AS stored
    ON counted.run_id = stored.run_id
    AND counted.batch_number = stored.batch_number
    AND counted.outcome = stored.outcome
WHERE coalesce(counted.documents, 0) <> coalesce(stored.documents, 0)
UNION ALL
SELECT
    'a run''s counts are not those of its batches',
    runs.run_id,
    NULL,
    NULL,
    runs.read,
    coalesce(sum(batches.read), 0)::BIGINT
FROM runs
LEFT JOIN batches ON batches.run_id = runs.run_id
WHERE runs.state <> 'running'
GROUP BY ALL
HAVING runs.read <> coalesce(sum(batches.read), 0)
UNION ALL
SELECT
    'a document does not have exactly one end',
    NULL,
    NULL,
    coalesce(documents.doc_id, open_ends.doc_id),
    1,
    count(open_ends.doc_id)
FROM documents
FULL JOIN open_ends ON open_ends.doc_id = documents.doc_id AND open_ends.outcome = documents.outcome
GROUP BY ALL
HAVING count(documents.doc_id) <> 1 OR count(open_ends.doc_id) <> 1
UNION ALL
SELECT
    'a duplicate''s original was never settled',
    duplicates.run_id,
    duplicates.batch_number,
    duplicates.doc_id,
    1,
    0
FROM duplicates
ANTI JOIN documents ON documents.doc_id = duplicates.kept_doc_id;
COMMENT ON VIEW ledger_check IS 'Every place where the books do not balance; empty when all is well.';
COMMENT ON COLUMN ledger_check.problem IS 'What is wrong.';
COMMENT ON COLUMN ledger_check.run_id IS 'The run.';
COMMENT ON COLUMN ledger_check.batch_number IS 'The batch of that run.';
COMMENT ON COLUMN ledger_check.doc_id IS 'The document.';
COMMENT ON COLUMN ledger_check.expected IS 'The count that should be.';
COMMENT ON COLUMN ledger_check.found IS 'The count that is.';
