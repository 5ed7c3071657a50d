-- Documents of runs that were stopped before they had looked for new templates in them, and of which no run since has.
SELECT
    count(*) AS examined,
    count(*) FILTER (awaits_second_look) AS problems,
    min(
        'document ' || doc_id || ' may have lines that its source has in every article: the run that loaded it was stopped; '
        || 'the next run, or copydesk reclean, takes them out'
    ) FILTER (awaits_second_look) AS example
FROM cleanings
