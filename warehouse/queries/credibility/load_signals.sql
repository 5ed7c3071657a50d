-- A clock that was set back must not make an article look as if it had been cleaned after it was counted.
INSERT INTO article_signals BY NAME
SELECT incoming_signals.*, greatest($measured_at, cleanings.cleaned_at) AS measured_at
FROM incoming_signals
LEFT JOIN cleanings ON cleanings.doc_id = incoming_signals.doc_id
