-- Everything that was found about these articles goes; their stories are told anew from the rest.
DELETE FROM related_articles WHERE article_id IN (SELECT article_id FROM stale)
