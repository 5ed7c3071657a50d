"""Which blocks of a page are its main text: a model weighs what stands where, and what trafilatura took.

trafilatura is the witness. Its choice is one fact of each block beside the block's own form, its place in the tree and
how much of the same container, the same kind of element and the neighbourhood the witness took; so a body that is split
over several containers is found again, and a box of teasers in the middle of it is left. The model is boosted decision
trees that ``bench/train_main_text.py`` learns; it is data, and knows no site. Reading the tree and metadata do not
belong here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from transforms.page.blocks import ANCESTORS, HIDDEN_BIT, Blocks
from transforms.records import BlockKind
from transforms.trees import TREE_ARRAYS, Floats, Trees, read_trees, read_weights

Numbers: TypeAlias = npt.NDArray[np.int64]

SHORT_KEY = 25
"""Characters without white space up to which a block is looked for as a whole line: labels occur within sentences."""

PROBE = 30
"""Characters at a longer block's beginning, middle and end that are looked for."""

CORE_CHARACTERS = 60
"""A block that the witness took and that is this long marks where the main text is."""

HALF = 0.5
"""Share of a block's probes from which on the witness took it."""

MIN_BODY_KEY = 8
MIN_DESCRIPTION_KEY = 20
MIN_VARIANT_KEY = 15
"""Characters without white space above which finding a block in the declared body, in the description or in the title
says something."""

WORD_GROUPS = 20
"""Groups of container words that the model knows."""

WINDOW = 11
"""Blocks around and with one that make up its neighbourhood."""

STANDFIRST_REACH = 40
"""Blocks after the headline among which a standfirst is looked for: share buttons and a picture may stand before it."""
MIN_STANDFIRST_CHARACTERS = 20
MAX_STANDFIRST_LINKS = 0.3
MAX_STANDFIRST_BLOCKS = 3
"""Some outlets write three sentences as three lines."""
MIN_DESCRIBED = 0.6
"""Share of a block's probes that the page's description has."""
STANDFIRST_WORDS = 1 << 12
OTHER_WORDS = 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8
"""Captions, bylines, dates and advertising, which stand in the same head of the article."""
_NO_STANDFIRST = sum(1 << ANCESTORS.index(name) for name in ("figure", "figcaption", "button", "form", "nav"))

_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
_QUOTED = 1 << ANCESTORS.index("blockquote")
MAX_CELL_CHARACTERS = 200
"""Of several blocks in one cell of a table of data."""

_CAP = 400
"""Characters of a block that count in its neighbourhood: one long paragraph is not all of it."""

_TAGS = ("p", "h1", "h2", "h3", "li", "td", "div")
_SENTENCE_ENDS = (".", "。", "।", "!", "?")
_ENDS = (*_SENTENCE_ENDS, "…", ":", ";", "؟", "۔", "！", "？", '"', "”", "»", "'", "’", ")")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page says about itself that helps to tell its blocks."""

    titles: tuple[str, ...] = ()
    """The title first, then its first-level headings."""
    descriptions: tuple[str, ...] = ()
    body: str = ""
    """JSON-LD's articleBody."""


@dataclass(frozen=True, slots=True)
class MainTextModel:
    """Trees over the facts of a block; :func:`parse_model` reads them from bytes."""

    trees: Trees

    def probabilities(self, features: Floats) -> Floats:
        """The chance of each row to be main text, 0..1, for a matrix (blocks, FEATURES) with at least one row."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.trees.scores(features))))


def parse_model(data: bytes) -> MainTextModel:
    """A main text model from the bytes of its file.

    Raises:
        DataFileError: the bytes are no such file, or the model was trained on other features.
    """
    arrays = read_weights(data, "main text model", TREE_ARRAYS, FEATURES, "bench.train_main_text")
    return MainTextModel(read_trees(arrays))


def solid(text: str) -> str:
    """Text without white space."""
    return "".join(text.split())


def measure(blocks: Blocks, witness: str, facts: PageFacts) -> Floats:
    """The facts of a page's blocks that the model weighs, a row for each block, a column for each of FEATURES."""
    page = _Page(blocks, witness, facts)
    columns = page.form() + page.place() + page.groups() + page.position() + page.declared() + page.neighbours()
    whole = page.whole()
    matrix = np.empty((len(blocks), len(columns) + len(whole)))
    for number, column in enumerate(columns):
        matrix[:, number] = column
    matrix[:, len(columns) :] = whole
    return matrix


