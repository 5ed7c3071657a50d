-- Which documents the second look of their run has not come to: a run can be stopped at any step of it, and be repeated.

ALTER TABLE cleanings ADD COLUMN awaits_second_look BOOLEAN DEFAULT true;
UPDATE cleanings
SET awaits_second_look = doc_id IN (
    SELECT doc_id FROM documents WHERE run_id IN (SELECT run_id FROM runs WHERE state <> 'finished')
);
COMMENT ON COLUMN cleanings.awaits_second_look IS 'Whether templates that its run learned are still to be looked for in it: true until the run, or the one after a run that was stopped, has done so.';
COMMENT ON COLUMN verifications.verification IS 'ledger, orphaned duplicates, orphaned rows, second look, text digests, raw documents or published copy.';
