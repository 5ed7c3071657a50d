SELECT story_id, kind, agreement, subject, reports, said
FROM story_agreement
WHERE list_contains($story_ids, story_id)
ORDER BY story_id, agreement = 'shared', reports DESC, kind, subject
