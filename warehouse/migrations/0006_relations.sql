-- What the relate stage finds: near-duplicates, who ran them first, stories and what their reports share.
--
-- All of it can be made anew from articles: `copydesk relate --anew` does.

CREATE TABLE related_articles (
    article_id VARCHAR     NOT NULL PRIMARY KEY,
    doc_id     VARCHAR     NOT NULL,
    source     VARCHAR     NOT NULL,
    language   VARCHAR     NOT NULL,
    day        DATE        NOT NULL,
    day_known  BOOLEAN     NOT NULL,
    terms      BLOB        NOT NULL,
    related_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE related_articles IS 'The articles that were related to the others, with what they are compared by.';
COMMENT ON COLUMN related_articles.article_id IS 'The article.';
COMMENT ON COLUMN related_articles.doc_id IS 'The version of it that was related; another one in articles is related anew.';
COMMENT ON COLUMN related_articles.source IS 'Registered domain; else publisher: NAME; else unknown: ARTICLE, a source of its own.';
COMMENT ON COLUMN related_articles.language IS 'ISO 639-1 code, or und; only articles of one language are compared.';
COMMENT ON COLUMN related_articles.day IS 'Date of publication, else of fetching, else of loading.';
COMMENT ON COLUMN related_articles.day_known IS 'Whether day is that of publication or of fetching.';
COMMENT ON COLUMN related_articles.terms IS 'The words of title and text: CRC-32, count and flags, 6 bytes each.';
COMMENT ON COLUMN related_articles.related_at IS 'When it was related (UTC).';

CREATE TABLE near_duplicates (
    article_id       VARCHAR NOT NULL,
    other_article_id VARCHAR NOT NULL,
    jaccard          DOUBLE  NOT NULL
);
COMMENT ON TABLE near_duplicates IS 'Pairs of articles that are one text with small changes, each pair once.';
COMMENT ON COLUMN near_duplicates.article_id IS 'The article with the smaller id.';
COMMENT ON COLUMN near_duplicates.other_article_id IS 'The other one.';
COMMENT ON COLUMN near_duplicates.jaccard IS 'Jaccard similarity of their sets of five-word runs, exactly, 0.5 to 1.';

CREATE TABLE near_duplicate_groups (
    article_id VARCHAR NOT NULL,
    group_id   VARCHAR NOT NULL,
    position   BIGINT  NOT NULL,
    told_by    VARCHAR NOT NULL
);
COMMENT ON TABLE near_duplicate_groups IS 'Articles that hang together by near-duplicates, in the order in which they were run.';
COMMENT ON COLUMN near_duplicate_groups.article_id IS 'The article.';
COMMENT ON COLUMN near_duplicate_groups.group_id IS 'The group: the smallest article id in it.';
COMMENT ON COLUMN near_duplicate_groups.position IS 'Place in the order of running, from 1; 1 ran it first.';
COMMENT ON COLUMN near_duplicate_groups.told_by IS 'What sets it apart from its neighbour: published, fetched, or loaded, which says little.';

CREATE TABLE stories (
    story_id      VARCHAR     NOT NULL PRIMARY KEY,
    title         VARCHAR,
    language      VARCHAR     NOT NULL,
    first_on      DATE        NOT NULL,
    last_on       DATE        NOT NULL,
    article_count BIGINT      NOT NULL,
    source_count  BIGINT      NOT NULL,
    report_count  BIGINT      NOT NULL,
    related_at    TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE stories IS 'Articles about one event within days. Those with a source_count of 1 wait for another source.';
COMMENT ON COLUMN stories.story_id IS 'The story: the article id that it was opened by. It stays while the story has two articles.';
COMMENT ON COLUMN stories.title IS 'Headline of its first article that has one.';
COMMENT ON COLUMN stories.language IS 'ISO 639-1 code of all its articles.';
COMMENT ON COLUMN stories.first_on IS 'Day of its first article.';
COMMENT ON COLUMN stories.last_on IS 'Day of its last article.';
COMMENT ON COLUMN stories.article_count IS 'Its articles.';
COMMENT ON COLUMN stories.source_count IS 'Sources that ran any of them.';
COMMENT ON COLUMN stories.report_count IS 'Independent reports: copies, texts of one agency and articles of one source count once.';
COMMENT ON COLUMN stories.related_at IS 'When it last changed (UTC).';

CREATE TABLE story_articles (
    story_id      VARCHAR NOT NULL,
    article_id    VARCHAR NOT NULL PRIMARY KEY,
    likeness      DOUBLE  NOT NULL,
    report_number BIGINT  NOT NULL,
    because       VARCHAR NOT NULL
);
COMMENT ON TABLE story_articles IS 'The articles of each story; an article is in one story at most.';
COMMENT ON COLUMN story_articles.story_id IS 'The story.';
COMMENT ON COLUMN story_articles.article_id IS 'The article.';
COMMENT ON COLUMN story_articles.likeness IS 'Mean likeness to the story''s other articles when it joined; 0 is that of the average judged pair.';
COMMENT ON COLUMN story_articles.report_number IS 'The independent report that it belongs to, from 1 in each story.';
COMMENT ON COLUMN story_articles.because IS 'own report; or what ties it to an earlier article: copy, same agency, same source.';

CREATE TABLE story_facts (
    story_id   VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    agreement  VARCHAR NOT NULL,
    subject    VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    value      VARCHAR NOT NULL,
    sentence   VARCHAR NOT NULL
);
COMMENT ON TABLE story_facts IS 'What more than one independent report of a story says, and where they differ; one row for each article that says it.';
COMMENT ON COLUMN story_facts.story_id IS 'The story.';
COMMENT ON COLUMN story_facts.kind IS 'name, number or quotation.';
COMMENT ON COLUMN story_facts.agreement IS 'shared, spelt differently, or differs.';
COMMENT ON COLUMN story_facts.subject IS 'The name, the number with what it counts, the thing counted, or the beginning of the quotation.';
COMMENT ON COLUMN story_facts.article_id IS 'The article that says it.';
COMMENT ON COLUMN story_facts.value IS 'As the article writes it.';
COMMENT ON COLUMN story_facts.sentence IS 'A sentence of the article where it stands, 400 characters at most.';

CREATE VIEW story_reports AS
SELECT
    stories.story_id,
    stories.title AS story,
    stories.first_on,
    stories.last_on,
    stories.report_count,
    story_articles.report_number,
    story_articles.because,
    related_articles.source,
    articles.published_on,
    articles.agency,
    articles.title,
    articles.url,
    articles.article_id
FROM stories
JOIN story_articles ON story_articles.story_id = stories.story_id
JOIN related_articles ON related_articles.article_id = story_articles.article_id
JOIN articles ON articles.article_id = story_articles.article_id
WHERE stories.source_count > 1
ORDER BY stories.last_on DESC, stories.story_id, story_articles.report_number, related_articles.day, articles.article_id;
COMMENT ON VIEW story_reports IS 'Who reports each story, the newest first; articles of one report_number are one independent report.';
COMMENT ON COLUMN story_reports.story_id IS 'The story.';
COMMENT ON COLUMN story_reports.story IS 'Headline of the story.';
COMMENT ON COLUMN story_reports.first_on IS 'Day of its first article.';
COMMENT ON COLUMN story_reports.last_on IS 'Day of its last article.';
COMMENT ON COLUMN story_reports.report_count IS 'Its independent reports.';
COMMENT ON COLUMN story_reports.report_number IS 'The independent report that the article belongs to.';
COMMENT ON COLUMN story_reports.because IS 'own report, copy, same agency or same source.';
COMMENT ON COLUMN story_reports.source IS 'Who ran the article.';
COMMENT ON COLUMN story_reports.published_on IS 'Date of publication.';
COMMENT ON COLUMN story_reports.agency IS 'News agency that the text names.';
COMMENT ON COLUMN story_reports.title IS 'Headline of the article.';
COMMENT ON COLUMN story_reports.url IS 'Canonical URL.';
COMMENT ON COLUMN story_reports.article_id IS 'The article.';

CREATE VIEW story_agreement AS
SELECT
    story_facts.story_id,
    stories.title AS story,
    story_facts.kind,
    story_facts.agreement,
    story_facts.subject,
    count(DISTINCT story_articles.report_number) AS reports,
    list(DISTINCT related_articles.source ORDER BY related_articles.source) AS sources,
    list(DISTINCT story_facts.value ORDER BY story_facts.value) AS said
FROM story_facts
JOIN stories ON stories.story_id = story_facts.story_id
JOIN story_articles ON story_articles.article_id = story_facts.article_id
JOIN related_articles ON related_articles.article_id = story_facts.article_id
GROUP BY ALL
ORDER BY story_facts.story_id, reports DESC, story_facts.kind, story_facts.agreement, story_facts.subject;
COMMENT ON VIEW story_agreement IS 'What the independent reports of each story say alike, and where they differ.';
COMMENT ON COLUMN story_agreement.story_id IS 'The story.';
COMMENT ON COLUMN story_agreement.story IS 'Headline of the story.';
COMMENT ON COLUMN story_agreement.kind IS 'name, number or quotation.';
COMMENT ON COLUMN story_agreement.agreement IS 'shared, spelt differently, or differs.';
COMMENT ON COLUMN story_agreement.subject IS 'What it is about.';
COMMENT ON COLUMN story_agreement.reports IS 'Independent reports that say something of it.';
COMMENT ON COLUMN story_agreement.sources IS 'The sources of those.';
COMMENT ON COLUMN story_agreement.said IS 'What they write, each form once.';

CREATE VIEW syndication AS
WITH runs AS (
    SELECT
        coalesce(near_duplicate_groups.group_id, articles.article_id) AS group_id,
        articles.article_id,
        articles.domain,
        articles.agency,
        articles.published_on,
        articles.title,
        articles.url,
        CASE WHEN near_duplicate_groups.position > 1 THEN 'near-duplicate' ELSE 'kept' END AS how,
        near_duplicate_groups.position,
        near_duplicate_groups.told_by
    FROM articles
    LEFT JOIN near_duplicate_groups ON near_duplicate_groups.article_id = articles.article_id
    UNION ALL
    SELECT
        coalesce(near_duplicate_groups.group_id, articles.article_id),
        articles.article_id,
        duplicates.domain,
        articles.agency,
        duplicates.published_on,
        duplicates.title,
        duplicates.url,
        'exact copy',
        near_duplicate_groups.position,
        NULL
    FROM duplicates
    JOIN articles ON articles.doc_id = duplicates.kept_doc_id
    LEFT JOIN near_duplicate_groups ON near_duplicate_groups.article_id = articles.article_id
    WHERE duplicates.doc_id <> duplicates.kept_doc_id
),
judged AS (
    SELECT
        *,
        count(*) OVER by_group AS runs,
        count(DISTINCT domain) OVER by_group AS sources,
        max(agency) OVER by_group AS text_of
    FROM runs
    WINDOW by_group AS (PARTITION BY group_id)
)
SELECT
    group_id,
    CASE WHEN sources < 2 THEN 'one source' WHEN text_of IS NULL THEN 'several sources' ELSE 'agency' END AS kind,
    sources,
    text_of AS agency,
    how,
    position,
    told_by,
    domain,
    published_on,
    title,
    url,
    article_id
FROM judged
WHERE runs > 1
ORDER BY sources DESC, group_id, position NULLS FIRST, how = 'exact copy', published_on, domain;
COMMENT ON VIEW syndication IS 'Texts that were run more than once, near-duplicates and exact copies, with who ran them.';
COMMENT ON COLUMN syndication.group_id IS 'The text: the smallest article id of the group.';
COMMENT ON COLUMN syndication.kind IS 'agency: several sources ran an agency''s text; several sources: they ran one text; one source: it ran its own text again.';
COMMENT ON COLUMN syndication.sources IS 'Sources that ran it.';
COMMENT ON COLUMN syndication.agency IS 'News agency that one of the texts names.';
COMMENT ON COLUMN syndication.how IS 'kept: the text as it was run first of what is kept; near-duplicate; or exact copy, of which only the fact is kept.';
COMMENT ON COLUMN syndication.position IS 'Place in the order of running, from 1; that of the kept text for exact copies, null where nothing else was run.';
COMMENT ON COLUMN syndication.told_by IS 'What the place rests on: published, fetched, or loaded, which says little.';
COMMENT ON COLUMN syndication.domain IS 'Registered domain of who ran it.';
COMMENT ON COLUMN syndication.published_on IS 'Date of publication.';
COMMENT ON COLUMN syndication.title IS 'Headline there.';
COMMENT ON COLUMN syndication.url IS 'Where it was run.';
COMMENT ON COLUMN syndication.article_id IS 'The article; of an exact copy, the one that is kept for it.';