class _Page:
    """The blocks as arrays, and the features made of them; each method gives its columns in the order of FEATURES."""

    def __init__(self, blocks: Blocks, witness: str, facts: PageFacts) -> None:
        self.blocks, self.facts = blocks, facts
        self.keys = [solid(text) for text in blocks.texts]
        self.folded = [key.casefold() for key in self.keys]
        self.characters = np.array([len(key) for key in self.keys], float)
        lengths = np.maximum(np.array([len(text) for text in blocks.texts], float), 1)
        self.linked = np.array(blocks.link_characters, float) / lengths
        self.emphasised = np.array(blocks.emphasised_characters, float) / lengths
        self.taken = _taken(self.keys, witness)
        self.taken_characters = self.characters * self.taken
        self.count = len(self.keys)

    def form(self) -> list[Floats]:
        texts = self.blocks.texts
        words = np.array([text.count(" ") + 1 for text in texts], float)
        return [
            self.taken,
            np.log1p(self.characters),
            np.log1p(words),
            self.linked,
            self.emphasised,
            np.array([text.endswith(_ENDS) for text in texts], float),
            np.array([text.endswith(_SENTENCE_ENDS) for text in texts], float),
            np.array([text.count("\n") for text in texts], float),
            *(np.array([tag == name for tag in self.blocks.tags], float) for name in _TAGS),
        ]

    def place(self) -> list[Floats]:
        ancestors, words = np.array(self.blocks.ancestors), np.array(self.blocks.words)
        return [
            *((ancestors >> number & 1).astype(float) for number in range(HIDDEN_BIT.bit_length())),
            *((words >> number & 1).astype(float) for number in range(WORD_GROUPS)),
            np.array(self.blocks.depths, float),
        ]

    def groups(self) -> list[Floats]:
        parents = np.array(self.blocks.parents)
        first = parents[np.array(self.blocks.containers)]
        second = parents[first]
        ways = (np.array(self.blocks.paths), np.array(self.blocks.named_paths), first, second, parents[second])
        return [column for way in ways for column in self._group(way)]

    def _group(self, members: Numbers) -> list[Floats]:
        """Of a block's group: its share of all that was taken, the share of it that was taken, count, links, size."""
        size = int(members.max()) + 1
        total = np.bincount(members, self.characters, size)
        taken = np.bincount(members, self.taken_characters, size)
        linked = np.bincount(members, self.characters * self.linked, size)
        count = np.bincount(members, minlength=size)
        safe = np.maximum(total, 1)
        columns = (taken / max(taken.sum(), 1), taken / safe, np.log1p(count), linked / safe, np.log1p(total))
        return [column[members] for column in columns]

    def position(self) -> list[Floats]:
        index = np.arange(self.count)
        core = np.flatnonzero((self.taken > HALF) & (self.characters > CORE_CHARACTERS))
        if not len(core):
            core = np.flatnonzero(self.taken > HALF)
        first, last = (core[0], core[-1]) if len(core) else (0, 0)
        so_far = np.cumsum(self.taken_characters)
        return [
            index / max(self.count - 1, 1),
            np.log1p(np.maximum(first - index, 0)),
            np.log1p(np.maximum(index - last, 0)),
            ((index >= first) & (index <= last)).astype(float),
            so_far / max(so_far[-1], 1),
        ]

    def declared(self) -> list[Floats]:
        titles = [solid(title).casefold() for title in self.facts.titles]
        body = solid(self.facts.body).casefold()
        described = solid(" ".join(self.facts.descriptions)).casefold()
        is_title = np.array([_title_likeness(key, titles) for key in self.folded])
        headline = int(np.argmax(is_title == 1.0)) if 1.0 in is_title else self._first_heading()
        distance = np.arange(self.count) - headline
        return [
            is_title,
            np.sign(distance) * np.log1p(np.abs(distance)),
            np.full(self.count, float(1.0 in is_title)),
            np.array([_found(key, body) if body and len(key) > MIN_BODY_KEY else 0.0 for key in self.folded]),
            np.array(
                [_found(key, described) if described and len(key) > MIN_DESCRIPTION_KEY else 0.0 for key in self.folded]
            ),
            *self._repeats(),
        ]

    def _first_heading(self) -> int:
        return self.blocks.tags.index("h1") if "h1" in self.blocks.tags else 0

    def _repeats(self) -> list[Floats]:
        """How often the block's text stands on the page, and how often before."""
        counts, seen = Counter(self.folded), Counter[str]()
        before = []
        for key in self.folded:
            before.append(min(seen[key], 3))
            seen[key] += 1
        return [np.array([min(counts[key], 5) for key in self.folded], float), np.array(before, float)]

    def neighbours(self) -> list[Floats]:
        columns = [
            _shifted(column, by)
            for column in (self.taken, self.linked, np.log1p(self.characters))
            for by in (-2, -1, 1, 2, 3)
        ]
        capped = np.minimum(self.characters, _CAP)
        return columns + [_around(column) for column in (self.taken * capped, self.linked * capped, capped)]

    def whole(self) -> list[float]:
        taken, total = self.taken_characters.sum(), max(self.characters.sum(), 1)
        return [float(np.log1p(taken)), float(taken / total), float(np.log1p(self.count)), float(np.log1p(total))]


