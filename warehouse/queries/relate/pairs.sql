SELECT article_id, other_article_id FROM near_duplicates ORDER BY ALL
