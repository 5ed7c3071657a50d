-- Credibility of sources: what is measured of their articles, what experts say, and the score made from both.

CREATE TABLE article_signals (
    doc_id                VARCHAR NOT NULL,
    source                VARCHAR NOT NULL,
    copied_from           VARCHAR,
    language              VARCHAR NOT NULL,
    narrated_words        BIGINT NOT NULL,
    quoted_words          BIGINT NOT NULL,
    quotations            BIGINT NOT NULL,
    loaded_words          BIGINT,
    camp_labels           BIGINT,
    intensifiers          BIGINT,
    loaded_speech_verbs   BIGINT,
    qualifiers            BIGINT,
    named_speakers        BIGINT,
    comment_sought        BIGINT,
    numbers               BIGINT NOT NULL,
    exclamations          BIGINT NOT NULL,
    questions             BIGINT NOT NULL,
    headline_words        BIGINT NOT NULL,
    headline_loaded_words BIGINT,
    headline_exclamations BIGINT NOT NULL,
    headline_capitals     BIGINT NOT NULL,
    version               VARCHAR NOT NULL,
    measured_at           TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE article_signals IS 'How each article is written: counts of its stripped text, quotations apart. Facts, not judgements.';
COMMENT ON COLUMN article_signals.doc_id IS 'The document, that is this version of the article.';
COMMENT ON COLUMN article_signals.source IS 'Registered domain of the source, or its account on a platform.';
COMMENT ON COLUMN article_signals.copied_from IS 'The agency whose report it is, where it is not the source''s own; it speaks neither for nor against the source.';
COMMENT ON COLUMN article_signals.language IS 'ISO 639-1 code, as in articles.';
COMMENT ON COLUMN article_signals.narrated_words IS 'Words outside quotations.';
COMMENT ON COLUMN article_signals.quoted_words IS 'Words inside quotations.';
COMMENT ON COLUMN article_signals.quotations IS 'Passages in quotation marks.';
COMMENT ON COLUMN article_signals.loaded_words IS 'Words that judge where a report describes, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_signals.camp_labels IS 'Labels that put people into a camp, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_signals.intensifiers IS 'Words that press a statement instead of supporting it, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_signals.loaded_speech_verbs IS 'Verbs that judge what somebody said while reporting it, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_signals.qualifiers IS 'Words that say how sure a statement is, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_signals.named_speakers IS 'Names beside said, says, told or added, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_signals.comment_sought IS 'Phrases such as declined to comment, in the whole text; null in languages without word lists.';
COMMENT ON COLUMN article_signals.numbers IS 'Numbers in digits, outside quotations.';
COMMENT ON COLUMN article_signals.exclamations IS 'Exclamation marks, outside quotations.';
COMMENT ON COLUMN article_signals.questions IS 'Question marks, outside quotations.';
COMMENT ON COLUMN article_signals.headline_words IS 'Words of the headline; 0 where there is none.';
COMMENT ON COLUMN article_signals.headline_loaded_words IS 'Loaded words and loaded speech verbs of the headline; null in languages without word lists.';
COMMENT ON COLUMN article_signals.headline_exclamations IS 'Exclamation marks of the headline.';
COMMENT ON COLUMN article_signals.headline_capitals IS 'Words of the headline in capitals that are no acronyms.';
COMMENT ON COLUMN article_signals.version IS 'Of the word lists and the counting; where it is old, the next scoring counts anew.';
COMMENT ON COLUMN article_signals.measured_at IS 'When it was counted (UTC).';

CREATE TABLE ratings (
    rating_set      VARCHAR NOT NULL,
    family          VARCHAR NOT NULL,
    covers          VARCHAR[] NOT NULL,
    source          VARCHAR NOT NULL,
    rated_name      VARCHAR NOT NULL,
    raw_label       VARCHAR NOT NULL,
    quality_mean    DOUBLE,
    quality_spread  DOUBLE,
    unscored_reason VARCHAR,
    rated_on        DATE,
    licence         VARCHAR,
    link            VARCHAR,
    imported_at     TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE ratings IS 'Expert judgements of sources, from sets that you imported; an import replaces the set of its name.';
COMMENT ON COLUMN ratings.rating_set IS 'Name of the set that was imported.';
COMMENT ON COLUMN ratings.family IS 'Whose judgement it is in the end; sets made from one another are one family and count once.';
COMMENT ON COLUMN ratings.covers IS 'Families that this judgement is itself made from.';
COMMENT ON COLUMN ratings.source IS 'Registered domain of the source, or its account on a platform.';
COMMENT ON COLUMN ratings.rated_name IS 'The name under which the set rates it.';
COMMENT ON COLUMN ratings.raw_label IS 'What the set says, in its own words.';
COMMENT ON COLUMN ratings.quality_mean IS 'What the label means on the scale of quality, 0 (worst) to 1 (best); null where it says nothing about quality.';
COMMENT ON COLUMN ratings.quality_spread IS 'Standard deviation of that, as at the middle of the scale.';
COMMENT ON COLUMN ratings.unscored_reason IS 'Why quality is not the question, such as satire; null where it is.';
COMMENT ON COLUMN ratings.rated_on IS 'The last day that the judgement can be of, where the set says so.';
COMMENT ON COLUMN ratings.licence IS 'Licence of the set.';
COMMENT ON COLUMN ratings.link IS 'Where the set comes from.';
COMMENT ON COLUMN ratings.imported_at IS 'When it was imported (UTC).';

CREATE TABLE rating_imports (
    rating_set  VARCHAR NOT NULL,
    format      VARCHAR NOT NULL,
    origin      VARCHAR NOT NULL,
    sha256      VARCHAR NOT NULL,
    ratings     BIGINT NOT NULL,
    refused     BIGINT NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE rating_imports IS 'Each import of a rating set, in the order that they were made.';
COMMENT ON COLUMN rating_imports.rating_set IS 'Name of the set.';
COMMENT ON COLUMN rating_imports.format IS 'The format that it was read as.';
COMMENT ON COLUMN rating_imports.origin IS 'File or URL.';
COMMENT ON COLUMN rating_imports.sha256 IS 'Hex digest of the file.';
COMMENT ON COLUMN rating_imports.ratings IS 'Ratings that were read.';
COMMENT ON COLUMN rating_imports.refused IS 'Rows that no rating was made from.';
COMMENT ON COLUMN rating_imports.imported_at IS 'When (UTC).';

CREATE TABLE sources_to_score (
    source VARCHAR NOT NULL
);
COMMENT ON TABLE sources_to_score IS 'Sources of which something changed since they were last scored; the next scoring empties it.';
COMMENT ON COLUMN sources_to_score.source IS 'Registered domain of the source, or its account on a platform.';

CREATE TABLE source_scores (
    source             VARCHAR NOT NULL,
    status             VARCHAR NOT NULL,
    reason             VARCHAR,
    quality            DOUBLE,
    quality_low        DOUBLE,
    quality_high       DOUBLE,
    low_quality_chance DOUBLE,
    rating_families    BIGINT NOT NULL,
    own_articles       BIGINT NOT NULL,
    known_articles     BIGINT NOT NULL,
    copied_articles    BIGINT NOT NULL,
    model_version      VARCHAR NOT NULL,
    scored_at          TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE source_scores IS 'Credibility of each source over time: a new row whenever its score changed.';
COMMENT ON COLUMN source_scores.source IS 'Registered domain of the source, or its account on a platform.';
COMMENT ON COLUMN source_scores.status IS 'scored, provisional, unknown or unscored.';
COMMENT ON COLUMN source_scores.reason IS 'Why there is no number, or why it is provisional.';
COMMENT ON COLUMN source_scores.quality IS '0 (worst) to 1 (best) on the scale of expert ratings; null where unknown or unscored.';
COMMENT ON COLUMN source_scores.quality_low IS 'Lower end of the 90% interval.';
COMMENT ON COLUMN source_scores.quality_high IS 'Upper end of the 90% interval.';
COMMENT ON COLUMN source_scores.low_quality_chance IS 'Chance that experts would put the source under 0.5. It says nothing about any single article.';
COMMENT ON COLUMN source_scores.rating_families IS 'Independent judgements that it rests on.';
COMMENT ON COLUMN source_scores.own_articles IS 'Articles of the source that are no copies.';
COMMENT ON COLUMN source_scores.known_articles IS 'Those of them that the content model can measure.';
COMMENT ON COLUMN source_scores.copied_articles IS 'Articles that are copies of an agency or of another source; left out.';
COMMENT ON COLUMN source_scores.model_version IS 'The content model in force.';
COMMENT ON COLUMN source_scores.scored_at IS 'When it was scored (UTC); a row is added where something changed.';

CREATE TABLE score_evidence (
    source    VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL,
    name      VARCHAR NOT NULL,
    value     DOUBLE,
    weight    DOUBLE NOT NULL,
    shift     DOUBLE NOT NULL,
    note      VARCHAR,
    scored_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE score_evidence IS 'What each score was made from, piece by piece.';
COMMENT ON COLUMN score_evidence.source IS 'The source.';
COMMENT ON COLUMN score_evidence.kind IS 'prior, rating or signal.';
COMMENT ON COLUMN score_evidence.name IS 'Rating family or signal.';
COMMENT ON COLUMN score_evidence.value IS 'Quality that a rating family or the prior stands for; a signal''s rate.';
COMMENT ON COLUMN score_evidence.weight IS 'Share of the whole precision, 0 to 1; all signals of a source share one.';
COMMENT ON COLUMN score_evidence.shift IS 'Logits that it moves the score away from the prior; the shifts add up.';
COMMENT ON COLUMN score_evidence.note IS 'Why a piece has no weight.';
COMMENT ON COLUMN score_evidence.scored_at IS 'The score that it was made for: source and time as in source_scores.';

CREATE TABLE score_overrides (
    source     VARCHAR NOT NULL,
    decided_on DATE NOT NULL,
    action     VARCHAR NOT NULL,
    quality    DOUBLE,
    reason     VARCHAR NOT NULL,
    link       VARCHAR,
    loaded_at  TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE score_overrides IS 'Corrections by people, from the override file; shown beside the score, never instead of it.';
COMMENT ON COLUMN score_overrides.source IS 'The source.';
COMMENT ON COLUMN score_overrides.decided_on IS 'Day of the decision.';
COMMENT ON COLUMN score_overrides.action IS 'note: shown beside the score; withhold: the score is not shown; set: another quality is shown beside it.';
COMMENT ON COLUMN score_overrides.quality IS 'The quality that people set, 0 to 1; null for the other actions.';
COMMENT ON COLUMN score_overrides.reason IS 'Why, for everybody to read.';
COMMENT ON COLUMN score_overrides.link IS 'Where the correction is documented.';
COMMENT ON COLUMN score_overrides.loaded_at IS 'When the file was read (UTC).';

CREATE VIEW copied_articles AS
SELECT doc_id, copied_from
FROM article_signals
WHERE copied_from IS NOT NULL;
COMMENT ON VIEW copied_articles IS 'Articles that are not the source''s own and are held neither for nor against it.';
COMMENT ON COLUMN copied_articles.doc_id IS 'The document.';
COMMENT ON COLUMN copied_articles.copied_from IS 'Whose report it is.';

-- An article is measured where its language has word lists and at least 50 words stand outside quotations: below that a
-- single word makes a rate. The mean of square roots keeps one odd article from deciding a source's rate.
CREATE VIEW source_signals AS
WITH measured AS (
    SELECT
        article_signals.*,
        copies.doc_id IS NULL AS own,
        article_signals.loaded_words IS NOT NULL AND article_signals.narrated_words >= 50 AS known
    FROM article_signals
    SEMI JOIN (SELECT doc_id FROM articles WHERE is_article) AS current ON current.doc_id = article_signals.doc_id
    LEFT JOIN (SELECT DISTINCT doc_id FROM copied_articles) AS copies ON copies.doc_id = article_signals.doc_id
)
SELECT
    source,
    count(*) FILTER (own) AS own_articles,
    count(*) FILTER (NOT own) AS copied_articles,
    count(*) FILTER (own AND known) AS known_articles,
    avg(sqrt(1000.0 * loaded_words / narrated_words)) FILTER (own AND known) AS loaded_words,
    avg(sqrt(1000.0 * camp_labels / narrated_words)) FILTER (own AND known) AS camp_labels,
    avg(sqrt(1000.0 * intensifiers / narrated_words)) FILTER (own AND known) AS intensifiers,
    avg(sqrt(1000.0 * loaded_speech_verbs / narrated_words)) FILTER (own AND known) AS loaded_speech_verbs,
    avg(sqrt(1000.0 * qualifiers / narrated_words)) FILTER (own AND known) AS qualifiers,
    avg(sqrt(1000.0 * named_speakers / narrated_words)) FILTER (own AND known) AS named_speakers,
    avg(sqrt(1000.0 * comment_sought / (narrated_words + quoted_words))) FILTER (own AND known) AS comment_sought,
    avg(sqrt(1000.0 * numbers / narrated_words)) FILTER (own AND known) AS numbers,
    avg(sqrt(1000.0 * exclamations / narrated_words)) FILTER (own AND known) AS exclamations,
    avg((headline_loaded_words + headline_exclamations + headline_capitals > 0)::INTEGER)
        FILTER (own AND known AND headline_words > 0) AS heated_headlines
FROM measured
GROUP BY source;
COMMENT ON VIEW source_signals IS 'How each source writes: rates over its own articles.';
COMMENT ON COLUMN source_signals.source IS 'Registered domain of the source, or its account on a platform.';
COMMENT ON COLUMN source_signals.own_articles IS 'Articles that are no copies.';
COMMENT ON COLUMN source_signals.copied_articles IS 'Articles that are copies; left out of the rates.';
COMMENT ON COLUMN source_signals.known_articles IS 'Own articles that can be measured; the rates are of these.';
COMMENT ON COLUMN source_signals.loaded_words IS 'Mean square root of loaded words in 1,000 words.';
COMMENT ON COLUMN source_signals.camp_labels IS 'Mean square root of camp labels in 1,000 words.';
COMMENT ON COLUMN source_signals.intensifiers IS 'Mean square root of intensifiers in 1,000 words.';
COMMENT ON COLUMN source_signals.loaded_speech_verbs IS 'Mean square root of loaded speech verbs in 1,000 words.';
COMMENT ON COLUMN source_signals.qualifiers IS 'Mean square root of qualifying words in 1,000 words.';
COMMENT ON COLUMN source_signals.named_speakers IS 'Mean square root of named speakers in 1,000 words.';
COMMENT ON COLUMN source_signals.comment_sought IS 'Mean square root of phrases such as declined to comment in 1,000 words.';
COMMENT ON COLUMN source_signals.numbers IS 'Mean square root of numbers in 1,000 words.';
COMMENT ON COLUMN source_signals.exclamations IS 'Mean square root of exclamation marks in 1,000 words.';
COMMENT ON COLUMN source_signals.heated_headlines IS 'Share of headlines with a loaded word, an exclamation mark or a shouted word.';

CREATE VIEW source_credibility AS
WITH latest AS (
    SELECT * FROM source_scores QUALIFY row_number() OVER (PARTITION BY source ORDER BY scored_at DESC) = 1
),
decided AS (
    SELECT * FROM score_overrides QUALIFY row_number() OVER (PARTITION BY source ORDER BY decided_on DESC) = 1
),
withheld AS (
    SELECT source FROM decided WHERE action = 'withhold'
)
SELECT
    latest.source,
    CASE WHEN withheld.source IS NULL THEN latest.status ELSE 'unscored' END AS status,
    CASE WHEN withheld.source IS NULL THEN latest.reason ELSE 'withheld: ' || decided.reason END AS reason,
    CASE WHEN withheld.source IS NULL THEN latest.quality END AS quality,
    CASE WHEN withheld.source IS NULL THEN latest.quality_low END AS quality_low,
    CASE WHEN withheld.source IS NULL THEN latest.quality_high END AS quality_high,
    CASE WHEN withheld.source IS NULL THEN latest.low_quality_chance END AS low_quality_chance,
    latest.rating_families,
    latest.own_articles,
    latest.known_articles,
    latest.copied_articles,
    decided.action AS override,
    decided.quality AS override_quality,
    decided.reason AS override_reason,
    decided.decided_on AS override_on,
    latest.model_version,
    latest.scored_at
FROM latest
LEFT JOIN decided ON decided.source = latest.source
LEFT JOIN withheld ON withheld.source = latest.source
ORDER BY latest.own_articles DESC, latest.source;
COMMENT ON VIEW source_credibility IS 'The score of each source in force, with its interval, and the correction by people beside it.';
COMMENT ON COLUMN source_credibility.source IS 'Registered domain of the source, or its account on a platform.';
COMMENT ON COLUMN source_credibility.status IS 'scored, provisional, unknown or unscored.';
COMMENT ON COLUMN source_credibility.reason IS 'Why there is no number, or why it is provisional.';
COMMENT ON COLUMN source_credibility.quality IS '0 (worst) to 1 (best) on the scale of expert ratings; null where unknown or unscored.';
COMMENT ON COLUMN source_credibility.quality_low IS 'Lower end of the 90% interval.';
COMMENT ON COLUMN source_credibility.quality_high IS 'Upper end of the 90% interval.';
COMMENT ON COLUMN source_credibility.low_quality_chance IS 'Chance that experts would put the source under 0.5. It says nothing about any single article.';
COMMENT ON COLUMN source_credibility.rating_families IS 'Independent judgements that it rests on.';
COMMENT ON COLUMN source_credibility.own_articles IS 'Articles of the source that are no copies.';
COMMENT ON COLUMN source_credibility.known_articles IS 'Those of them that the content model can measure.';
COMMENT ON COLUMN source_credibility.copied_articles IS 'Articles that are copies of an agency or of another source; left out.';
COMMENT ON COLUMN source_credibility.override IS 'What people decided: note, withhold or set; null where nothing.';
COMMENT ON COLUMN source_credibility.override_quality IS 'The quality that people set.';
COMMENT ON COLUMN source_credibility.override_reason IS 'Why.';
COMMENT ON COLUMN source_credibility.override_on IS 'Day of the decision.';
COMMENT ON COLUMN source_credibility.model_version IS 'The content model in force.';
COMMENT ON COLUMN source_credibility.scored_at IS 'When it was scored (UTC).';

CREATE VIEW article_credibility AS
WITH corrections AS (
    SELECT doc_id, count(*) AS corrections FROM provenance WHERE kind = 'correction' GROUP BY doc_id
)
SELECT
    articles.article_id,
    articles.doc_id,
    article_signals.source,
    articles.title,
    articles.published_on,
    len(articles.authors) > 0 AS has_byline,
    articles.dateline IS NOT NULL AS has_dateline,
    article_signals.copied_from,
    coalesce(corrections.corrections, 0) AS corrections,
    article_signals.quotations,
    article_signals.named_speakers,
    article_signals.comment_sought,
    article_signals.numbers,
    article_signals.loaded_words,
    article_signals.camp_labels,
    article_signals.loaded_speech_verbs,
    article_signals.headline_loaded_words,
    credibility.status AS source_status,
    credibility.quality AS source_quality,
    credibility.quality_low AS source_quality_low,
    credibility.quality_high AS source_quality_high,
    credibility.override AS source_override
FROM articles
JOIN article_signals ON article_signals.doc_id = articles.doc_id
LEFT JOIN corrections ON corrections.doc_id = articles.doc_id
LEFT JOIN source_credibility AS credibility ON credibility.source = article_signals.source;
COMMENT ON VIEW article_credibility IS 'A checklist of facts about each article and the score of its source. There is no number for an article: how a text is written does not tell whether it is true.';
COMMENT ON COLUMN article_credibility.article_id IS 'Identity of the article over its revisions.';
COMMENT ON COLUMN article_credibility.doc_id IS 'The document that is the current version.';
COMMENT ON COLUMN article_credibility.source IS 'Registered domain of the source, or its account on a platform.';
COMMENT ON COLUMN article_credibility.title IS 'Headline.';
COMMENT ON COLUMN article_credibility.published_on IS 'Date of publication.';
COMMENT ON COLUMN article_credibility.has_byline IS 'Whether it names an author; a fact without weight.';
COMMENT ON COLUMN article_credibility.has_dateline IS 'Whether it names the place it was reported from; a fact without weight.';
COMMENT ON COLUMN article_credibility.copied_from IS 'The agency whose report it is, where it is not the source''s own; it speaks neither for nor against the source.';
COMMENT ON COLUMN article_credibility.corrections IS 'Corrections that it carries; a fact without weight, for careful houses print more of them.';
COMMENT ON COLUMN article_credibility.quotations IS 'Passages in quotation marks.';
COMMENT ON COLUMN article_credibility.named_speakers IS 'Names beside said, says, told or added, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_credibility.comment_sought IS 'Phrases such as declined to comment, in the whole text; null in languages without word lists.';
COMMENT ON COLUMN article_credibility.numbers IS 'Numbers in digits, outside quotations.';
COMMENT ON COLUMN article_credibility.loaded_words IS 'Words that judge where a report describes, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_credibility.camp_labels IS 'Labels that put people into a camp, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_credibility.loaded_speech_verbs IS 'Verbs that judge what somebody said while reporting it, outside quotations; null in languages without word lists.';
COMMENT ON COLUMN article_credibility.headline_loaded_words IS 'Loaded words and loaded speech verbs of the headline; null in languages without word lists.';
COMMENT ON COLUMN article_credibility.source_status IS 'Status of the score of its source.';
COMMENT ON COLUMN article_credibility.source_quality IS 'Score of its source, 0 to 1.';
COMMENT ON COLUMN article_credibility.source_quality_low IS 'Lower end of the 90% interval of that.';
COMMENT ON COLUMN article_credibility.source_quality_high IS 'Upper end of it.';
COMMENT ON COLUMN article_credibility.source_override IS 'What people decided about the score.';

CREATE VIEW rating_conflicts AS
SELECT
    source,
    arg_min(family, quality_mean) AS lowest_family,
    arg_min(raw_label, quality_mean) AS lowest_label,
    min(quality_mean) AS lowest_quality,
    arg_max(family, quality_mean) AS highest_family,
    arg_max(raw_label, quality_mean) AS highest_label,
    max(quality_mean) AS highest_quality,
    max(quality_mean) - min(quality_mean) AS difference,
    count(DISTINCT family) AS families
FROM ratings
WHERE quality_mean IS NOT NULL
GROUP BY source
HAVING arg_min(family, quality_mean) <> arg_max(family, quality_mean) AND max(quality_mean) - min(quality_mean) >= 0.25
ORDER BY difference DESC, source;
COMMENT ON VIEW rating_conflicts IS 'Sources that two families of ratings judge differently by 0.25 or more on the scale of quality.';
COMMENT ON COLUMN rating_conflicts.source IS 'The source.';
COMMENT ON COLUMN rating_conflicts.lowest_family IS 'The family that judges it lowest.';
COMMENT ON COLUMN rating_conflicts.lowest_label IS 'What that one says.';
COMMENT ON COLUMN rating_conflicts.lowest_quality IS 'What that means, 0 to 1.';
COMMENT ON COLUMN rating_conflicts.highest_family IS 'The family that judges it highest.';
COMMENT ON COLUMN rating_conflicts.highest_label IS 'What that one says.';
COMMENT ON COLUMN rating_conflicts.highest_quality IS 'What that means, 0 to 1.';
COMMENT ON COLUMN rating_conflicts.difference IS 'How far they are apart.';
COMMENT ON COLUMN rating_conflicts.families IS 'Families that rate it.';
