-- The articles of a source in which most of a signal's kind was counted, in words outside quotations.
SELECT articles.doc_id, articles.title, articles.url, articles.published_on, article_signals.* EXCLUDE (doc_id)
FROM article_signals
JOIN articles ON articles.doc_id = article_signals.doc_id
WHERE article_signals.source = $source
    AND article_signals.copied_from IS NULL
    AND article_signals.narrated_words >= 50
ORDER BY
    coalesce(loaded_words + camp_labels + loaded_speech_verbs + exclamations, 0) / narrated_words DESC,
    articles.doc_id
LIMIT $limit
