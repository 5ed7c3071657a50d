-- How far each main text can be trusted, and where a source's texts can be trusted less than before.

ALTER TABLE articles ADD COLUMN extraction_confidence DOUBLE;
COMMENT ON COLUMN articles.extraction_confidence IS 'The chance, 0 to 1, that the text is nearly what a person would have marked on the page (F1 over words of at least 0.8); null for plain text and for what an older Copydesk loaded.';

ALTER TABLE article_revisions ADD COLUMN extraction_confidence DOUBLE;
COMMENT ON COLUMN article_revisions.extraction_confidence IS 'The chance, 0 to 1, that the text is nearly what a person would have marked on the page (F1 over words of at least 0.8); null for plain text and for what an older Copydesk loaded.';

ALTER TABLE batches ADD COLUMN confidence_drop DOUBLE;
ALTER TABLE batches ADD COLUMN confidence_drop_source VARCHAR;
COMMENT ON COLUMN batches.confidence_drop IS 'How far the mean extraction_confidence of a source is below its usual one, of the source where that is most; negative where all rose, null where no source has enough articles.';
COMMENT ON COLUMN batches.confidence_drop_source IS 'Registered domain of that source.';
