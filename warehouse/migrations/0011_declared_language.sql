-- What language a page says that it is in, beside the one that its text was found to be in.

ALTER TABLE articles ADD COLUMN declared_language VARCHAR;
COMMENT ON COLUMN articles.declared_language IS 'Language that the page declares (two or three letters); null where it declares none. The text was found to be in language.';

ALTER TABLE article_revisions ADD COLUMN declared_language VARCHAR;
COMMENT ON COLUMN article_revisions.declared_language IS 'Language that the page declares (two or three letters); null where it declares none. The text was found to be in language.';
