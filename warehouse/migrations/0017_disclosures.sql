-- What sources disclose about themselves, and what is said about the use of their texts. Facts; no score is made of them.

CREATE TABLE source_disclosures (
    source        VARCHAR NOT NULL,
    fact          VARCHAR NOT NULL,
    value         VARCHAR NOT NULL,
    place         VARCHAR NOT NULL,
    quote         VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at  TIMESTAMPTZ NOT NULL,
    documents     BIGINT NOT NULL,
    PRIMARY KEY (source, fact, value, place)
);
COMMENT ON TABLE source_disclosures IS 'What each source declares about itself and about the use of its texts: policies, owners, imprint, notices, files such as trust.txt. A value that changed is a row of its own beside the old one.';
COMMENT ON COLUMN source_disclosures.source IS 'Registered domain of the source.';
COMMENT ON COLUMN source_disclosures.fact IS 'What is declared, such as corrections policy or AI training declined.';
COMMENT ON COLUMN source_disclosures.value IS 'An address, a text, or what a mark or notice says.';
COMMENT ON COLUMN source_disclosures.place IS 'Where it stands: json-ld, link, meta or text of a page; header; robots.txt, tdmrep.json, trust.txt or ads.txt of the site.';
COMMENT ON COLUMN source_disclosures.quote IS 'The property, link words, statement or line that it was read from, where it was seen last.';
COMMENT ON COLUMN source_disclosures.first_seen_at IS 'When the first document or file that declares it was fetched, or loaded where that is not known (UTC).';
COMMENT ON COLUMN source_disclosures.last_seen_at IS 'The same for the last one (UTC).';
COMMENT ON COLUMN source_disclosures.documents IS 'Loaded documents that declare it; 0 where only a file of the site does.';

ALTER TABLE articles ADD COLUMN rights VARCHAR;
ALTER TABLE articles ADD COLUMN permits_ai_training BOOLEAN;
ALTER TABLE articles ADD COLUMN permits_research BOOLEAN;
COMMENT ON COLUMN articles.rights IS 'What was said about text and data mining and AI training when it was fetched, one statement a line; null where nothing was.';
COMMENT ON COLUMN articles.permits_ai_training IS 'Whether those statements permit training AI models on the text; null where they say nothing about it.';
COMMENT ON COLUMN articles.permits_research IS 'Whether those statements permit research that is not commercial; null where they say nothing about it.';

ALTER TABLE article_revisions ADD COLUMN rights VARCHAR;
ALTER TABLE article_revisions ADD COLUMN permits_ai_training BOOLEAN;
ALTER TABLE article_revisions ADD COLUMN permits_research BOOLEAN;
COMMENT ON COLUMN article_revisions.rights IS 'What was said about text and data mining and AI training when it was fetched, one statement a line; null where nothing was.';
COMMENT ON COLUMN article_revisions.permits_ai_training IS 'Whether those statements permit training AI models on the text; null where they say nothing about it.';
COMMENT ON COLUMN article_revisions.permits_research IS 'Whether those statements permit research that is not commercial; null where they say nothing about it.';

-- A statement of a site's files is in force while the last reading of the file had it.
CREATE VIEW site_rights AS
WITH latest AS (
    SELECT source, place, max(last_seen_at) AS read_at
    FROM source_disclosures
    WHERE place IN ('robots.txt', 'tdmrep.json', 'trust.txt') AND fact = 'file'
    GROUP BY source, place
),
said AS (
    SELECT source_disclosures.source, source_disclosures.fact
    FROM source_disclosures
    JOIN latest
        ON latest.source = source_disclosures.source
        AND latest.place = source_disclosures.place
        AND latest.read_at = source_disclosures.last_seen_at
    WHERE source_disclosures.documents = 0
)
SELECT
    source,
    CASE
        WHEN bool_or(fact IN ('AI training declined', 'text and data mining reserved')) THEN false
        WHEN bool_or(fact IN ('AI training permitted', 'text and data mining not reserved')) THEN true
    END AS permits_ai_training,
    CASE
        WHEN bool_or(fact = 'text and data mining reserved') THEN false
        WHEN bool_or(fact = 'text and data mining not reserved') THEN true
    END AS permits_research
