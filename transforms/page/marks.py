"""What an HTML page shows of its make: the software behind it, its own names, elements, buttons and microdata.

These are what the page kind is told by beside its address and its blocks. The words that are looked for are data
(``transforms/page/data/page_kinds.toml``); what they speak for is :mod:`transforms.page.kind`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import re2
from lxml.etree import XPath, _Element  # type: ignore[import-untyped]

MAX_NAMES = 20_000
"""Class attributes that are looked through; pages have some thousands."""
MAX_NAME_CHARACTERS = 400_000
MAX_BUTTONS = 200
MAX_BUTTON_CHARACTERS = 60
MAX_LINE_CHARACTERS = 500
"""Of the title element, the generator and the page's own names."""

_CLASSES = XPath("//@class", smart_strings=False)
_BUTTONS = XPath(
    f'(//button | //a[contains(@class, "btn") or contains(@class, "button") or contains(@class, "cta")])'
    f"[position() <= {MAX_BUTTONS}]"
)
_ITEM_TYPES = XPath("//@itemtype", smart_strings=False)
COUNTED = ("article", "time", "form", "img", "code", "figure", "iframe", "video", "table")
"""Elements that are counted."""
_COUNTS = {name: XPath(f"count(//{name})") for name in COUNTED}
_CHOICES = XPath('//input[@type="radio" or @type="number"]')
_CALLS = XPath('count(//a[starts-with(@href, "tel:")])')

_OWN = ("class", "id", "data-template")

PLACES = ("generator", "own_names", "title", "buttons", "names", "text")
"""Where words are looked for: the generator a page names, classes and ids of its root and body, its title element, its
buttons, the classes of all its elements, its main text."""


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What was read, all words in lower case."""

    generator: str = ""
    own_names: str = ""
    title: str = ""
    buttons: str = ""
    names: str = ""
    item_types: frozenset[str] = frozenset()
    """Microdata types, without their vocabulary."""
    meta_names: frozenset[str] = frozenset()
    is_in_sequence: bool = False
    """Whether it links to a next or a previous page."""
    choices: int = 0
    """Inputs for an amount or for one of several."""
    calls: int = 0
    """Links to a telephone number."""
    elements: Mapping[str, int] = field(default_factory=dict)
    """How many of each of COUNTED."""


@dataclass(frozen=True, slots=True)
class MarkRule:
    """Words at one place that say something of a page's kind."""

    id: str
    place: str
    words: tuple[str, ...]
    pattern: Any
    """The words, longest first, each after a word boundary; None for names, whose words run together."""

    def count(self, text: str) -> int:
        """How often the words stand in a text of the rule's place, in lower case."""
        if self.pattern is None:
            return sum(text.count(word) for word in self.words)
        return sum(not text[found.end() : found.end() + 1].isalnum() for found in self.pattern.finditer(text))


def mark_rule(entry: Mapping[str, Any]) -> MarkRule:
    """A rule from its entry in ``page_kinds.toml``.

    Raises:
        ValueError: a key is missing, the place is unknown, or an example comes out wrong.
    """
    if missing := {"id", "place", "words", "reason", "match", "keep"} - entry.keys():
        raise ValueError(f"needs {', '.join(sorted(missing))}")
    if entry["place"] not in PLACES:
        raise ValueError(f"the place must be one of {', '.join(PLACES)}, not {entry['place']!r}")
    words = tuple(sorted(entry["words"], key=len, reverse=True))
    bounded = rf"(?i)(?:^|[^\pL\pN])(?:{'|'.join(map(re2.escape, words))})"
    rule = MarkRule(entry["id"], entry["place"], words, None if entry["place"] == "names" else re2.compile(bounded))
    wrong = [text for text in entry["match"] if not rule.count(text)] + [
        text for text in entry["keep"] if rule.count(text)
    ]
    if wrong:
        raise ValueError(f"{wrong[0]!r} comes out wrong; mend the words")
    return rule


def read_marks(tree: _Element) -> PageMarks:
    """The marks of a parsed page; the tree is not changed."""
    meta = [(_meta_name(element), element.get("content") or "") for element in tree.iter("meta")]
    own = [value for element in (tree, *tree.iterfind("body")) for value in map(element.get, _OWN)]
    titles = (_line(element.itertext()) for element in tree.iter("title"))
    relations = {word for link in tree.iter("link") for word in (link.get("rel") or "").lower().split()}
    return PageMarks(
        generator=" ".join(value for name, value in meta if name == "generator")[:MAX_LINE_CHARACTERS].lower(),
        own_names=" ".join(value for value in own if value)[:MAX_LINE_CHARACTERS].lower(),
        title=next(titles, ""),
        buttons="\n".join(
            _line(element.itertext())[:MAX_BUTTON_CHARACTERS] for element in _BUTTONS(tree)[:MAX_BUTTONS]
        ),
        names=" ".join(_CLASSES(tree)[:MAX_NAMES])[:MAX_NAME_CHARACTERS].lower(),
        item_types=frozenset(value.rstrip("/").rpartition("/")[2].lower() for value in _ITEM_TYPES(tree)[:MAX_NAMES]),
        meta_names=frozenset(name for name, _ in meta),
        is_in_sequence=bool(relations & {"next", "prev"}),
        choices=len(_CHOICES(tree)),
        calls=int(_CALLS(tree)),
        elements={name: int(count(tree)) for name, count in _COUNTS.items()},
    )


def _meta_name(element: _Element) -> str:
    return (element.get("property") or element.get("name") or "").strip().lower()


def _line(pieces: Iterable[str]) -> str:
    return " ".join(" ".join(pieces).split())[:MAX_LINE_CHARACTERS].lower()
