"""The tools that a document's way through the pure stages needs, built from the data files.

Parts travel to worker processes, which build the tools once each: compiled patterns and models cannot be sent. What a
rule or a name means belongs to transforms.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Self

from expectations import Contract, ThresholdError, parse_own_thresholds, parse_thresholds
from flows.bundled import bundled, toml_texts
from flows.packs import own_file, parsed_packs, read_packs
from flows.reading import ReadOptions
from flows.settings import Settings
from transforms.credibility.sources import parse_source_names
from transforms.describe import DescribeTools
from transforms.extract import ExtractOptions
from transforms.junk.line_model import parse_line_model
from transforms.junk.rules import Rulebook, packs_version
from transforms.junk.templates import Templates
from transforms.page.authors import parse_author_rules
from transforms.page.blocks import parse_container_words
from transforms.page.confidence import parse_confidence
from transforms.page.dates import parse_date_words
from transforms.page.disclosures import parse_disclosure_rules
from transforms.page.kind import parse_page_kinds
from transforms.page.main_text import parse_model
from transforms.page.metadata import PageRules
from transforms.page.places import parse_place_words
from transforms.page.rights import parse_rights_rules
from transforms.strip import StripTools
from transforms.text.agencies import parse_agencies
from transforms.text.article_or_not import parse_not_article
from transforms.text.code_pages import parse_code_pages
from transforms.text.counts import parse_abbreviations
from transforms.text.dateline import parse_datelines
from transforms.text.headline import parse_headline_rules
from transforms.text.language import LanguageIdentifiers, load_identifiers
from transforms.text.urls import parse_url_rules

TALKATIVE_LIBRARIES = ("trafilatura", "htmldate")
"""They log every page that they cannot read; here that is a row in quarantine."""

MODELS = (("junk", "line_model"), ("page", "main_text_model"))
"""Wing and name of each model whose weights are a file of arrays."""

DATA_WINGS = ("page", "junk", "text", "credibility")
"""Wings whose data files tools are built from; their names are unique."""

NO_TEMPLATES = Templates()
"""What a warehouse knows before its first run."""


@dataclass(frozen=True)
class ToolParts:
    """What tools are built from, in a form that can be sent to a worker process."""

    packs: Mapping[str, str]
    """Junk-rule packs: name to TOML text. A user's own stand under their file names and come last."""
    data: Mapping[str, str]
    """The texts of the other data files of ``transforms``, by name without suffix; the names are unique."""
    weights: Mapping[str, bytes]
    """The weights of the models of ``transforms``, by name of the file without suffix: ``line_model``,
    ``main_text_model``."""
    latest_on: dt.date
    """The last day that a document can be published on: tomorrow, for some of the world is a day ahead."""
    templates: Templates = NO_TEMPLATES
    """What the warehouse has learned about its sources."""

    @functools.cached_property
    def rulebook(self) -> Rulebook:
        """The rules, parsed and, but for the bundled ones, held against their examples: only where they are needed.

        The examples take a second; those of the packs that come with this version hold, as our tests have shown.

        Raises:
            RuleError: a rule that is wrong; the message names pack, rule, key and remedy.
        """
        return parsed_packs(tuple(self.packs.items()))

    def checked(self) -> Self:
        """The same with its rules parsed, as a worker wants them: it shall not parse them again."""
        assert self.rulebook.version
        return self

    @property
    def cleaning_version(self) -> str:
        """Short hash of everything beside the templates that decides what is cut."""
        parts = (packs_version(self.packs).encode(), self.data["line_hints"].encode(), self.weights["line_model"])
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that :func:`flows.pipeline.process` needs beside the document."""

    extract_options: ExtractOptions
    strip: StripTools
    templates: Templates
    describe: DescribeTools


def read_tool_parts(settings: Settings) -> ToolParts:
    """Read the bundled data files and the user's own rule packs, which come last.

    Raises:
        SettingsError: the folder of own packs is missing or a pack in it cannot be read.
        RuleError: a wrong rule in a pack of the user's own.
    """
    packs = read_packs(settings)
    parts = ToolParts(
        packs=packs,
        data={name: text for wing in DATA_WINGS for name, text in toml_texts(bundled(wing, "")).items()},
        weights={name: bundled(wing, f"{name}.npz").read_bytes() for wing, name in MODELS},
        latest_on=dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1),
    )
    # A wrong rule of the user's own fails before anything is read.
    return parts if settings.rules_folder is None else parts.checked()


@functools.cache
def language_identifiers() -> LanguageIdentifiers:
    """The language models, loaded once in a process; they depend on no setting."""
    return load_identifiers()


def build_tools(parts: ToolParts) -> Tools:
    """Parse and compile everything; once in each process."""
    for library in TALKATIVE_LIBRARIES:
        logging.getLogger(library).setLevel(logging.CRITICAL)
    data = parts.data
    agencies = parse_agencies(data["agencies"])
    page_rules = PageRules(
        parse_url_rules(data["tracking_parameters"]),
        parse_author_rules(data["author_names"]),
        parse_place_words(data["place_words"]),
        parse_date_words(data["date_words"]),
        parse_disclosure_rules(data["disclosures"]),
        parse_rights_rules(data["rights"], data["ai_crawlers"]),
    )
    return Tools(
        extract_options=ExtractOptions(
            latest_on=parts.latest_on,
            page_rules=page_rules,
            code_pages=parse_code_pages(data["code_pages"]),
            headline_rules=parse_headline_rules(data["headline_refusals"]),
            container_words=parse_container_words(data["container_words"]),
            main_text=parse_model(parts.weights["main_text_model"]),
            page_kinds=parse_page_kinds(data["page_kinds"], data.get("page_kind_weights", "")),
            confidence=parse_confidence(data.get("confidence_weights", "")),
        ),
        strip=StripTools(parts.rulebook, agencies, parse_line_model(parts.weights["line_model"], data["line_hints"])),
        templates=parts.templates,
        describe=DescribeTools(
            agencies,
            language_identifiers(),
            parse_not_article(data["not_article"]),
            parse_datelines(data["datelines"], agencies),
            parse_abbreviations(data["abbreviations"]),
            parse_source_names(data["source_names"]),
        ),
    )


def read_contract(settings: Settings) -> Contract:
    """The bundled contract, with the changes of the user's own file where the settings name one.

    Raises:
        SettingsError: the user's file cannot be read.
        ThresholdError: an expectation in it is wrong.
    """
    bundled_text = (resources.files("expectations") / "thresholds.toml").read_text(encoding="utf-8")
    if settings.contract is None:
        return parse_thresholds(bundled_text)
    try:
        return parse_own_thresholds(own_file(settings.contract, "contract"), bundled_text)
    except ThresholdError as error:
        where = f"contract {settings.contract}: {error.where}"
        raise ThresholdError(where, error.key, error.value, error.remedy) from error


def read_options(settings: Settings) -> ReadOptions:
    """What the readers need of the settings."""
    return ReadOptions(
        field_map=settings.field_map,
        csv_dialect=settings.csv_dialect,
        max_document_bytes=settings.document_megabytes << 20,
        max_expansion_ratio=settings.expansion_ratio,
    )
