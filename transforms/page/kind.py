"""What an HTML page is by its form and its own word where it is no article: product, forum, list, reference, service.

A sum of weighted facts decides whether the page is an article: what it declares (JSON-LD, OpenGraph, microdata),
where it stands (the words of its address), what it is made with (its marks) and what its blocks look like; signs of
one family are also counted together, as two of them say more than one twice as strong. Other sums tell the family.
Words are data (``transforms/page/data/page_kinds.toml``), and so are the weights that ``bench/train_page_kind.py``
learns. Phrases of error pages, consent and pay walls are :mod:`transforms.text.article_or_not`'s business.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import re2

from transforms.errors import DataFileError
from transforms.page.blocks import Blocks
from transforms.page.marks import COUNTED, MarkRule, PageMarks, mark_rule
from transforms.text.article_or_not import ARTICLE

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
_WORD = re.compile(r"[^\W\d_]+")
_CLOSING = (".", "!", "?", "。")

MAX_TEXT_CHARACTERS = 20_000
"""Of the main text in which words are counted."""
MAX_IN_HUNDRED = 8.0
"""Words in a hundred beyond which more say no more."""
MIN_WORDS = 30
MAX_HEADING_WORDS = 15
MOSTLY_LINK = 0.8
LONG_PARAGRAPH = 200
_HEADINGS = frozenset({"h2", "h3", "h4"})

FAMILIES = ("product page", "forum", "section page", "reference page", "service page")
"""What a page that is no article is called; the first part of the reason."""
HOME = "home page"
_AT_HOME = ("section page", "service page")

_SIGNS: Mapping[str, tuple[tuple[tuple[str, ...], float], ...]] = {
    "forum": (
        (("address_forum",), 0),
        (("declares_forum", "item_forum"), 0),
        (("forum_generator",), 0),
        (("forum_own",), 0),
        (("forum_title",), 0),
        (("forum_buttons",), 0),
    ),
    "shop": (
        (("declares_only_product",), 0),
        (("og_product", "meta_product"), 0),
        (("item_product",), 0),
        (("address_product", "address_collection"), 0),
        (("shop_buttons",), 0),
        (("shop_names",), 1.5),
        (("shop_generator",), 0),
        (("shop_own",), 0),
        (("prices",), 1.5),
        (("product_names",), 3),
    ),
    "reference": (
        (("address_reference",), 0),
        (("reference_generator",), 0),
        (("reference_own",), 0),
        (("declares_reference",), 0),
        (("code",), 0.5),
        (("reference_title",), 0),
        (("reference_names",), 0),
    ),
    "list": (
        (("address_list", "address_home"), 0),
        (("list_title",), 0),
        (("linked_headings_kept",), 0.5),
        (("list_own",), 0),
        (("list_names",), 1),
        (("element_article",), 1),
        (("declares_list",), 0),
        (("links",), 0.3),
    ),
    "service": (
        (("address_service",), 0),
        (("service_title",), 0),
        (("declares_service",), 0),
        (("service_buttons",), 0.9),
        (("service_names",), 0),
        (("service_text",), 1.5),
        (("address_is_short",), 0),
    ),
    "article": (
        (("declares_article", "item_article"), 0),
        (("og_article", "meta_article"), 0),
        (("has_date",), 0),
        (("has_author",), 0),
        (("address_is_headline",), 0),
        (("article_own",), 0),
        (("address_article",), 0),
        (("article_text",), 0.3),
        (("article_names",), 1),
    ),
}
"""Facts that speak for a family, each alone or one of several that say the same, and the value above which they do."""


class PageKindError(DataFileError):
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
class FamilyWeights:
    """How the log-odds of one family are summed up."""

    name: str
    intercept: float
    weights: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class PageForm:
    """What a page looks like."""

    blocks: Blocks
    chosen: Sequence[int]
    """Indices of the blocks that are the main text."""
    witness: str
    """The main text as trafilatura took it."""
    marks: PageMarks

    @property
    def text(self) -> str:
        """The main text, shortened."""
        return "\n".join(self.blocks.texts[i] for i in self.chosen)[:MAX_TEXT_CHARACTERS] or self.witness


@dataclass(frozen=True, slots=True)
class PageKindRules:
    """What tells articles from other pages."""

    addresses: tuple[AddressRule, ...] = ()
    marks: tuple[MarkRule, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    """By fact; positive speaks against an article."""
    intercept: float = 0.0
    threshold: float = math.inf
    """Log-odds from which on a page is no article."""
    families: tuple[FamilyWeights, ...] = ()
    """Tell what it is instead: the one with the highest log-odds."""

    def odds(self, facts: Mapping[str, float]) -> float:
        """Log-odds against an article."""
        return _odds(facts, self.intercept, self.weights)


def parse_page_kinds(text: str, weights: str = "") -> PageKindRules:
    """Rules from the texts of ``page_kinds.toml`` and of the learned weights, each held against its examples.

    Raises:
        PageKindError: a text is not TOML, an entry lacks a key, a pattern is not RE2, or an example comes out wrong.
    """
    try:
        data, learned = tomllib.loads(text), tomllib.loads(weights)
    except tomllib.TOMLDecodeError as error:
        raise PageKindError(f"page kinds are not TOML: {error}") from error
    rules = PageKindRules(
        tuple(_address(entry) for entry in data.get("address", [])),
        tuple(_mark(entry) for entry in data.get("mark", [])),
        _weights(learned.get("weights", {})),
        float(learned.get("intercept", 0.0)),
        float(learned.get("threshold", math.inf)),
        tuple(
            FamilyWeights(entry["name"], float(entry["intercept"]), _weights(entry["weights"]))
            for entry in learned.get("family", [])
        ),
    )
    known = {*measure_page(Declared(), None, PageForm(Blocks(), (), "", PageMarks()), rules)}
    weighted = [*rules.weights, *(pair for family in rules.families for pair in family.weights)]
    if unknown := [name for name, _ in weighted if name not in known]:
        raise PageKindError(f"page kinds: no fact {unknown[0]!r}; learn the weights anew")
    return rules


def _weights(table: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    return tuple((name, float(weight)) for name, weight in table.items())


def page_kind(facts: Mapping[str, float], rules: PageKindRules) -> str | None:
    """ARTICLE, or what the page is instead with the evidence; None where nothing was learned."""
    if not rules.weights:
        return None
    odds = rules.odds(facts)
    if odds < rules.threshold:
        return ARTICLE
    probability = 1 / (1 + math.exp(-odds))
    return f"{_family(facts, rules)}: {probability:.0%} by its address, form and own word"


def _family(facts: Mapping[str, float], rules: PageKindRules) -> str:
    """The family with the highest log-odds; a list or an offer at a site's root is its home page."""
    found = max(rules.families, key=lambda family: _odds(facts, family.intercept, family.weights))
    return HOME if facts["address_home"] and found.name in _AT_HOME else found.name


