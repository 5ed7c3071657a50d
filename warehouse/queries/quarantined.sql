SELECT
    quarantine.* EXCLUDE (raw_content, raw_facts),
    raw_content IS NOT NULL AS kept,
    kept AND stage <> 'read' AS retryable,  -- of what could not be read only the first bytes are kept, or none
    dismissals.reason AS dismissed
FROM quarantine
LEFT JOIN dismissals
    ON dismissals.doc_id = quarantine.doc_id AND dismissals.decided_at >= quarantine.quarantined_at
WHERE
    ($released OR released_at IS NULL)
    AND ($dismissed OR dismissals.doc_id IS NULL)
    AND ($reason IS NULL OR quarantine.reason = $reason)
    AND ($stage IS NULL OR stage = $stage)
    AND ($run_id IS NULL OR run_id = $run_id)
    AND ($held IS NULL OR held = $held)
    AND starts_with(quarantine.doc_id, $doc_id_prefix)
    AND (len($doc_ids) = 0 OR list_contains($doc_ids, quarantine.doc_id))
ORDER BY quarantined_at DESC, run_id, batch_number, origin, origin_row, quarantine.doc_id
LIMIT $limit
