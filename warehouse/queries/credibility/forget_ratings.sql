DELETE FROM ratings WHERE rating_set = $rating_set
