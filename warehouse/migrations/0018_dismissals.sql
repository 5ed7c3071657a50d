-- What a person decided about single documents in quarantine; what they decided about whole runs is in decisions.
--
-- A table of its own: an update of quarantine, which has a primary key, would fetch every packed document by itself.

CREATE TABLE dismissals (
    doc_id     VARCHAR     NOT NULL PRIMARY KEY,
    reason     VARCHAR     NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE dismissals IS 'Documents in quarantine about which a person decided that they need nobody any longer (copydesk quarantine dismiss). A document that a retry sends to quarantine again after decided_at needs a new decision.';
COMMENT ON COLUMN dismissals.doc_id IS 'The document; it stays in quarantine.';
COMMENT ON COLUMN dismissals.reason IS 'Why, in the words of the person.';
COMMENT ON COLUMN dismissals.decided_at IS 'When (UTC).';

CREATE OR REPLACE VIEW waiting AS
WITH held AS (
    SELECT run_id, count(*) AS documents, min(reason) AS reason
    FROM quarantine
    WHERE held
        AND released_at IS NULL
        AND stage <> 'read'  -- what could not be read would not be loaded anyway
        AND NOT EXISTS (
            FROM dismissals
            WHERE dismissals.doc_id = quarantine.doc_id AND dismissals.decided_at >= quarantine.quarantined_at
        )
    GROUP BY run_id
),
broken AS (
    SELECT run_id, state, read, message
    FROM runs
    WHERE state IN ('failed', 'interrupted')
        AND NOT EXISTS (
            FROM runs AS later
            WHERE later.state = 'finished'
                AND later.started_at > runs.started_at
                AND list_has_all(later.inputs, runs.inputs)
        )
),
everything AS (
    SELECT run_id, 'held' AS state, documents, reason AS message FROM held
    UNION ALL
    SELECT run_id, state, read, message FROM broken
)
SELECT everything.run_id, runs.started_at, everything.state, everything.documents, everything.message
FROM everything
JOIN runs ON runs.run_id = everything.run_id
ANTI JOIN decisions ON decisions.run_id = everything.run_id
ORDER BY runs.started_at, everything.run_id, everything.state;
COMMENT ON VIEW waiting IS 'What waits for a person; as long as it is not empty, no run and no report is green.';
COMMENT ON COLUMN waiting.run_id IS 'The run that left it.';
COMMENT ON COLUMN waiting.started_at IS 'When that run began (UTC).';
COMMENT ON COLUMN waiting.state IS 'held: documents of held batches; failed or interrupted: a run that no later run over its inputs repaired.';
COMMENT ON COLUMN waiting.documents IS 'Documents that are held, or that the failed run had read.';
COMMENT ON COLUMN waiting.message IS 'Why they are held, or why the run ended.';
