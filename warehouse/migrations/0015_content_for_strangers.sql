-- Content is measured on public affairs alone, and what is estimated from style alone says so.

ALTER TABLE article_signals ADD COLUMN public_affairs BIGINT;
COMMENT ON COLUMN article_signals.public_affairs IS 'Words that reports on government, law, elections, police and war cannot do without, outside quotations; null in languages without word lists.';

-- An article is measured where its language has word lists, at least 50 words stand outside quotations (below that a
-- single word makes a rate), and one word in 125 or more is of public affairs: the content model was fitted on such
-- articles, of which 95% have more, and says nothing about recipes, fixtures, reviews or advertisements. The mean of
-- square roots keeps one odd article from deciding a source's rate.
CREATE OR REPLACE VIEW source_signals AS
WITH measured AS (
    SELECT
        article_signals.*,
        copies.doc_id IS NULL AS own,
        article_signals.loaded_words IS NOT NULL AND article_signals.narrated_words >= 50 AS measurable,
        measurable AND 125 * article_signals.public_affairs >= article_signals.narrated_words AS known
    FROM article_signals
    SEMI JOIN (SELECT doc_id FROM articles WHERE is_article) AS current ON current.doc_id = article_signals.doc_id
    LEFT JOIN (SELECT DISTINCT doc_id FROM copied_articles) AS copies ON copies.doc_id = article_signals.doc_id
)
SELECT
    source,
    count(*) FILTER (own) AS own_articles,
    count(*) FILTER (NOT own) AS copied_articles,
    count(*) FILTER (own AND known) AS known_articles,
    count(*) FILTER (own AND measurable AND NOT known) AS other_topics,
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
COMMENT ON VIEW source_signals IS 'How each source writes: rates over its own articles on public affairs.';
COMMENT ON COLUMN source_signals.source IS 'Registered domain of the source, or its account on a platform.';
COMMENT ON COLUMN source_signals.own_articles IS 'Articles that are no copies.';
COMMENT ON COLUMN source_signals.copied_articles IS 'Articles that are copies; left out of the rates.';
COMMENT ON COLUMN source_signals.known_articles IS 'Own articles on public affairs that can be measured; the rates are of these.';
COMMENT ON COLUMN source_signals.other_topics IS 'Own articles that can be measured but are on other topics; left out of the rates.';
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

COMMENT ON COLUMN source_scores.status IS 'scored, style only, unknown or unscored.';
COMMENT ON COLUMN source_scores.reason IS 'Why there is no number, or what a number without ratings is.';
COMMENT ON COLUMN source_credibility.status IS 'scored, style only, unknown or unscored.';
COMMENT ON COLUMN source_credibility.reason IS 'Why there is no number, or what a number without ratings is.';
