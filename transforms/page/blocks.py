"""A parsed page as a list of blocks of text: what stands in one paragraph, heading, list item or cell.

Each block keeps where it stands (its way down the tree, its containers, what they are called) and what it is made of
(links, emphasis). Which blocks are main text does not belong here.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from lxml.etree import _Element  # type: ignore[import-untyped]

from transforms.errors import DataFileError

MAX_BLOCKS = 20_000
"""Blocks read of a page; live blogs have some thousands."""
MAX_NAME_CHARACTERS = 200
"""Of an element's classes and id together."""

_SKIPPED = frozenset(
    {
        *("script", "style", "noscript", "template", "iframe", "svg", "math", "select", "option", "textarea"),
        *("input", "object", "embed", "audio", "video", "canvas", "map", "datalist", "progress", "meter"),
        *("img", "source", "track", "area"),
        *("link", "meta", "head", "title"),
    }
)
INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"),
        *("font", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"),
        *("sup", "time", "tt", "u", "var", "wbr", "label", "ruby", "rt", "rp", "rb", "nobr", "amp-link"),
        "g-link",
        "picture",
    }
)
_EMPHASIS = frozenset({"b", "strong"})
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th"})

ANCESTORS = (
    *("nav", "footer", "aside", "header", "form", "figure", "article", "main", "ul", "ol"),
    *("table", "blockquote", "figcaption", "button"),
)
"""Elements that a block can stand in and that say what it is for; one bit each, in this order, then ``hidden``."""
_ANCESTOR_BITS = {name: 1 << number for number, name in enumerate(ANCESTORS)}
HIDDEN_BIT = 1 << len(ANCESTORS)


class ContainerWordError(DataFileError):
    """An entry of the container words file that is incomplete or breaks its own examples."""


@dataclass(frozen=True, slots=True)
class ContainerWords:
    """Generic words in the names (classes and ids) of containers, in groups."""

    groups: tuple[str, ...] = ()
    """What each group stands for; one bit each, in this order."""
    pattern: re.Pattern[str] | None = None
    """Alternatives of fixed words, one capturing group each, so that searching is linear."""
    labels: frozenset[str] = frozenset()
    """What stands over advertisements, folded."""
    reader_headings: frozenset[str] = frozenset()
    """What stands over readers' comments, folded, without its number."""

    def bits(self, name: str) -> int:
        """The groups that a name has a word of."""
        return _word_bits(self.pattern, name) if self.pattern else 0


@dataclass(slots=True)
class Blocks:
    """The blocks of a page in its order, as columns of equal length, and the tree of their containers."""

    texts: list[str] = field(default_factory=list)
    """White space folded; a line break where the page breaks a line within the block."""
    tags: list[str] = field(default_factory=list)
    paths: list[int] = field(default_factory=list)
    """A number for the names of all elements down to the block."""
    named_paths: list[int] = field(default_factory=list)
    """The same for the names with their classes."""
    ancestors: list[int] = field(default_factory=list)
    """Bits of ANCESTORS and HIDDEN_BIT."""
    words: list[int] = field(default_factory=list)
    """Bits of the container words around the block."""
    depths: list[int] = field(default_factory=list)
    containers: list[int] = field(default_factory=list)
    """Number of the block's own element, an index of ``parents``."""
    articles: list[int] = field(default_factory=list)
    """Number of the innermost ``article`` element around the block; 0 without."""
    cells: list[int] = field(default_factory=list)
    """Number of the innermost table cell around the block; 0 without."""
    items: list[int] = field(default_factory=list)
    """Number of the innermost list item around the block; 0 without."""
    lists: list[int] = field(default_factory=list)
    """How many lists the block stands in."""
    times: list[bool] = field(default_factory=list)
    """Whether the block has a ``time`` element."""
    link_characters: list[int] = field(default_factory=list)
    emphasised_characters: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [0])
    """Number of each container's parent; the root is its own."""

    def __len__(self) -> int:
        return len(self.texts)


class _Place(NamedTuple):
    """Where the walk stands: facts about the nearest block element."""

    tag: str
    path: int
    named_path: int
    ancestors: int
    words: int
    depth: int
    container: int
    article: int
    cell: int
    item: int
    lists: int


def parse_container_words(text: str) -> ContainerWords:
    """Container words from the text of their file, checked against the examples in it.

    Raises:
        ContainerWordError: the text is not TOML, an entry lacks a key, or an example does not come out as it must.
    """
    try:
        data = tomllib.loads(text)
        entries = data.get("group", [])
        labels, headings = (frozenset(data.get(name, {}).get("words", ())) for name in ("labels", "reader_headings"))
    except tomllib.TOMLDecodeError as error:
        raise ContainerWordError(f"container words are not TOML: {error}") from error
    for entry in entries:
        if not {"id", "words", "reason", "match", "keep"} <= entry.keys():
            raise ContainerWordError(f"container words: an entry needs id, words, reason, match and keep: {entry}")
    alternatives = ("(" + "|".join(map(re.escape, entry["words"])) + ")" for entry in entries)
    words = ContainerWords(
        tuple(entry["id"] for entry in entries), re.compile("|".join(alternatives)), labels, headings
    )
    for number, entry in enumerate(entries):
        wrong = [name for name in entry["match"] if not words.bits(name) >> number & 1]
        wrong += [name for name in entry["keep"] if words.bits(name) >> number & 1]
        if wrong:
            raise ContainerWordError(f"container words: {wrong[0]!r} comes out wrong in group {entry['id']!r}")
    return words


