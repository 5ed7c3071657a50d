-- What the parts of a main text are on their page, kept in the article's row as links and captions are.

ALTER TABLE articles ADD COLUMN blocks VARCHAR;
COMMENT ON COLUMN articles.blocks IS 'The parts of the text, as JSON; see article_blocks. Null for what an older Copydesk loaded.';

ALTER TABLE article_revisions ADD COLUMN blocks VARCHAR;
COMMENT ON COLUMN article_revisions.blocks IS 'The parts of the text, as JSON: kind, level, start and end of each. Null for what an older Copydesk loaded.';

CREATE VIEW article_blocks AS
SELECT
    doc_id,
    position,
    block.kind AS kind,
    block.level AS level,
    substring(text, block."start" + 1, block."end" - block."start") AS text,
    block."start" AS start_offset,
    block."end" AS end_offset
FROM (
    SELECT doc_id, text, unnest(parts) AS block, unnest(range(1, len(parts) + 1)) AS position
    FROM (
        SELECT
            doc_id,
            text,
            from_json(blocks, '[{"kind": "VARCHAR", "level": "BIGINT", "start": "BIGINT", "end": "BIGINT"}]') AS parts
        FROM articles
    )
);
COMMENT ON VIEW article_blocks IS 'Structure: the parts of every article''s text, in order: headings, paragraphs, list items, quotations, rows of tables.';
COMMENT ON COLUMN article_blocks.doc_id IS 'The article.';
COMMENT ON COLUMN article_blocks.position IS 'Number of the part in its text, from 1.';
COMMENT ON COLUMN article_blocks.kind IS 'heading, paragraph, list_item, quotation or table_row.';
COMMENT ON COLUMN article_blocks.level IS 'Of a heading 1 to 6, of a list item its depth from 1; else 0.';
COMMENT ON COLUMN article_blocks.text IS 'The part as it stands in the text: items begin with a hyphen, a row''s cells are parted by bars.';
COMMENT ON COLUMN article_blocks.start_offset IS 'Characters of the text before it.';
COMMENT ON COLUMN article_blocks.end_offset IS 'Characters of the text up to its end.';
