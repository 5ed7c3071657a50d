-- Sources that a set rated before, or rates now.
INSERT INTO sources_to_score BY NAME
SELECT source FROM (
    SELECT source FROM ratings WHERE rating_set = $rating_set
    UNION
    SELECT source FROM incoming_ratings
)
ANTI JOIN sources_to_score USING (source)
