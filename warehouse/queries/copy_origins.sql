-- Of each copy of what another source ran first, the address there; a copy whose origin is an agency's wire has none.
SELECT copied_articles.doc_id, first_articles.url
FROM copied_articles
JOIN articles ON articles.doc_id = copied_articles.doc_id
JOIN near_duplicate_groups ON near_duplicate_groups.article_id = articles.article_id
JOIN near_duplicate_groups AS firsts ON firsts.group_id = near_duplicate_groups.group_id AND firsts.position = 1
JOIN articles AS first_articles ON first_articles.article_id = firsts.article_id
JOIN article_signals AS first_signals ON first_signals.doc_id = first_articles.doc_id
WHERE first_signals.source = copied_articles.copied_from AND first_articles.url IS NOT NULL
