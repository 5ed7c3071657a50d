UPDATE recleans SET state = 'finished', finished_at = $finished_at WHERE reclean_id = $reclean_id AND state = 'running'