def read_blocks(root: _Element, words: ContainerWords) -> Blocks:
    """The blocks of a page.

    Args:
        root: the page's root element, no deeper than Python's recursion allows (some hundred levels); not changed.
        words: generic words in names of containers.
    """
    walk = _Walk(words)
    place = _Place("body", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    walk.element(root, place, emphasised=False)
    walk.close(place)
    return walk.blocks


class _Walk:
    """One pass over a page. Text is collected until a block element begins or ends."""

    __slots__ = ("_emphasised", "_has_time", "_in_links", "_linked", "_paths", "_pieces", "_words", "blocks")

    def __init__(self, words: ContainerWords) -> None:
        self.blocks = Blocks()
        self._words = words
        self._paths: dict[tuple[int, str, str | None], int] = {}
        self._pieces: list[str] = []
        self._in_links = self._linked = self._emphasised = 0
        self._has_time = False

    def element(self, element: _Element, place: _Place, emphasised: bool) -> None:
        """Collect an element's own text and its children's."""
        if text := element.text:
            self._add(text, emphasised)
        for child in element:
            tag = child.tag
            if tag in INLINE:
                self._inline(child, tag, place, emphasised)
            elif tag == "br":
                self._pieces.append("\n")
            elif tag.__class__ is str and tag not in _SKIPPED:
                self.close(place)
                inner = self._enter(child, tag, place)
                self.element(child, inner, False)
                self.close(inner)
            if tail := child.tail:
                self._add(tail, emphasised)

    def _inline(self, element: _Element, tag: str, place: _Place, emphasised: bool) -> None:
        if tag == "a":
            self._in_links += 1
            self.element(element, place, emphasised)
            self._in_links -= 1
        else:
            self._has_time |= tag == "time"
            self.element(element, place, emphasised or tag in _EMPHASIS)

    def _add(self, text: str, emphasised: bool) -> None:
        self._pieces.append(text.replace("\n", " ") if "\n" in text else text)
        if self._in_links or emphasised:
            length = len(text.strip())
            self._linked += length if self._in_links else 0
            self._emphasised += length if emphasised else 0

    def _enter(self, element: _Element, tag: str, place: _Place) -> _Place:
        attributes = element.attrib
        ancestors, words, name = place.ancestors | _ANCESTOR_BITS.get(tag, 0), place.words, None
        if attributes:
            name = attributes.get("class")
            ident = attributes.get("id")
            if name or ident:
                words |= self._words.bits(f"{name or ''} {ident or ''}"[:MAX_NAME_CHARACTERS])
            if _is_hidden(attributes):
                ancestors |= HIDDEN_BIT
        paths, parents = self._paths, self.blocks.parents
        number = len(parents)
        parents.append(place.container)
        return _Place(
            tag,
            paths.setdefault((place.path, tag, None), len(paths) + 1),
            paths.setdefault((place.named_path, tag, name or ""), len(paths) + 1),
            ancestors,
            words,
            place.depth + 1,
            number,
            number if tag == "article" else place.article,
            number if tag in _CELLS else place.cell,
            number if tag == "li" else place.item,
            place.lists + (tag in _LISTS),
        )

    def close(self, place: _Place) -> None:
        """What was collected becomes a block."""
        if not self._pieces:
            return
        text = "".join(self._pieces)
        self._pieces.clear()
        linked, emphasised, has_time = self._linked, self._emphasised, self._has_time
        self._linked, self._emphasised, self._has_time = 0, 0, False
        text = _folded(text)
        blocks = self.blocks
        if not text or len(blocks.texts) >= MAX_BLOCKS:
            return
        blocks.texts.append(text)
        blocks.tags.append(place.tag)
        blocks.paths.append(place.path)
        blocks.named_paths.append(place.named_path)
        blocks.ancestors.append(place.ancestors)
        blocks.words.append(place.words)
        blocks.depths.append(place.depth)
        blocks.containers.append(place.container)
        blocks.articles.append(place.article)
        blocks.cells.append(place.cell)
        blocks.items.append(place.item)
        blocks.lists.append(place.lists)
        blocks.times.append(has_time)
        blocks.link_characters.append(linked)
        blocks.emphasised_characters.append(emphasised)


def _folded(text: str) -> str:
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(line for piece in text.split("\n") if (line := " ".join(piece.split())))


def _is_hidden(attributes: Any) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style", "")
    return "display" in style and "none" in style


@lru_cache(maxsize=16_384)
def _word_bits(pattern: re.Pattern[str], name: str) -> int:
    bits = 0
    for match in pattern.finditer(name.lower()):
        bits |= 1 << ((match.lastindex or 1) - 1)
    return bits
