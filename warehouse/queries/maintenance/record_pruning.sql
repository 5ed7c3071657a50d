INSERT INTO prunings BY NAME
SELECT
    $maintenance_id AS maintenance_id,
    $what AS what,
    $setting AS setting,
    $older_than AS older_than,
    $pruned AS pruned,
    $bytes AS bytes,
    $examples::VARCHAR[] AS examples
