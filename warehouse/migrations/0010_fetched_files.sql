-- Maintenance prunes WARC files of fetches too.

COMMENT ON COLUMN prunings.what IS 'raw documents, revisions, scores, reports or fetched files.';
