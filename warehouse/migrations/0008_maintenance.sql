-- What maintenance did: nothing goes without a row that says what, how much, and by which setting.

CREATE TABLE maintenances (
    maintenance_id VARCHAR     NOT NULL PRIMARY KEY,
    started_at     TIMESTAMPTZ NOT NULL,
    finished_at    TIMESTAMPTZ,
    state          VARCHAR     NOT NULL,
    bytes_before   BIGINT      NOT NULL,
    bytes_after    BIGINT
);
COMMENT ON TABLE maintenances IS 'Every maintenance: what is too old pruned, the file compacted, the books and a sample verified.';
COMMENT ON COLUMN maintenances.maintenance_id IS 'Id of the maintenance.';
COMMENT ON COLUMN maintenances.started_at IS 'When it began (UTC).';
COMMENT ON COLUMN maintenances.finished_at IS 'When it ended (UTC); null for one that is going on or was interrupted.';
COMMENT ON COLUMN maintenances.state IS 'running, finished, or interrupted (found unfinished by a later one).';
COMMENT ON COLUMN maintenances.bytes_before IS 'Size of the database file when it began.';
COMMENT ON COLUMN maintenances.bytes_after IS 'Size of the database file when it ended.';

CREATE TABLE prunings (
    maintenance_id VARCHAR     NOT NULL,
    what           VARCHAR     NOT NULL,
    setting        VARCHAR     NOT NULL,
    older_than     TIMESTAMPTZ NOT NULL,
    pruned         BIGINT      NOT NULL,
    bytes          BIGINT      NOT NULL,
    examples       VARCHAR[]   NOT NULL
);
COMMENT ON TABLE prunings IS 'What each maintenance took away, written in the transaction that took it; of files, before they went.';
COMMENT ON COLUMN prunings.maintenance_id IS 'The maintenance.';
COMMENT ON COLUMN prunings.what IS 'raw documents, revisions, scores or reports.';
COMMENT ON COLUMN prunings.setting IS 'The setting that says how long they are kept.';
COMMENT ON COLUMN prunings.older_than IS 'What was older than this went (UTC).';
COMMENT ON COLUMN prunings.pruned IS 'How many.';
COMMENT ON COLUMN prunings.bytes IS 'Their size: of raw documents and files as stored, of revisions their characters; 0 for scores.';
COMMENT ON COLUMN prunings.examples IS 'Up to five of them: documents, sources or files.';

CREATE TABLE verifications (
    maintenance_id VARCHAR NOT NULL,
    verification   VARCHAR NOT NULL,
    examined       BIGINT  NOT NULL,
    problems       BIGINT  NOT NULL,
    example        VARCHAR
);
COMMENT ON TABLE verifications IS 'What each maintenance verified, and what it found wrong.';
COMMENT ON COLUMN verifications.maintenance_id IS 'The maintenance.';
COMMENT ON COLUMN verifications.verification IS 'ledger, orphaned duplicates, orphaned rows, text digests, raw documents or published copy.';
COMMENT ON COLUMN verifications.examined IS 'How much was looked at: batches, rows, articles, documents or runs.';
COMMENT ON COLUMN verifications.problems IS 'How many of them are wrong; 0 when all is well.';
COMMENT ON COLUMN verifications.example IS 'One of the problems, in a sentence.';
