"""The steps that take one document through the pure stages: from what was read, or from its stored article.

No batch, database, process or Prefect belongs here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from flows.tools import Tools
from transforms.describe import describe, source_domain
from transforms.extract import extract
from transforms.fingerprint import fingerprint
from transforms.junk.templates import keys_of
from transforms.records import (
    Article,
    DescribedDocument,
    Disclosure,
    DocumentFacts,
    ExtractedDocument,
    LineKeys,
    Provenance,
    RawDocument,
    Rejection,
    Stage,
    StoredDocument,
    StrippedDocument,
    StrippedLine,
    facts_of,
)
from transforms.strip import RuledDocument, apply_rules, restore, strip_ruled
from transforms.text.structure import before_cuts, from_json


@dataclass(frozen=True, slots=True)
class Processed:
    """A document that passed every pure stage: the article, what was cut from it and what the cuts say."""

    article: Article
    cuts: tuple[StrippedLine, ...]
    provenance: tuple[Provenance, ...]
    line_keys: LineKeys
    disclosures: tuple[Disclosure, ...] = ()
    """What the document discloses about its source; an article that is cleaned anew discloses nothing new."""


class Unchanged:
    """The end of a stored article that comes out as it is stored."""


End: TypeAlias = Processed | Rejection | Unchanged
"""What becomes of a document."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a document, and the stage that it belongs to."""

    stage: Stage
    take: Callable[[Any, Any, Tools], Any]
    """Makes what the next step takes, or the document's end. It gets the document as it came in, and what the step
    before made of it; the first step gets the document twice."""


def process(raw: RawDocument, tools: Tools) -> Processed | Rejection:
    """Take one document through all stages."""
    end = take_all(raw, STEPS, tools)
    assert not isinstance(end, Unchanged), "only a stored article can be unchanged"
    return end


def take_all(document: RawDocument | StoredDocument, steps: Sequence[Step], tools: Tools) -> End:
    """What becomes of one document that takes all steps, one after the other."""
    made: Any = document
    for step in steps:
        made = step.take(document, made, tools)
        if isinstance(made, End):
            return made
    raise AssertionError("the last step ends every document")


def _extract(_: RawDocument, raw: RawDocument, tools: Tools) -> ExtractedDocument | Rejection:
    return extract(raw, tools.extract_options)


def _restore(_: StoredDocument, stored: StoredDocument, __: Tools) -> ExtractedDocument:
    return extracted_again(stored)


def _apply_rules(_: object, extracted: ExtractedDocument, tools: Tools) -> RuledDocument:
    return apply_rules(extracted, tools.strip.rulebook)


def _apply_templates_and_model(_: object, ruled: RuledDocument, tools: Tools) -> StrippedDocument | Rejection:
    templates = (
        tools.templates.of(source_domain(ruled.document, tools.describe.source_names)) if tools.templates else None
    )
    return strip_ruled(ruled, tools.strip, templates)


def _compare(stored: StoredDocument, stripped: StrippedDocument, tools: Tools) -> StrippedDocument | Unchanged:
    if stripped.cuts == stored.cuts and set(stripped.provenance) == set(stored.provenance):
        return Unchanged()
    if stored.article.is_article:
        return stripped
    return replace(stripped, document=replace(stripped.document, page_kind=_page_kind(stored, tools)))


def _describe(_: object, stripped: StrippedDocument, tools: Tools) -> DescribedDocument:
    return describe(stripped, tools.describe)


def _fingerprint(raw: RawDocument, described: DescribedDocument, _: Tools) -> Processed | Rejection:
    article = fingerprint(described, raw)
    if isinstance(article, Rejection):
        return article
    stripped = described.stripped
    keys = keys_of(raw.doc_id, stripped.document.text, stripped.cuts)
    return Processed(article, stripped.cuts, stripped.provenance, keys, stripped.document.disclosures)


def _fingerprint_again(stored: StoredDocument, described: DescribedDocument, tools: Tools) -> Processed | Rejection:
    return _fingerprint(_raw_facts(stored.article), described, tools)


STEPS = (
    Step("extract", _extract),
    Step("strip", _apply_rules),
    Step("strip", _apply_templates_and_model),
    Step("describe", _describe),
    Step("fingerprint", _fingerprint),
)
"""Of a document that was read. Stripping is two steps, as the rules' automata and the model's tables together are too
large for a processor's cache: a shard takes each step with all its documents."""

STEPS_AGAIN = (
    Step("extract", _restore),
    Step("strip", _apply_rules),
    Step("strip", _apply_templates_and_model),
    Step("strip", _compare),
    Step("describe", _describe),
    Step("fingerprint", _fingerprint_again),
)
"""Of a stored article that is cleaned again by the rules, templates and model of today."""


def extracted_again(stored: StoredDocument) -> ExtractedDocument:
    """The document as the extract stage handed it on, from what is stored of it."""
    article = stored.article
    headline = [cut for cut in stored.cuts if cut.kind == "headline"]
    text = restore(article.text, stored.cuts)
    # Where neither page nor input names authors, the article's are those of bylines, which are read again.
    named = any(fact.kind == "byline" and fact.read_from == "page" for fact in stored.provenance)
    return ExtractedDocument(
        **facts_of(article if named else replace(article, authors=()), DocumentFacts),
        text=text,
        title_span=(headline[0].start_offset, headline[-1].start_offset + len(headline[-1].text)) if headline else None,
        source_hint=article.domain,
        blocks=before_cuts(text, from_json(article.blocks), stored.cuts),
    )


def _page_kind(stored: StoredDocument, tools: Tools) -> str | None:
    """What the page is by its own word, where that and not the text told that it is no article."""
    as_it_was = StrippedDocument(extracted_again(stored), stored.article.text, stored.cuts, stored.provenance)
    return stored.article.article_reason if describe(as_it_was, tools.describe).is_article else None


def _raw_facts(article: Article) -> RawDocument:
    """What the article's row keeps of the document as it was read; the content is not needed any more."""
    return RawDocument(
        doc_id=article.doc_id,
        content=b"",
        media_type="text/html" if article.media_type == "text/html" else "text/plain",
        origin=article.origin,
        origin_row=article.origin_row,
        fetched_at=article.fetched_at,
        input_id=article.input_id,
    )
