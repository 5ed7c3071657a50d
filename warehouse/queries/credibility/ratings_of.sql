SELECT * FROM ratings SEMI JOIN wanted USING (source) ORDER BY source, family, rating_set, raw_label
