SELECT total_blocks * block_size AS total, free_blocks * block_size AS free
FROM pragma_database_size()
WHERE database_name = current_catalog()
