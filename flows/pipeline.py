"""The way of one document through the pure stages: from what was read to the article, and from the article anew.

No batch, database, process or Prefect belongs here.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from flows.tools import Tools
from transforms.describe import describe, source_domain
from transforms.extract import extract
from transforms.fingerprint import fingerprint
from transforms.junk.templates import keys_of
from transforms.records import (
    Article,
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
from transforms.strip import apply_rules, restore, strip_ruled
from transforms.text.structure import before_cuts, from_json

EndT = TypeVar("EndT")
Way = Generator[Stage, None, EndT]
"""A document's way through the stages: it stops before each step, names its stage, and returns what became of it."""


@dataclass(frozen=True, slots=True)
class Processed:
    """A document that passed every pure stage: the article, what was cut from it and what the cuts say."""

    article: Article
    cuts: tuple[StrippedLine, ...]
    provenance: tuple[Provenance, ...]
    line_keys: LineKeys


def process(raw: RawDocument, tools: Tools) -> Processed | Rejection:
    """One document through all stages at once."""
    return to_the_end(way(raw, tools))


def to_the_end(way: Way[EndT]) -> EndT:
    """What becomes of a document that goes its way without a stop."""
    while True:
        try:
            next(way)
        except StopIteration as end:
            return cast(EndT, end.value)


def way(raw: RawDocument, tools: Tools) -> Way[Processed | Rejection]:
    """Extract, strip, describe and fingerprint one document."""
    yield "extract"
    extracted = extract(raw, tools.extract_options)
    if isinstance(extracted, Rejection):
        return extracted
    stripped = yield from _strip(extracted, tools)
    return stripped if isinstance(stripped, Rejection) else (yield from _finish(raw, stripped, tools))


def way_again(stored: StoredDocument, tools: Tools) -> Way[Processed | Rejection | None]:
    """Strip a stored article by the rules, templates and model of today, and make its row anew.

    Returns:
        None where it comes out as it is stored.
    """
    stripped = yield from _strip(extracted_again(stored), tools)
    if isinstance(stripped, Rejection):
        return stripped
    if stripped.cuts == stored.cuts and set(stripped.provenance) == set(stored.provenance):
        return None
    if not stored.article.is_article:
        stripped = replace(stripped, document=replace(stripped.document, page_kind=_page_kind(stored, tools)))
    return (yield from _finish(_raw_facts(stored.article), stripped, tools))


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


def _strip(extracted: ExtractedDocument, tools: Tools) -> Way[StrippedDocument | Rejection]:
    yield "strip"
    ruled = apply_rules(extracted, tools.strip.rulebook)
    yield "strip"  # the rules' automata and the model's tables together are too large for a processor's cache
    templates = tools.templates.of(source_domain(extracted)) if tools.templates else None
    return strip_ruled(ruled, tools.strip, templates)


def _finish(raw: RawDocument, stripped: StrippedDocument, tools: Tools) -> Way[Processed | Rejection]:
    yield "describe"
    described = describe(stripped, tools.describe)
    yield "fingerprint"
    article = fingerprint(described, raw)
    if isinstance(article, Rejection):
        return article
    keys = keys_of(raw.doc_id, stripped.document.text, stripped.cuts)
    return Processed(article, stripped.cuts, stripped.provenance, keys)
