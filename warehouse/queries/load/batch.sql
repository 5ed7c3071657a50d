INSERT INTO batches BY NAME
SELECT
    $run_id AS run_id,
    $batch_number AS batch_number,
    $state AS state,
    $read AS read,
    $loaded AS loaded,
    $quarantined AS quarantined,
    $duplicates AS duplicates,
    $unchanged AS unchanged,
    $document_count AS document_count,
    $article_count AS article_count,
    $quarantine_share AS quarantine_share,
    $undetermined_share AS undetermined_share,
    $language_shift AS language_shift,
    $median_word_count AS median_word_count,
    $confidence_drop AS confidence_drop,
    $confidence_drop_source AS confidence_drop_source,
    coalesce(map_from_entries(list((language, articles) ORDER BY language)), MAP {}) AS languages,
    $loaded_at AS settled_at
FROM (
    SELECT language, count(*) AS articles
    FROM incoming_articles
    SEMI JOIN versions ON versions.position = incoming_articles.position
    GROUP BY language
)
