-- Copies in parts: an agency's report inside a longer article, which Jaccard similarity does not see.

CREATE TABLE run_samples (
    article_id VARCHAR NOT NULL,
    runs       BLOB    NOT NULL
);
COMMENT ON TABLE run_samples IS 'Every fourth five-word run of each related article, by which copies in parts are found.';
COMMENT ON COLUMN run_samples.article_id IS 'The article.';
COMMENT ON COLUMN run_samples.runs IS 'The lower quarter of the hashes of its runs, in order, 4 bytes each.';

CREATE TABLE text_parts (
    article_id        VARCHAR NOT NULL,
    within_article_id VARCHAR NOT NULL,
    contained         DOUBLE  NOT NULL
);
COMMENT ON TABLE text_parts IS 'Articles whose text stands, half of it at least, in a longer one that is no near-duplicate of theirs.';
COMMENT ON COLUMN text_parts.article_id IS 'The shorter article.';
COMMENT ON COLUMN text_parts.within_article_id IS 'The longer article.';
COMMENT ON COLUMN text_parts.contained IS 'Share of the five-word runs of the shorter one that the longer one has, exactly, 0.5 to 1.';

CREATE VIEW copies_in_parts AS
SELECT
    text_parts.contained,
    shorter.domain AS shorter_source,
    longer.domain AS longer_source,
    coalesce(shorter.agency, longer.agency) AS agency,
    shorter.published_on AS shorter_on,
    longer.published_on AS longer_on,
    shorter.title AS shorter_title,
    longer.title AS longer_title,
    shorter.url AS shorter_url,
    longer.url AS longer_url,
    text_parts.article_id,
    text_parts.within_article_id
FROM text_parts
JOIN articles AS shorter ON shorter.article_id = text_parts.article_id
JOIN articles AS longer ON longer.article_id = text_parts.within_article_id
ORDER BY text_parts.contained DESC, text_parts.article_id, text_parts.within_article_id;
COMMENT ON VIEW copies_in_parts IS 'Texts that stand in longer ones, with who ran both. Which was first is not said: a long report can take in a short one, and a short one can be cut from a long one.';
COMMENT ON COLUMN copies_in_parts.contained IS 'Share of the shorter text that stands in the longer one, 0.5 to 1.';
COMMENT ON COLUMN copies_in_parts.shorter_source IS 'Registered domain of who ran the shorter one.';
COMMENT ON COLUMN copies_in_parts.longer_source IS 'Registered domain of who ran the longer one.';
COMMENT ON COLUMN copies_in_parts.agency IS 'News agency that the shorter one names, else that the longer one names.';
COMMENT ON COLUMN copies_in_parts.shorter_on IS 'Date of publication of the shorter one.';
COMMENT ON COLUMN copies_in_parts.longer_on IS 'Date of publication of the longer one.';
COMMENT ON COLUMN copies_in_parts.shorter_title IS 'Headline of the shorter one.';
COMMENT ON COLUMN copies_in_parts.longer_title IS 'Headline of the longer one.';
COMMENT ON COLUMN copies_in_parts.shorter_url IS 'Where the shorter one was run.';
COMMENT ON COLUMN copies_in_parts.longer_url IS 'Where the longer one was run.';
COMMENT ON COLUMN copies_in_parts.article_id IS 'The shorter article.';
COMMENT ON COLUMN copies_in_parts.within_article_id IS 'The longer article.';
