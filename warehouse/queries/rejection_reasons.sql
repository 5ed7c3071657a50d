SELECT
    stage,
    reason,
    count(*) AS documents,
    arg_min(origin, (batch_number, origin, coalesce(origin_row, 0), doc_id)) AS origin,
    arg_min(detail, (batch_number, origin, coalesce(origin_row, 0), doc_id)) AS detail
FROM quarantine
WHERE run_id = $run_id
GROUP BY stage, reason
ORDER BY documents DESC, stage, reason
