-- Moments beside dates; what articles link to and show. Lists in the article's row: they are written with it, come and
-- go with its revisions, and cost no row of their own.

ALTER TABLE articles ADD COLUMN published_at TIMESTAMPTZ;
ALTER TABLE articles ADD COLUMN modified_at TIMESTAMPTZ;
ALTER TABLE articles ADD COLUMN link_urls VARCHAR[] DEFAULT [];
ALTER TABLE articles ALTER COLUMN link_urls SET NOT NULL;
ALTER TABLE articles ADD COLUMN link_domains VARCHAR[] DEFAULT [];
ALTER TABLE articles ALTER COLUMN link_domains SET NOT NULL;
ALTER TABLE articles ADD COLUMN link_texts VARCHAR[] DEFAULT [];
ALTER TABLE articles ALTER COLUMN link_texts SET NOT NULL;
ALTER TABLE articles ADD COLUMN image_captions VARCHAR[] DEFAULT [];
ALTER TABLE articles ALTER COLUMN image_captions SET NOT NULL;
ALTER TABLE articles ADD COLUMN image_credits VARCHAR[] DEFAULT [];
ALTER TABLE articles ALTER COLUMN image_credits SET NOT NULL;
COMMENT ON COLUMN articles.published_at IS 'When it was published (UTC), where the page gives a time and an offset; published_on is the day as it is written there.';
COMMENT ON COLUMN articles.modified_at IS 'When it was last changed (UTC), where the page gives a time and an offset.';
COMMENT ON COLUMN articles.link_urls IS 'Links from the main text to other sites, canonical, in order, each once; see article_links.';
COMMENT ON COLUMN articles.link_domains IS 'Registered domains of link_urls, one for each.';
COMMENT ON COLUMN articles.link_texts IS 'Words of link_urls, one for each.';
COMMENT ON COLUMN articles.image_captions IS 'Captions of the pictures in the main text and just before it, credits included; see article_images.';
COMMENT ON COLUMN articles.image_credits IS 'Credits of image_captions, one for each; empty where the page does not mark it.';

ALTER TABLE article_revisions ADD COLUMN published_at TIMESTAMPTZ;
ALTER TABLE article_revisions ADD COLUMN modified_at TIMESTAMPTZ;
ALTER TABLE article_revisions ADD COLUMN link_urls VARCHAR[] DEFAULT [];
ALTER TABLE article_revisions ALTER COLUMN link_urls SET NOT NULL;
ALTER TABLE article_revisions ADD COLUMN link_domains VARCHAR[] DEFAULT [];
ALTER TABLE article_revisions ALTER COLUMN link_domains SET NOT NULL;
ALTER TABLE article_revisions ADD COLUMN link_texts VARCHAR[] DEFAULT [];
ALTER TABLE article_revisions ALTER COLUMN link_texts SET NOT NULL;
ALTER TABLE article_revisions ADD COLUMN image_captions VARCHAR[] DEFAULT [];
ALTER TABLE article_revisions ALTER COLUMN image_captions SET NOT NULL;
ALTER TABLE article_revisions ADD COLUMN image_credits VARCHAR[] DEFAULT [];
ALTER TABLE article_revisions ALTER COLUMN image_credits SET NOT NULL;
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
