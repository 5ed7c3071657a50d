-- What cleaning learns and remembers: templates of sources, which version of the rules made each text, and re-cleanings.

ALTER TABLE stripped_lines ADD COLUMN score DOUBLE;
COMMENT ON COLUMN stripped_lines.evidence IS 'What the cut rests on: rule, template, model, or structure of the document.';
COMMENT ON COLUMN stripped_lines.rule_id IS 'The junk rule, the template of a source (template/DOMAIN), the model''s kind, or the structural ground.';
COMMENT ON COLUMN stripped_lines.score IS 'How sure the line model is that it is junk, as log-odds; null for other evidence.';

CREATE TABLE line_keys (
    doc_id   VARCHAR  NOT NULL,
    keys     BIGINT[] NOT NULL,
    cut_keys BIGINT[] NOT NULL
);
COMMENT ON TABLE line_keys IS 'What templates are learned from: for each loaded document the keys of its lines as they were extracted, cut or not.';
COMMENT ON COLUMN line_keys.doc_id IS 'The document.';
COMMENT ON COLUMN line_keys.keys IS 'Hash of each line without letter case, digits and outer punctuation; the longest line first.';
COMMENT ON COLUMN line_keys.cut_keys IS 'Those of what was cut, so that articles that a new template cannot change need not be looked at.';

CREATE TABLE templates (
    domain     VARCHAR     NOT NULL,
    key        BIGINT      NOT NULL,
    documents  BIGINT      NOT NULL,
    example    VARCHAR     NOT NULL,
    version    INTEGER     NOT NULL,
    learned_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (domain, key)
);
COMMENT ON TABLE templates IS 'Lines that stand word for word in many articles of one source and are cut there.';
COMMENT ON COLUMN templates.domain IS 'Registered domain of the source.';
COMMENT ON COLUMN templates.key IS 'What lines are compared by: hash of the line without letter case, digits and outer punctuation.';
COMMENT ON COLUMN templates.documents IS 'Articles of the source, each with another story, that had the line when it was learned.';
COMMENT ON COLUMN templates.example IS 'The line as one of them has it.';
COMMENT ON COLUMN templates.version IS 'The learning that found it, from 1; the highest one of a source is the version of its templates.';
COMMENT ON COLUMN templates.learned_at IS 'When it was found (UTC).';

CREATE TABLE cleanings (
    doc_id            VARCHAR     NOT NULL,
    rules_version     VARCHAR     NOT NULL,
    templates_version INTEGER     NOT NULL,
    cleaned_at        TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE cleanings IS 'With what the text of each loaded document was cleaned last; a document with other versions than today''s is one for copydesk reclean.';
COMMENT ON COLUMN cleanings.doc_id IS 'The document.';
COMMENT ON COLUMN cleanings.rules_version IS 'Short hash of the junk rules and the line model.';
COMMENT ON COLUMN cleanings.templates_version IS 'Version of its source''s templates; 0 where there were none.';
COMMENT ON COLUMN cleanings.cleaned_at IS 'When (UTC).';

CREATE TABLE recleans (
    reclean_id    VARCHAR     NOT NULL PRIMARY KEY,
    started_at    TIMESTAMPTZ NOT NULL,
    finished_at   TIMESTAMPTZ,
    state         VARCHAR     NOT NULL,
    cause         VARCHAR     NOT NULL,
    domain        VARCHAR,
    rules_version VARCHAR     NOT NULL,
    looked_at     BIGINT      NOT NULL,
    changed       BIGINT      NOT NULL,
    unchanged     BIGINT      NOT NULL,
    refused       BIGINT      NOT NULL,
    lines_cut     BIGINT      NOT NULL,
    lines_kept    BIGINT      NOT NULL,
    CHECK (looked_at = changed + unchanged + refused)
);
COMMENT ON TABLE recleans IS 'Every time that stored articles were cleaned anew, with the counts that must balance: looked_at = changed + unchanged + refused.';
COMMENT ON COLUMN recleans.reclean_id IS 'Id of the re-cleaning.';
COMMENT ON COLUMN recleans.started_at IS 'When it began (UTC).';
COMMENT ON COLUMN recleans.finished_at IS 'When it ended (UTC); null for one that is running or was interrupted.';
COMMENT ON COLUMN recleans.state IS 'running, finished, or interrupted (found unfinished by a later one).';
COMMENT ON COLUMN recleans.cause IS 'reclean for the command, or the run that learned templates and looked at its documents again.';
COMMENT ON COLUMN recleans.domain IS 'The only source that was looked at; null for all.';
COMMENT ON COLUMN recleans.rules_version IS 'Short hash of the junk rules and the line model in force.';
COMMENT ON COLUMN recleans.looked_at IS 'Articles that had been cleaned with other rules or templates.';
COMMENT ON COLUMN recleans.changed IS 'Those whose text, cuts or provenance changed.';
COMMENT ON COLUMN recleans.unchanged IS 'Those that came out the same.';
COMMENT ON COLUMN recleans.refused IS 'Those that today''s rules or contract would send back; they stay as they were.';
COMMENT ON COLUMN recleans.lines_cut IS 'Cuts that are new.';
COMMENT ON COLUMN recleans.lines_kept IS 'Cuts that were put back.';

CREATE TABLE reclean_changes (
    reclean_id VARCHAR NOT NULL,
    rule_id    VARCHAR NOT NULL,
    change     VARCHAR NOT NULL,
    lines      BIGINT  NOT NULL,
    doc_id     VARCHAR NOT NULL,
    example    VARCHAR NOT NULL
);
COMMENT ON TABLE reclean_changes IS 'What each re-cleaning changed by rule, one row for each of its transactions.';
COMMENT ON COLUMN reclean_changes.reclean_id IS 'The re-cleaning.';
COMMENT ON COLUMN reclean_changes.rule_id IS 'The rule that cuts now, or that had cut before.';
COMMENT ON COLUMN reclean_changes.change IS 'cut, put back, or refused; of a refused document the reason stands in place of the rule.';
COMMENT ON COLUMN reclean_changes.lines IS 'How many lines; of refused ones, documents.';
COMMENT ON COLUMN reclean_changes.doc_id IS 'One of the documents.';
COMMENT ON COLUMN reclean_changes.example IS 'The line in it.';
