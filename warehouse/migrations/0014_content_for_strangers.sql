-- Content is measured on public affairs alone, and what is estimated from style alone says so.

ALTER TABLE article_signals ADD COLUMN public_affairs BIGINT;
COMMENT ON COLUMN article_signals.public_affairs IS 'Words that reports on government, law, elections, police and war cannot do without, outside quotations; null in languages without word lists.';

-- Nobody is framed: a credit to an agency, which anybody can write, and a date, which each source declares, take an
-- article out of a source's count only where something else says the same.
ALTER TABLE near_duplicate_groups ADD COLUMN doubtful BOOLEAN DEFAULT TRUE;
ALTER TABLE near_duplicate_groups ALTER COLUMN doubtful SET NOT NULL;
ALTER TABLE near_duplicate_groups ALTER COLUMN doubtful DROP DEFAULT;
COMMENT ON COLUMN near_duplicate_groups.told_by IS 'What sets it apart from its neighbour: agency (its own copy), link (the others link to it), habit (the others copy many), published, fetched, or loaded, which says little.';
COMMENT ON COLUMN near_duplicate_groups.doubtful IS 'Whether it is in doubt which source ran the text first: nothing but declared dates says so.';

CREATE OR REPLACE VIEW copied_articles AS
WITH grouped AS (
    SELECT
        article_signals.doc_id,
        article_signals.source,
        article_signals.copied_from,
        near_duplicate_groups.doubtful,
        first_value(article_signals.source)
            OVER (PARTITION BY near_duplicate_groups.group_id ORDER BY near_duplicate_groups.position) AS first_source,
        min(article_signals.source) OVER by_group <> max(article_signals.source) OVER by_group AS found_elsewhere
    FROM near_duplicate_groups
    JOIN articles ON articles.article_id = near_duplicate_groups.article_id
    JOIN article_signals ON article_signals.doc_id = articles.doc_id
    WINDOW by_group AS (PARTITION BY near_duplicate_groups.group_id)
),
found AS (
    SELECT doc_id FROM grouped WHERE found_elsewhere
    UNION
    SELECT duplicates.kept_doc_id
    FROM duplicates
    JOIN articles ON articles.doc_id = duplicates.kept_doc_id
    WHERE duplicates.domain <> articles.domain
),
believed AS (
    SELECT source FROM article_signals GROUP BY source HAVING 2 * count(copied_from) <= count(*)
)
SELECT doc_id, copied_from
FROM article_signals
WHERE copied_from IS NOT NULL AND (source IN (SELECT source FROM believed) OR doc_id IN (SELECT doc_id FROM found))
UNION ALL
SELECT doc_id, first_source
FROM grouped
WHERE copied_from IS NULL AND source <> first_source AND NOT doubtful;
COMMENT ON VIEW copied_articles IS 'Articles that are not the source''s own and are held neither for nor against it: agency reports, and near-duplicates of what another source surely ran first. A credit to an agency counts where the text was found at another source too, or where at most half of the source''s articles have one.';
COMMENT ON COLUMN copied_articles.doc_id IS 'The document.';
COMMENT ON COLUMN copied_articles.copied_from IS 'Whose report it is: an agency, or the source that ran it first.';

CREATE VIEW doubtful_copies AS
SELECT article_signals.doc_id, article_signals.source, article_signals.copied_from AS perhaps_from, 'credit' AS why
FROM article_signals
ANTI JOIN copied_articles ON copied_articles.doc_id = article_signals.doc_id
WHERE article_signals.copied_from IS NOT NULL
UNION ALL
SELECT article_signals.doc_id, article_signals.source, others.source, 'date'
FROM near_duplicate_groups
JOIN articles ON articles.article_id = near_duplicate_groups.article_id
JOIN article_signals ON article_signals.doc_id = articles.doc_id
JOIN near_duplicate_groups AS firsts ON firsts.group_id = near_duplicate_groups.group_id AND firsts.position = 1
JOIN articles AS first_articles ON first_articles.article_id = firsts.article_id
JOIN article_signals AS others ON others.doc_id = first_articles.doc_id
WHERE near_duplicate_groups.doubtful AND others.source <> article_signals.source;
COMMENT ON VIEW doubtful_copies IS 'Articles that may be copies but count as the source''s own, for nothing but its own word or a declared date says so.';
COMMENT ON COLUMN doubtful_copies.doc_id IS 'The document.';
COMMENT ON COLUMN doubtful_copies.source IS 'Who ran it.';
COMMENT ON COLUMN doubtful_copies.perhaps_from IS 'Whose report it may be.';
COMMENT ON COLUMN doubtful_copies.why IS 'credit: it credits an agency, as most articles of the source do, and was found nowhere else; date: the other source declares an earlier date.';

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

-- An article without a date of its own is compared by the day of loading, which made its story news of that day.
ALTER TABLE stories ALTER COLUMN first_on DROP NOT NULL;
ALTER TABLE stories ALTER COLUMN last_on DROP NOT NULL;
COMMENT ON COLUMN stories.first_on IS 'Day of its first article; null where no article has a date of its own.';
COMMENT ON COLUMN stories.last_on IS 'Day of its last article; null where no article has a date of its own.';
COMMENT ON COLUMN related_articles.day IS 'Date of publication, else of fetching, else of loading.';
COMMENT ON COLUMN related_articles.day_known IS 'Whether day is that of publication; that of fetching is compared more strictly.';
