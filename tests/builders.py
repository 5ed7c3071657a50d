"""Records for tests: sound ones, with the fields that a test is about changed. The only way tests build records."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import tomllib
from pathlib import Path
from typing import Any

from transforms.credibility.sources import parse_source_names
from transforms.describe import DescribeTools
from transforms.extract import ExtractOptions
from transforms.junk.line_model import LineModel, parse_line_model
from transforms.junk.rules import Rulebook, parse_rules
from transforms.page.authors import parse_author_rules
from transforms.page.blocks import parse_container_words
from transforms.page.dates import parse_date_words
from transforms.page.disclosures import parse_disclosure_rules
from transforms.page.main_text import MainTextModel, parse_model
from transforms.page.metadata import PageRules
from transforms.page.places import parse_place_words
from transforms.page.rights import parse_rights_rules
from transforms.records import Article, DescribedDocument, ExtractedDocument, RawDocument, StrippedDocument
from transforms.strip import StripTools
from transforms.text.agencies import Agencies, parse_agencies
from transforms.text.article_or_not import parse_not_article
from transforms.text.code_pages import parse_code_pages
from transforms.text.counts import parse_abbreviations
from transforms.text.dateline import parse_datelines
from transforms.text.headline import parse_headline_rules
from transforms.text.language import load_identifiers
from transforms.text.urls import parse_url_rules

_ROOT = Path(__file__).parent.parent


def data_file(name: str) -> Path:
    """A data file or folder of one of the wings of transforms; their names are unique."""
    (found,) = _ROOT.glob(f"transforms/*/data/{name}")
    return found


TEXT = (
    "The harbour bridge will reopen to traffic on Monday after eleven months of repairs, the city council said.\n"
    "Engineers replaced forty of the steel hangers and laid a new road surface over the whole length of the span.\n"
    "Councillor Ada Marsh thanked the residents for their patience. Ferries will keep their summer timetable."
)


def make_article(**changes: Any) -> Article:
    """An article that keeps the whole contract; hash and counts follow ``text`` unless they are given."""
    text = changes.get("text", TEXT)
    values: dict[str, Any] = {
        "article_id": "a3f1c2d4e5b60718293a4b5c",
        "doc_id": "5f0c7c7f3e2b4d6a8c9e0f12",
        "url": "https://harbourpost.example/2024/05/bridge-reopens",
        "domain": "harbourpost.example",
        "site_name": "Harbour Post",
        "publisher": "Harbour Post",
        "agency": None,
        "title": "Harbour bridge reopens on Monday",
        "authors": ("Ana Ruiz",),
        "published_on": dt.date(2024, 5, 3),
        "dateline": None,
        "text": text,
        "blocks": None,
        "language": "en",
        "language_confidence": 0.99,
        "language_by": "langdetect",
        "language_reason": None,
        "word_count": len(text.split()),
        "sentence_count": max(1, text.count(".")),
        "stripped_line_count": 0,
        "stripped_char_count": 0,
        "is_article": True,
        "article_reason": "prose",
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "minhash": bytes(1024),
        "input_id": None,
        "media_type": "text/plain",
        "extractor": "text",
        "fetched_at": None,
        "origin": "inbox/bridge.txt",
        "origin_row": None,
    }
    return Article(**(values | changes))


def make_raw(**changes: Any) -> RawDocument:
    """A plain-text document that says nothing about itself."""
    values: dict[str, Any] = {
        "doc_id": "5f0c7c7f3e2b4d6a8c9e0f12",
        "content": TEXT.encode(),
        "media_type": "text/plain",
        "origin": "inbox/bridge.txt",
    }
    return RawDocument(**(values | changes))


def make_extracted(**changes: Any) -> ExtractedDocument:
    """A document as the extract stage hands it on, without a headline in its text."""
    values: dict[str, Any] = {"doc_id": "5f0c7c7f3e2b4d6a8c9e0f12", "text": TEXT, "extractor": "text"}
    return ExtractedDocument(**(values | changes))


def make_extract_options(**changes: Any) -> ExtractOptions:
    """Extract options with the data files of this repository."""
    values: dict[str, Any] = {
        "page_rules": PageRules(
            urls=parse_url_rules(data_file("tracking_parameters.toml").read_text("utf-8")),
            authors=parse_author_rules(data_file("author_names.toml").read_text("utf-8")),
            places=parse_place_words(data_file("place_words.toml").read_text("utf-8")),
            dates=parse_date_words(data_file("date_words.toml").read_text("utf-8")),
            disclosures=parse_disclosure_rules(data_file("disclosures.toml").read_text("utf-8")),
            rights=parse_rights_rules(
                *(data_file(f"{name}.toml").read_text("utf-8") for name in ("rights", "ai_crawlers"))
            ),
        ),
        "code_pages": parse_code_pages(data_file("code_pages.toml").read_text("utf-8")),
        "headline_rules": parse_headline_rules(data_file("headline_refusals.toml").read_text("utf-8")),
        "container_words": parse_container_words(data_file("container_words.toml").read_text("utf-8")),
        "main_text": _main_text_model(),
    }
    return ExtractOptions(**(values | changes))


@functools.cache
def _main_text_model() -> MainTextModel:
    return parse_model(data_file("main_text_model.npz").read_bytes())


def make_stripped(text: str = TEXT, **changes: Any) -> StrippedDocument:
    """A document that lost nothing in the strip stage; changes of the extracted document go under ``document``."""
    values: dict[str, Any] = {"document": make_extracted(text=text), "text": text, "cuts": (), "provenance": ()}
    return StrippedDocument(**(values | changes))


def make_described(text: str = TEXT, **changes: Any) -> DescribedDocument:
    """A described English article."""
    values: dict[str, Any] = {
        "stripped": make_stripped(text),
        "language": "en",
        "language_confidence": 0.99,
        "language_by": "langdetect",
        "language_reason": None,
        "domain": "harbourpost.example",
        "dateline": None,
        "agency": None,
        "publisher": "Harbour Post",
        "word_count": len(text.split()),
        "sentence_count": max(1, text.count(".")),
        "is_article": True,
        "article_reason": "prose",
    }
    return DescribedDocument(**(values | changes))


@functools.cache
def describe_tools() -> DescribeTools:
    """The tools of the describe stage with the data files of this repository; loaded once, as a worker does."""
    agencies = parse_agencies(data_file("agencies.toml").read_text("utf-8"))
    return DescribeTools(
        agencies=agencies,
        identifiers=load_identifiers(),
        not_article=parse_not_article(data_file("not_article.toml").read_text("utf-8")),
        datelines=parse_datelines(data_file("datelines.toml").read_text("utf-8"), agencies),
        abbreviations=parse_abbreviations(data_file("abbreviations.toml").read_text("utf-8")),
        source_names=parse_source_names(data_file("source_names.toml").read_text("utf-8")),
    )


@functools.cache
def rulebook() -> Rulebook:
    """The junk rules of this repository; parsed once, and held against their examples in their own tests."""
    checked: str = tomllib.loads(data_file("checked_packs.toml").read_text("utf-8"))["version"]
    return parse_rules(packs(), checked)


def packs() -> dict[str, str]:
    """The texts of the packs of this repository, by name."""
    return {path.stem: path.read_text("utf-8") for path in data_file("junk_lines").glob("*.toml")}


@functools.cache
def strip_tools(rules: Rulebook | None = None) -> StripTools:
    """The tools of the strip stage with the data files of this repository, or with other rules; made once of each."""
    return StripTools(rules or rulebook(), agencies(), line_model())


@functools.cache
def line_model() -> LineModel:
    """The line model of this repository; read once."""
    hints = data_file("line_hints.toml").read_text("utf-8")
    return parse_line_model(data_file("line_model.npz").read_bytes(), hints)


@functools.cache
def agencies() -> Agencies:
    """The agencies of this repository; parsed once."""
    return parse_agencies(data_file("agencies.toml").read_text("utf-8"))
