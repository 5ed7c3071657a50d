"""The describe stage: facts about a main text and who made it.

It measures and never rejects: what a fact means for a document is the contract's to say. Each fact has its own module;
here they are only put together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from transforms.credibility.sources import SourceNames
from transforms.records import DescribedDocument, ExtractedDocument, ProvenanceKind, StrippedDocument
from transforms.text.agencies import Agencies
from transforms.text.article_or_not import NotArticleRules, article_or_not
from transforms.text.counts import Abbreviations, count_sentences, count_words
from transforms.text.dateline import Datelines
from transforms.text.language import LanguageIdentifiers, identify_language


@dataclass(frozen=True, slots=True)
class DescribeTools:
    """What describing needs besides the document: made once, never changed by use."""

    agencies: Agencies
    identifiers: LanguageIdentifiers
    not_article: NotArticleRules
    datelines: Datelines
    abbreviations: Abbreviations
    source_names: SourceNames


def describe(stripped: StrippedDocument, tools: DescribeTools) -> DescribedDocument:
    """Language, source, dateline, agency, counts, and whether the text is an article's."""
    text, document = stripped.text, stripped.document
    language = identify_language(text, tools.identifiers)
    dateline = tools.datelines.find(text)
    word_count = count_words(text)
    is_declared = document.published_on is not None and bool(document.authors or document.organisation_authors)
    page_text = document.text if is_declared or not document.title else f"{document.title}\n{document.text}"
    answer = article_or_not(
        text,
        word_count=word_count,
        page_text=page_text,
        path=_path(document.url),
        page_kind=document.page_kind,
        rules=tools.not_article,
        is_declared=is_declared,
        is_locked=bool(document.is_paywalled),
        left_out=document.left_out,
    )
    if answer.is_wall and document.is_paywalled is None:
        stripped = replace(stripped, document=replace(document, is_paywalled=True))
    return DescribedDocument(
        stripped=stripped,
        language=language.language,
        language_confidence=language.confidence,
        language_by=language.by,
        language_reason=language.reason,
        domain=source_domain(document, tools.source_names),
        dateline=dateline.place if dateline else None,
        agency=(dateline.agency if dateline else None) or _agency(stripped, tools.agencies),
        publisher=_first(stripped, "publisher") or document.site_name,
        word_count=word_count,
        sentence_count=count_sentences(text, tools.abbreviations),
        is_article=answer.is_article,
        article_reason=answer.reason,
    )


def source_domain(document: ExtractedDocument, names: SourceNames) -> str | None:
    """The source's registered domain, or its account on a platform such as ``name.wordpress.com``.

    That is where the document stands, else what the input says about it.
    """
    candidates = (document.url, document.source_hint)
    return next((site for place in candidates if place and (site := names.site(place))), None)


def _agency(stripped: StrippedDocument, agencies: Agencies) -> str | None:
    """The agency that a stripped line or the page credits with the report."""
    credited = _first(stripped, "agency")
    return credited and (agencies.canonical(credited) or credited)


def _first(stripped: StrippedDocument, kind: ProvenanceKind) -> str | None:
    return next((item.value for item in stripped.provenance if item.kind == kind), None)


def _path(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
