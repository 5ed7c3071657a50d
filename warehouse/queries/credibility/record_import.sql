INSERT INTO rating_imports BY NAME
SELECT
    $rating_set AS rating_set,
    $format AS format,
    $origin AS origin,
    $sha256 AS sha256,
    $ratings AS ratings,
    $refused AS refused,
    $imported_at AS imported_at