def _odds(facts: Mapping[str, float], intercept: float, weights: tuple[tuple[str, float], ...]) -> float:
    return intercept + sum(weight * facts[name] for name, weight in weights)


def measure_page(declared: Declared, url: str | None, form: PageForm, rules: PageKindRules) -> dict[str, float]:
    """The facts that the weights are for, by name."""
    facts = _declared(declared) | _by_address(url, rules) | _by_form(form.blocks, form.chosen, form.witness)
    facts |= _by_headings(form) | _by_make(form.marks) | _by_words(form, rules)
    return facts | _signs(facts)


def _signs(facts: Mapping[str, float]) -> dict[str, float]:
    """By family, how many facts speak for it, and whether two do."""
    signs = {
        family: float(sum(any(facts.get(name, 0.0) > limit for name in names) for names, limit in places))
        for family, places in _SIGNS.items()
    }
    counted = {f"signs_{family}": count for family, count in signs.items()}
    return counted | {f"two_signs_{family}": float(count > 1) for family, count in signs.items() if family != "article"}


def _by_make(marks: PageMarks) -> dict[str, float]:
    """What the page is made of, by its elements and microdata."""
    items, count = marks.item_types, marks.elements
    return {
        "item_product": float(bool(items & _PRODUCTS)),
        "item_forum": float(bool(items & (_FORUMS | {"question"}))),
        "item_article": float(any(name.endswith("article") or name in _ARTICLES for name in items)),
        "meta_product": float(any(name.startswith(("product:", "og:price")) for name in marks.meta_names)),
        "meta_article": float("article:published_time" in marks.meta_names or "article:author" in marks.meta_names),
        "is_in_sequence": float(marks.is_in_sequence),
        "choices": math.log1p(marks.choices),
        "calls": math.log1p(marks.calls),
        "one_article": float(count.get("article", 0) == 1),
        **{f"element_{name}": math.log1p(count.get(name, 0)) for name in COUNTED},
    }


def _by_words(form: PageForm, rules: PageKindRules) -> dict[str, float]:
    """How often each rule's words stand in their place: counted, or in a hundred words of the main text."""
    text, marks = form.text.lower(), form.marks
    words = max(sum(1 for _ in _WORD.finditer(text)), MIN_WORDS)
    places = {"generator": marks.generator, "own_names": marks.own_names, "title": marks.title}
    facts = {"questions": min(100 * text.count("?") / words, MAX_IN_HUNDRED)}
    for rule in rules.marks:
        if rule.place in places:
            facts[rule.id] = float(rule.count(places[rule.place]) > 0)
        elif rule.place == "text":
            facts[rule.id] = min(100 * rule.count(text) / words, MAX_IN_HUNDRED)
        else:
            facts[rule.id] = math.log1p(rule.count(marks.buttons if rule.place == "buttons" else marks.names))
    return facts


def _by_headings(form: PageForm) -> dict[str, float]:
    """Whether headings lead elsewhere, and how alike the blocks of the main text are."""
    blocks, chosen = form.blocks, form.chosen
    kept = set(chosen)
    headings = [i for i, tag in enumerate(blocks.tags) if tag in _HEADINGS]
    linked = [i for i in headings if blocks.link_characters[i] > MOSTLY_LINK * len(blocks.texts[i])]
    lengths = sorted(len(blocks.texts[i]) for i in chosen if blocks.tags[i] in ("p", "div"))
    alike = Counter(blocks.named_paths[i] for i in chosen).most_common(1)
    first = blocks.texts[blocks.tags.index("h1")] if "h1" in blocks.tags else ""
    return {
        "heading_words": float(min(len(first.split()), MAX_HEADING_WORDS)),
        "linked_headings": len(linked) / max(len(headings), 1),
        "linked_headings_kept": sum(i in kept for i in linked) / max(sum(i in kept for i in headings), 1),
        "typical_length": math.log1p(lengths[len(lengths) // 2] if lengths else 0),
        "long_paragraphs": math.log1p(sum(length > LONG_PARAGRAPH for length in lengths)),
        "alike": alike[0][1] / len(chosen) if alike else 0.0,
    }


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


def _mark(entry: Mapping[str, Any]) -> MarkRule:
    try:
        return mark_rule(entry)
    except (ValueError, re2.error) as error:
        raise PageKindError(f"mark {entry.get('id', '(without id)')!r}: {error}") from error


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
