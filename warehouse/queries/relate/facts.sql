SELECT story_facts.* EXCLUDE (story_id)
FROM story_facts
JOIN story_articles USING (article_id)
WHERE story_facts.story_id = $story_id
ORDER BY
    story_facts.agreement <> 'shared',
    story_facts.kind,
    count(DISTINCT story_articles.report_number) OVER (
        PARTITION BY story_facts.kind, story_facts.agreement, story_facts.subject
    ) DESC,
    story_facts.subject,
    story_articles.report_number,
    story_facts.article_id
