WITH several AS (
    SELECT
        stories.*,
        count(*) FILTER ($run_id IS NULL OR articles.run_id = $run_id) AS new_articles,
        max(related_articles.day) FILTER (related_articles.day_known) AS told_on
    FROM stories
    JOIN story_articles ON story_articles.story_id = stories.story_id
    JOIN related_articles ON related_articles.article_id = story_articles.article_id
    JOIN articles ON articles.article_id = story_articles.article_id
    WHERE stories.source_count > 1
    GROUP BY ALL
),
dated AS (
    SELECT *, told_on > max(told_on) OVER () - $days::INTEGER AS new
    FROM several
    WHERE told_on IS NOT NULL AND new_articles > 0
)
SELECT
    story_id,
    title,
    language,
    first_on,
    told_on,
    article_count,
    source_count,
    report_count,
    new_articles,
    count(*) OVER () AS stories
FROM dated
ORDER BY new DESC, CASE WHEN new THEN report_count END DESC, told_on DESC, report_count DESC, story_id
LIMIT $limit
