INSERT INTO article_signals BY NAME
SELECT *, $measured_at AS measured_at FROM incoming_signals
