INSERT INTO line_keys BY NAME
SELECT * FROM incoming_line_keys
