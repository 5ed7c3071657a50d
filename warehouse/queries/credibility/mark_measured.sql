INSERT INTO sources_to_score BY NAME
SELECT DISTINCT source FROM incoming_signals
ANTI JOIN sources_to_score USING (source)
