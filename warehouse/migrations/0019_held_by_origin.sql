-- A batch takes in several files; where some of them alone break its contract, the others are loaded.

COMMENT ON COLUMN batches.state IS 'loaded, or held where the batch broke its contract and all of it, or all of the files in it that are at fault, is in quarantine.';
COMMENT ON COLUMN quarantine.held IS 'Whether it is here with all of its batch, or all of its file in the batch, for breaking an expectation about the batch.';
COMMENT ON COLUMN quarantine_by_reason.held IS 'How many of them are there because their whole batch, or their whole file in it, was held.';
