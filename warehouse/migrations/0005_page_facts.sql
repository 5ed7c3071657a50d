-- What pages declare about their articles beyond title, authors and dates.

ALTER TABLE articles ADD COLUMN standfirst VARCHAR;
ALTER TABLE articles ADD COLUMN organisation_authors VARCHAR[] DEFAULT [];
ALTER TABLE articles ALTER COLUMN organisation_authors SET NOT NULL;
ALTER TABLE articles ADD COLUMN section VARCHAR;
ALTER TABLE articles ADD COLUMN tags VARCHAR[] DEFAULT [];
ALTER TABLE articles ALTER COLUMN tags SET NOT NULL;
ALTER TABLE articles ADD COLUMN is_opinion BOOLEAN;
ALTER TABLE articles ADD COLUMN is_sponsored BOOLEAN;
ALTER TABLE articles ADD COLUMN is_paywalled BOOLEAN;
COMMENT ON COLUMN articles.standfirst IS 'What stands between headline and main text and sums the article up; no part of the text.';
COMMENT ON COLUMN articles.organisation_authors IS 'Agencies, desks and outlets that the page names as author; people are under authors.';
COMMENT ON COLUMN articles.section IS 'The outlet''s section, as the page declares it.';
COMMENT ON COLUMN articles.tags IS 'Keywords, as the page declares them.';
COMMENT ON COLUMN articles.is_opinion IS 'Whether the page declares itself opinion or analysis; null where it says nothing.';
COMMENT ON COLUMN articles.is_sponsored IS 'Whether the page declares itself sponsored or advertising; null where it says nothing.';
COMMENT ON COLUMN articles.is_paywalled IS 'Whether the page declares that it is not free to read; null where it says nothing.';

ALTER TABLE article_revisions ADD COLUMN standfirst VARCHAR;
ALTER TABLE article_revisions ADD COLUMN organisation_authors VARCHAR[] DEFAULT [];
ALTER TABLE article_revisions ALTER COLUMN organisation_authors SET NOT NULL;
ALTER TABLE article_revisions ADD COLUMN section VARCHAR;
ALTER TABLE article_revisions ADD COLUMN tags VARCHAR[] DEFAULT [];
ALTER TABLE article_revisions ALTER COLUMN tags SET NOT NULL;
ALTER TABLE article_revisions ADD COLUMN is_opinion BOOLEAN;
ALTER TABLE article_revisions ADD COLUMN is_sponsored BOOLEAN;
ALTER TABLE article_revisions ADD COLUMN is_paywalled BOOLEAN;
COMMENT ON COLUMN article_revisions.standfirst IS 'What stands between headline and main text and sums the article up; no part of the text.';
COMMENT ON COLUMN article_revisions.organisation_authors IS 'Agencies, desks and outlets that the page names as author; people are under authors.';
COMMENT ON COLUMN article_revisions.section IS 'The outlet''s section, as the page declares it.';
COMMENT ON COLUMN article_revisions.tags IS 'Keywords, as the page declares them.';
COMMENT ON COLUMN article_revisions.is_opinion IS 'Whether the page declares itself opinion or analysis; null where it says nothing.';
COMMENT ON COLUMN article_revisions.is_sponsored IS 'Whether the page declares itself sponsored or advertising; null where it says nothing.';
COMMENT ON COLUMN article_revisions.is_paywalled IS 'Whether the page declares that it is not free to read; null where it says nothing.';
