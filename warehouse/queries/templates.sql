SELECT domain, key, documents, example
FROM templates
WHERE $domain IS NULL OR domain = $domain
ORDER BY domain, documents DESC, example
