SELECT * FROM source_credibility WHERE source = $source
