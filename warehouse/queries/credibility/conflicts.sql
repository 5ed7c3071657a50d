SELECT * FROM rating_conflicts LIMIT $limit
