SELECT *
FROM recleans
WHERE $reclean_id IS NULL OR reclean_id = $reclean_id
ORDER BY started_at DESC, reclean_id DESC
LIMIT $limit