def _names() -> tuple[str, ...]:
    group = ("share_of_taken", "taken_share", "count", "links", "size")
    ways = ("path", "named_path", "parent", "grandparent", "great_grandparent")
    return (
        *("taken", "characters", "words", "links", "emphasis", "ends", "ends_sentence", "line_breaks"),
        *(f"is_{tag}" for tag in _TAGS),
        *(f"in_{name}" for name in (*ANCESTORS, "hidden")),
        *(f"named_{number}" for number in range(WORD_GROUPS)),
        "depth",
        *(f"{way}_{fact}" for way in ways for fact in group),
        *("position", "before_core", "after_core", "within_core", "taken_so_far"),
        *("is_title", "from_title", "has_title", "in_body", "in_description", "repeats", "repeats_before"),
        *(f"{fact}{by:+d}" for fact in ("taken", "links", "characters") for by in (-2, -1, 1, 2, 3)),
        *("taken_around", "links_around", "characters_around"),
        *("page_taken", "page_taken_share", "page_blocks", "page_characters"),
    )


FEATURES = _names()
"""Names of the columns of :func:`measure`."""


def threshold_of(probabilities: Floats, characters: Floats) -> float:
    """The probability from which on blocks are kept: where the expected F1 over characters is highest."""
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum((probabilities * characters)[order])
    expected = 2 * hits / (np.cumsum(characters[order]) + (probabilities * characters).sum() + 1e-9)
    return float(probabilities[order[int(expected.argmax())]])


def select(blocks: Blocks, probabilities: Floats) -> list[int]:
    """Indices of the blocks that make up the main text, in the page's order."""
    characters = np.array([len(text) for text in blocks.texts], float)
    return [int(index) for index in np.flatnonzero(probabilities >= threshold_of(probabilities, characters))]


def find_standfirst(blocks: Blocks, features: Floats, chosen: Sequence[int]) -> list[int]:
    """Indices of the blocks between headline and main text that sum the article up; at most MAX_STANDFIRST_BLOCKS.

    They are what the page's description says, else the first block in a container that is named for it. What the model
    takes for main text stays there: moving a lead that is named or described so out of it cost 0.1 points of F1 on
    WCXB and 1 to 1.8 on trafilatura's set, whose texts begin with it.
    """
    column = {name: features[:, FEATURES.index(name)] for name in ("is_title", "links", "in_description")}
    taken = set(chosen)
    first = next((i for i in chosen if len(blocks.texts[i]) > CORE_CHARACTERS and column["is_title"][i] < 1.0), None)
    headlines = [i for i in range(first or 0) if column["is_title"][i] == 1.0 or blocks.tags[i] == "h1"]
    if first is None or not headlines:
        return []
    between = [
        i
        for i in range(headlines[-1] + 1, min(first, headlines[-1] + STANDFIRST_REACH))
        if i not in taken
        and len(blocks.texts[i]) >= MIN_STANDFIRST_CHARACTERS
        and column["links"][i] < MAX_STANDFIRST_LINKS
        and column["is_title"][i] == 0.0
        and not blocks.ancestors[i] & _NO_STANDFIRST
    ]
    described = [i for i in between if column["in_description"][i] > MIN_DESCRIBED]
    named = [i for i in between if blocks.words[i] & STANDFIRST_WORDS and not blocks.words[i] & OTHER_WORDS]
    return described[:MAX_STANDFIRST_BLOCKS] or named[:1]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a main text: a block, or the cells of a table's row."""

    kind: BlockKind
    level: int
    text: str
    """With its marks: list items begin with a hyphen, cells are parted by bars."""


