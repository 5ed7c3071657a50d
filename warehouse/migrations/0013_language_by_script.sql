-- Script and letters tell some languages before any identifier is asked; the last word is no longer langdetect's alone.

COMMENT ON COLUMN articles.language IS 'ISO 639-1 code, zh-cn or zh-tw for Chinese; und where it cannot be told.';
COMMENT ON COLUMN articles.language_by IS 'What told the language: script (its letters), langdetect, py3langid, or none.';
COMMENT ON COLUMN article_revisions.language IS 'ISO 639-1 code, zh-cn or zh-tw for Chinese; und where it cannot be told.';
COMMENT ON COLUMN article_revisions.language_by IS 'What told the language: script (its letters), langdetect, py3langid, or none.';
