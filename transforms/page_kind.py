"""What an HTML page is by its form and its own word where it is no article: product, forum, list, reference, service.

A sum of weighted facts decides whether the page is an article: what it declares (JSON-LD, OpenGraph), where it stands
(the words of its address) and what its blocks look like. The weights and the words of addresses are data
(``transforms/data/page_kinds.toml``, the weights learned by ``bench/train_page_kind.py``). Phrases of error pages,
consent and pay walls are :mod:`transforms.article_or_not`'s business.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import re2

from transforms.blocks import Blocks

ARTICLE = "article"
"""The kind of a page whose form and own word speak for an article."""

LONG_BLOCK = 120
"""Characters from which a block is prose."""

MAX_ADDRESS_CHARACTERS = 500
MAX_PRICED_CHARACTERS = 20_000
"""Characters of a page that prices are looked for in."""

LONG_SLUG = 4
"""Hyphens in an address's last part: a headline's words."""

_ARTICLES = frozenset({"report", "blogposting", "liveblogposting"})
_PRODUCTS = frozenset({"product", "productgroup", "offer", "aggregateoffer"})
_LISTS = frozenset({"itemlist", "collectionpage", "searchresultspage", "offercatalog"})
_FORUMS = frozenset({"discussionforumposting", "qapage"})
_SERVICES = frozenset({"service", "localbusiness", "professionalservice", "softwareapplication", "webapplication"})
_REFERENCES = frozenset({"techarticle", "apireference"})
_PRICE = re.compile(r"[$€£]\s?\d")
_YEAR = re.compile(r"\d{4}")
_CLOSING = (".", "!", "?", "。")


class PageKindError(ValueError):
    """The rules are wrong; the message names the entry, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says it is."""

    types: frozenset[str] = frozenset()
    """JSON-LD types of its objects, in lower case."""
    og_type: str = ""
    has_date: bool = False
    has_modified: bool = False
    has_author: bool = False


@dataclass(frozen=True, slots=True)
class AddressRule:
    """Addresses under which pages of one kind stand."""

    id: str
    host: Any
    path: Any


@dataclass(frozen=True, slots=True)
class PageKindRules:
    """What tells articles from other pages."""

    addresses: tuple[AddressRule, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    """By fact; positive speaks against an article."""
    intercept: float = 0.0
    threshold: float = math.inf
    """Log-odds from which on a page is no article."""


def parse_page_kinds(text: str, weights: str = "") -> PageKindRules:
    """Rules from the texts of ``page_kinds.toml`` and of the learned weights, each address held against its examples.

    Raises:
        PageKindError: a text is not TOML, an entry lacks a key, a pattern is not RE2, or an example comes out wrong.
    """
    try:
        data, learned = tomllib.loads(text), tomllib.loads(weights)
        rules = PageKindRules(
            tuple(_address(entry) for entry in data.get("address", [])),
            tuple((name, float(weight)) for name, weight in learned.get("weights", {}).items()),
            float(learned.get("intercept", 0.0)),
            float(learned.get("threshold", math.inf)),
        )
    except tomllib.TOMLDecodeError as error:
        raise PageKindError(f"page kinds are not TOML: {error}") from error
    known = {*_facts_of(Declared(), None, Blocks(), (), "", rules)}
    if unknown := [name for name, _ in rules.weights if name not in known]:
        raise PageKindError(f"page kinds: no fact {unknown[0]!r}; learn the weights anew")
    return rules


def measure_page(
    declared: Declared, url: str | None, blocks: Blocks, chosen: Sequence[int], witness: str, rules: PageKindRules
) -> dict[str, float]:
    """The facts that the weights are for, by name."""
    return _facts_of(declared, url, blocks, chosen, witness, rules)


def page_kind(facts: Mapping[str, float], rules: PageKindRules) -> str | None:
    """ARTICLE, or what the page is instead with the evidence; None where nothing was learned."""
    if not rules.weights:
        return None
    odds = rules.intercept + sum(weight * facts[name] for name, weight in rules.weights)
    if odds < rules.threshold:
        return ARTICLE
    probability = 1 / (1 + math.exp(-odds))
    return f"{_family(facts)}: {probability:.0%} by its address, form and own word"


def _family(facts: Mapping[str, float]) -> str:
    """The kind that most evidence names."""
    votes = {
        "product page": 2 * facts["declares_product"] + facts["og_product"] + facts["address_product"],
        "forum": 2 * facts["address_forum"] + 2 * facts["declares_forum"],
        "section page": facts["address_collection"] + facts["address_list"] + facts["declares_list"],
        "home page": 2 * facts["address_home"],
        "reference page": facts["address_reference"] + facts["declares_reference"],
        "service page": 0.5 + facts["declares_service"],
    }
    return max(votes, key=lambda kind: votes[kind])


def _facts_of(
    declared: Declared, url: str | None, blocks: Blocks, chosen: Sequence[int], witness: str, rules: PageKindRules
) -> dict[str, float]:
    return _declared(declared) | _by_address(url, rules) | _by_form(blocks, chosen, witness)


def _declared(declared: Declared) -> dict[str, float]:
    types = declared.types
    is_article = any(name.endswith("article") or name in _ARTICLES for name in types)
    is_bare = not (declared.has_date or declared.has_author or is_article or declared.og_type == "article")
    return {
        "declares_article": float(is_article),
        "declares_anything": float(bool(types)),
        "declares_product": float(bool(types & _PRODUCTS)),
        "declares_only_product": float(bool(types & _PRODUCTS) and not is_article),
        "declares_list": float(bool(types & _LISTS)),
        "declares_forum": float(bool(types & _FORUMS)),
        "declares_page": float("webpage" in types),
        "declares_questions": float("faqpage" in types),
        "declares_service": float(bool(types & _SERVICES)),
        "declares_reference": float(bool(types & _REFERENCES)),
        "og_article": float(declared.og_type == "article"),
        "og_website": float(declared.og_type == "website"),
        "og_product": float("product" in declared.og_type),
        "og_nothing": float(not declared.og_type),
        "has_date": float(declared.has_date),
        "has_modified": float(declared.has_modified),
        "has_author": float(declared.has_author),
        "has_neither_date_nor_author": float(is_bare),
    }


def _by_address(url: str | None, rules: PageKindRules) -> dict[str, float]:
    try:
        parts = urlsplit((url or "")[:MAX_ADDRESS_CHARACTERS].lower())
    except ValueError:
        parts = urlsplit("")
    segments = [segment for segment in parts.path.split("/") if segment]
    hyphens = segments[-1].count("-") if segments else 0
    facts = {
        "address_home": float(bool(parts.netloc) and not segments),
        "address_depth": float(len(segments)),
        "address_hyphens": float(hyphens),
        "address_is_short": float(len(segments) <= 1 and hyphens < LONG_SLUG // 2),
        "address_is_headline": float(hyphens >= LONG_SLUG),
        "address_year": float(bool(_YEAR.search(parts.path))),
        "address_query": float(bool(parts.query)),
    }
    for rule in rules.addresses:
        found = bool((rule.host and rule.host.search(parts.netloc)) or (rule.path and rule.path.search(parts.path)))
        facts[f"address_{rule.id}"] = max(facts.get(f"address_{rule.id}", 0.0), float(found))
    for kind in ("product", "forum", "collection", "list", "reference", "service", "article"):
        facts.setdefault(f"address_{kind}", 0.0)
    return facts


def _by_form(blocks: Blocks, chosen: Sequence[int], witness: str) -> dict[str, float]:
    lengths = [len(text) for text in blocks.texts]
    kept = [(lengths[i], blocks.tags[i]) for i in chosen]
    total, size = max(sum(lengths), 1), max(sum(length for length, _ in kept), 1)

    def share(*tags: str) -> float:
        return sum(length for length, tag in kept if tag in tags) / size

    tags = blocks.tags
    return {
        "characters": math.log1p(sum(length for length, _ in kept)),
        "blocks": math.log1p(len(kept)),
        "block_length": math.log1p(size / max(len(kept), 1)),
        "links": sum(blocks.link_characters[i] for i in chosen) / size,
        "page_links": sum(blocks.link_characters) / total,
        "share_of_page": size / total if kept else 0.0,
        "page_blocks": math.log1p(len(lengths)),
        "prose": sum(length for length, _ in kept if length > LONG_BLOCK) / size,
        "sentences": sum(blocks.texts[i].endswith(_CLOSING) for i in chosen) / max(len(kept), 1),
        "in_paragraphs": share("p"),
        "in_lists": share("li"),
        "in_cells": share("td", "th"),
        "in_divisions": share("div"),
        "headings_kept": sum(tag[:1] == "h" for _, tag in kept) / max(len(kept), 1),
        "witness": math.log1p(len(witness)),
        "first_headings": float(min(tags.count("h1"), 5)),
        "second_headings": math.log1p(tags.count("h2")),
        "third_headings": math.log1p(tags.count("h3")),
        "code": math.log1p(tags.count("pre")),
        "paragraphs": math.log1p(tags.count("p")),
        "prices": math.log1p(len(_PRICE.findall("\n".join(blocks.texts)[:MAX_PRICED_CHARACTERS]))),
    }


def _address(entry: Mapping[str, Any]) -> AddressRule:
    name = f"address {entry.get('id', '(without id)')!r}"
    if not {"id", "reason", "match", "keep"} <= entry.keys() or not {"host", "path"} & entry.keys():
        raise PageKindError(f"{name}: needs id, reason, match, keep, and host or path")
    try:
        host, path = (re2.compile(entry[key]) if key in entry else None for key in ("host", "path"))
    except re2.error as error:
        raise PageKindError(f"{name}: a pattern is not RE2 ({error})") from error
    rule = AddressRule(entry["id"], host, path)
    for example, wanted in [(url, 1.0) for url in entry["match"]] + [(url, 0.0) for url in entry["keep"]]:
        if _by_address(example, PageKindRules((rule,)))[f"address_{rule.id}"] != wanted:
            raise PageKindError(f"{name}: {example!r} comes out wrong; mend the pattern")
    return rule
