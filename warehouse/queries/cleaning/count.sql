UPDATE recleans
SET
    looked_at = looked_at + $changed + $unchanged + $refused,
    changed = changed + $changed,
    unchanged = unchanged + $unchanged,
    refused = refused + $refused,
    lines_cut = lines_cut + $lines_cut,
    lines_kept = lines_kept + $lines_kept
WHERE reclean_id = $reclean_id AND state = 'running'
