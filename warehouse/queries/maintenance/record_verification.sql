INSERT INTO verifications BY NAME
SELECT
    $maintenance_id AS maintenance_id,
    $verification AS verification,
    $examined AS examined,
    $problems AS problems,
    $example AS example
