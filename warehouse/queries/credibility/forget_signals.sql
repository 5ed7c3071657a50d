DELETE FROM article_signals WHERE doc_id IN (SELECT doc_id FROM incoming_signals)
