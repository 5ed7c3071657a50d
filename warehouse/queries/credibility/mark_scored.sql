DELETE FROM sources_to_score WHERE source IN (SELECT source FROM wanted)