FROM said
GROUP BY source;
COMMENT ON VIEW site_rights IS 'What the files of each whole site said about the use of its texts when copydesk disclosures read them last.';
COMMENT ON COLUMN site_rights.source IS 'Registered domain of the source.';
COMMENT ON COLUMN site_rights.permits_ai_training IS 'Whether robots.txt, tdmrep.json and trust.txt permit training AI models; null where they say nothing about it.';
COMMENT ON COLUMN site_rights.permits_research IS 'Whether they permit research that is not commercial; null where they say nothing about it.';

CREATE VIEW article_rights AS
WITH versions AS (
    SELECT doc_id, article_id, domain, rights, permits_ai_training, permits_research FROM articles
    UNION ALL
    SELECT doc_id, article_id, domain, rights, permits_ai_training, permits_research FROM article_revisions
)
SELECT
    versions.doc_id,
    versions.article_id,
    versions.domain,
    versions.rights,
    CASE
        WHEN NOT versions.permits_ai_training OR NOT site_rights.permits_ai_training THEN 'declined'
        WHEN versions.permits_ai_training OR site_rights.permits_ai_training THEN 'permitted'
        ELSE 'unknown'
    END AS ai_training,
    CASE
        WHEN NOT versions.permits_research OR NOT site_rights.permits_research THEN 'declined'
        WHEN versions.permits_research OR site_rights.permits_research THEN 'permitted'
        ELSE 'unknown'
    END AS research
FROM versions
LEFT JOIN site_rights ON site_rights.source = versions.domain;
COMMENT ON VIEW article_rights IS 'What may be done with each version of each article by what was said: one statement that declines goes before any that permits, and nothing is guessed. copydesk export --permitted-for goes by it.';
COMMENT ON COLUMN article_rights.doc_id IS 'The document, that is this version of the article.';
COMMENT ON COLUMN article_rights.article_id IS 'Identity of the article over its revisions.';
COMMENT ON COLUMN article_rights.domain IS 'Registered domain of the source.';
COMMENT ON COLUMN article_rights.rights IS 'What was said when it was fetched, one statement a line; null where nothing was.';
COMMENT ON COLUMN article_rights.ai_training IS 'permitted, declined or unknown.';
COMMENT ON COLUMN article_rights.research IS 'permitted, declined or unknown; research that is not commercial.';

CREATE VIEW source_practice AS
WITH corrections AS (
    SELECT DISTINCT doc_id FROM provenance WHERE kind = 'correction'
),
copied AS (
    SELECT DISTINCT doc_id FROM copied_articles
)
SELECT
    articles.domain AS source,
    count(*) AS articles,
    avg((len(articles.authors) > 0)::INTEGER) AS byline_share,
    avg((corrections.doc_id IS NOT NULL)::INTEGER) AS correction_share,
    avg((articles.agency IS NOT NULL)::INTEGER) AS agency_share,
    avg((copied.doc_id IS NOT NULL)::INTEGER) AS copied_share,
    sum(articles.word_count) FILTER (copied.doc_id IS NOT NULL) / sum(articles.word_count) AS copied_word_share,
    avg(coalesce(articles.is_sponsored, false)::INTEGER) AS sponsored_share,
    avg((article_revisions.article_id IS NOT NULL)::INTEGER) AS revised_share,
    min(articles.published_on) AS first_published_on,
    max(articles.published_on) AS last_published_on
FROM articles
LEFT JOIN corrections ON corrections.doc_id = articles.doc_id
LEFT JOIN copied ON copied.doc_id = articles.doc_id
LEFT JOIN (SELECT DISTINCT article_id FROM article_revisions) AS article_revisions
    ON article_revisions.article_id = articles.article_id
