SELECT * FROM source_sheet WHERE source = $source
