SELECT * FROM ratings WHERE rating_set = $rating_set ORDER BY source, family, raw_label