WHERE articles.domain IS NOT NULL
GROUP BY articles.domain
ORDER BY articles.domain;
COMMENT ON VIEW source_practice IS 'How the articles of each source are made, as shares of its current articles. Facts without weight: no score is made of them.';
COMMENT ON COLUMN source_practice.source IS 'Registered domain of the source.';
COMMENT ON COLUMN source_practice.articles IS 'Its current articles.';
COMMENT ON COLUMN source_practice.byline_share IS 'Share that names a person as author, 0 to 1.';
COMMENT ON COLUMN source_practice.correction_share IS 'Share that carries a correction, 0 to 1; careful houses print more of them.';
COMMENT ON COLUMN source_practice.agency_share IS 'Share that credits an agency, 0 to 1.';
COMMENT ON COLUMN source_practice.copied_share IS 'Share whose text is an agency''s or ran first at another source, 0 to 1, as copied_articles has it after copydesk score.';
COMMENT ON COLUMN source_practice.copied_word_share IS 'The same as a share of words; null where none is a copy.';
COMMENT ON COLUMN source_practice.sponsored_share IS 'Share that the page itself marks as sponsored, 0 to 1; pages that say nothing count as not marked.';
COMMENT ON COLUMN source_practice.revised_share IS 'Share of which an earlier revision is kept, 0 to 1.';
COMMENT ON COLUMN source_practice.first_published_on IS 'Day of the first one.';
COMMENT ON COLUMN source_practice.last_published_on IS 'Day of the last one.';

CREATE VIEW source_sheet AS
WITH latest AS (
    SELECT source, place, max(last_seen_at) AS last_look_at FROM source_disclosures GROUP BY source, place
),
disclosed AS (
    SELECT
        source_disclosures.source,
        'disclosure' AS part,
        source_disclosures.fact,
        source_disclosures.value,
        source_disclosures.place,
        source_disclosures.quote,
        source_disclosures.first_seen_at,
        source_disclosures.last_seen_at,
        source_disclosures.documents,
        source_disclosures.last_seen_at < latest.last_look_at
            AND source_disclosures.place IN ('robots.txt', 'tdmrep.json', 'trust.txt', 'ads.txt') AS is_past
    FROM source_disclosures
    JOIN latest ON latest.source = source_disclosures.source AND latest.place = source_disclosures.place
),
shares AS (
    UNPIVOT (
        SELECT
            source,
            articles,
            byline_share AS "byline by a person",
            correction_share AS "correction printed",
            agency_share AS "agency credited",
            copied_share AS "copied text",
            sponsored_share AS "marked as sponsored",
            revised_share AS "revised after it was first loaded"
        FROM source_practice
    )
    ON
        "byline by a person",
        "correction printed",
        "agency credited",
        "copied text",
        "marked as sponsored",
        "revised after it was first loaded"
    INTO NAME fact VALUE share
)
SELECT * FROM disclosed
UNION ALL BY NAME
SELECT
    source,
    'practice' AS part,
    fact,
    format('{:.0f}%', 100 * share) AS value,
    'articles' AS place,
    format('{} of {} articles', round(share * articles)::BIGINT, articles) AS quote,
    articles AS documents,
    false AS is_past
FROM shares
ORDER BY source, part, fact, is_past, last_seen_at DESC, value;
COMMENT ON VIEW source_sheet IS 'Everything that is known of how each source presents itself and how its articles are made, one fact a row; copydesk sources show prints it.';
COMMENT ON COLUMN source_sheet.source IS 'Registered domain of the source.';
COMMENT ON COLUMN source_sheet.part IS 'disclosure: the source says so; practice: counted in its articles.';
COMMENT ON COLUMN source_sheet.fact IS 'What it is about.';
COMMENT ON COLUMN source_sheet.value IS 'What is declared, or the share of articles.';
COMMENT ON COLUMN source_sheet.place IS 'Where it stands.';
COMMENT ON COLUMN source_sheet.quote IS 'The words or numbers that it rests on.';
COMMENT ON COLUMN source_sheet.first_seen_at IS 'When it was seen first (UTC); null for shares.';
COMMENT ON COLUMN source_sheet.last_seen_at IS 'When it was seen last (UTC); null for shares.';
COMMENT ON COLUMN source_sheet.documents IS 'Documents that it rests on.';
COMMENT ON COLUMN source_sheet.is_past IS 'Whether a later reading of the same file no longer had it.';