def parts_of(blocks: Blocks, chosen: Sequence[int]) -> list[Part]:
    """The chosen blocks as the parts of a text; the cells of a table's row are one part."""
    parts: list[Part] = []
    columns = _columns(blocks, chosen)
    single = {item for item, count in Counter(blocks.items[i] for i in chosen).items() if item and count == 1}
    row = cell = 0
    for index in chosen:
        text, own = blocks.texts[index], columns.get(index, 0)
        if own and blocks.parents[own] == row:
            text = text.replace("\n", " ")
            parts[-1] = replace(parts[-1], text=parts[-1].text + (" " if own == cell else " | ") + text)
        elif own:
            parts.append(Part("table_row", 0, text))
        else:
            parts.append(_part(blocks, index, blocks.items[index] in single))
        row, cell = (blocks.parents[own], own) if own else (0, 0)
    return parts


def _part(blocks: Blocks, index: int, is_item: bool) -> Part:
    tag, text = blocks.tags[index], blocks.texts[index]
    if tag in _HEADING_LEVELS:
        return Part("heading", _HEADING_LEVELS[tag], text)
    if is_item or tag == "li":
        return Part("list_item", max(blocks.lists[index], 1), f"- {text}")
    is_quoted = blocks.ancestors[index] & _QUOTED
    return Part("quotation" if is_quoted else "paragraph", 0, text)


def write(blocks: Blocks, chosen: Sequence[int]) -> str:
    """The chosen blocks as text, each part on a line of its own."""
    return "\n".join(part.text for part in parts_of(blocks, chosen))


def _columns(blocks: Blocks, chosen: Sequence[int]) -> dict[int, int]:
    """The table cell of each chosen block in a table of data; the cells of a table that lays out a page hold prose."""
    cells: dict[int, list[int]] = {}
    for index in chosen:
        if blocks.cells[index]:
            cells.setdefault(blocks.cells[index], []).append(index)
    return {
        index: cell
        for cell, members in cells.items()
        if len(members) == 1 or sum(len(blocks.texts[i]) for i in members) <= MAX_CELL_CHARACTERS
        for index in members
    }


def _taken(keys: Sequence[str], witness: str) -> Floats:
    """How much of each block stands in the witness's text, 0..1."""
    lines = {solid(line).lstrip("-•") for line in witness.split("\n")}
    text = solid(witness)
    if "|" in text:
        lines |= {solid(cell) for line in witness.split("\n") if "|" in line for cell in line.split("|")}
        text = text.replace("|", "")
    return np.array([float(key in lines) if len(key) < SHORT_KEY else _found(key, text) for key in keys])


def _found(key: str, text: str) -> float:
    """The share of three probes of a key that a text has; a short key is looked for whole."""
    if len(key) <= PROBE + 10:
        return float(key in text)
    middle = len(key) // 2 - PROBE // 2
    return ((key[:PROBE] in text) + (key[-PROBE:] in text) + (key[middle : middle + PROBE] in text)) / 3


def _title_likeness(key: str, titles: Sequence[str]) -> float:
    """1 for the title or a first-level heading, 0.5 for a variant of the title, else 0."""
    if key in titles:
        return 1.0
    title = titles[0] if titles else ""
    is_variant = len(key) > MIN_VARIANT_KEY and (
        key in title or (title != "" and title in key and len(key) < 2 * len(title))
    )
    return 0.5 if is_variant else 0.0


def _shifted(column: Floats, by: int) -> Floats:
    """The value of the block so many further on; 0 outside the page."""
    shifted = np.zeros_like(column)
    if by > 0:
        shifted[:-by] = column[by:]
    else:
        shifted[-by:] = column[:by]
    return shifted


def _around(column: Floats) -> Floats:
    """The sum over WINDOW blocks with each in the middle."""
    return np.convolve(column, np.ones(WINDOW), "full")[WINDOW // 2 : WINDOW // 2 + len(column)]
