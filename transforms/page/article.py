"""The one article among the blocks that the model chose: what a page's form says for certain has the last word.

A page may run on into further articles, say a sentence twice, or point to other pages between its paragraphs. The
model weighs each block by itself; what concerns the article as a whole is decided here.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from statistics import median

from transforms.page.blocks import ANCESTORS, Blocks
from transforms.page.main_text import FEATURES, HALF, solid
from transforms.trees import Floats

MIN_PROSE_CHARACTERS = 60
MAX_PROSE_LINKS = 0.5
"""What a paragraph is known by beside a heading, a byline or a teaser."""
MIN_ARTICLE_CHARACTERS = 250
MIN_OWN_PARAGRAPHS = 3
"""Of an article's prose before a further headline can end it."""
MIN_NEXT_PARAGRAPHS = 2
"""Paragraphs below a headline that make it a further article's."""
MIN_POSTS = 3
"""Whole articles below linked headlines that make a page a list of them."""
ARTICLE_REACH = 500
"""Blocks before a heading among which an earlier one of its article is looked for."""
HEADLINE_REACH = 6
"""Blocks below a headline among which its byline or date stands."""
MIN_ENTRIES = 4
MAX_ENTRY_CHARACTERS = 500
"""From so many headlines on, with paragraphs as short in the median, they head the entries of a live report."""
MIN_PULLED_CHARACTERS = 20
MAX_PULLED_CHARACTERS = 300
"""Of a pulled quotation: without white space, and as it stands."""
MAX_PULLED = 200
"""Blocks that are looked for in the paragraphs."""
MIN_COPY_SHARE = 0.3
"""Of an article's characters that are said twice, for its second copy to be one."""
MIN_COPIED = 3
"""Paragraphs within one block that make it their copy, if they are half of it."""
MAX_CELL_CHARACTERS = 60
"""Of a table of data; longer cells lay out a page."""
MAX_CARD_BLOCKS = 4
"""Of a teaser: a linked heading, a line or two, a date."""
MIN_SHARE_BEFORE_CARDS = 0.6
"""Of the characters, which an article has before the teasers at its end."""
MIN_POINTER_LINKS = 0.8
MIN_DECLARED = 0.6
"""Share of a block that the page's declared body has."""

_HEADINGS = ("h1", "h2", "h3")
_CARD_HEADINGS = (*_HEADINGS, "h4", "h5")
_NO_PROSE = sum(1 << ANCESTORS.index(name) for name in ("nav", "footer", "aside", "form", "figcaption"))
_NAMED_COMMENTS = 1 << 0
_NAMED_BYLINE = 1 << 5 | 1 << 6
"""Groups of container words: readers' comments; authors and dates."""
_POINTERS = (">>", "»", "→", "➔", "➜", "►", "▶", "▸", "➤", "☛", "👉", "⇒", "=>", "->", "›")
_ITEMS = ("li", "dt", "dd")
_COLONS = (":", "：")
_WORD = re.compile(r"\w+")
_QUOTE_MARKS = "\"'“”„‟«»‹›‘’‚「」『』.,!?…-–— "


@dataclass(frozen=True, slots=True)
class _Page:
    blocks: Blocks
    title: frozenset[str]
    """Its words, folded."""
    taken: Floats
    in_body: Floats
    links: Floats

    def is_titled(self, index: int) -> bool:
        """Whether a block says the page's title, or most of it."""
        words = frozenset(_WORD.findall(self.blocks.texts[index].casefold()))
        return 2 * len(words & self.title) > min(len(words), len(self.title))

    def is_prose(self, index: int) -> bool:
        """Whether a block reads like a paragraph of an article."""
        return (
            len(self.blocks.texts[index]) >= MIN_PROSE_CHARACTERS
            and self.links[index] < MAX_PROSE_LINKS
            and self.blocks.tags[index] not in _HEADINGS
            and not self.blocks.ancestors[index] & _NO_PROSE
        )

    def containers_of(self, index: int) -> Iterator[int]:
        """The numbers of the elements that a block stands in, its own first."""
        parents, number = self.blocks.parents, self.blocks.containers[index]
        while number:
            yield number
            number = parents[number]


def one_article(blocks: Blocks, features: Floats, chosen: Sequence[int], title: str | None) -> list[int]:
    """Indices of the blocks of the article that the page is about, out of those that were chosen, in the page's order.

    Args:
        blocks: the page's blocks.
        features: what :func:`transforms.page.main_text.measure` says of them.
        chosen: indices of the blocks that the model takes for main text.
        title: the page's title, by which the article's own headline is known.
    """
    if not chosen:
        return []
    columns = (features[:, FEATURES.index(name)] for name in ("taken", "in_body", "links"))
    page = _Page(blocks, frozenset(_WORD.findall((title or "").casefold())), *columns)
    whole = _with_rows(page, _with_lists(page, _with_loose_text(page, chosen)))
    own = _without_last_cards(page, _without_comments(page, _until_next_article(page, whole)))
    kept = _said_once(blocks, _without_jumble(blocks, own))
    return [index for index in _without_pulled_quotes(blocks, kept) if not _is_pointer(page, index)]


def count_posts(blocks: Blocks, chosen: Sequence[int]) -> int:
    """How many articles a page shows whole, each below a headline that leads to its own page; 0 for one article.

    A page with text of its own before the first of them is an article that runs on into others.
    """
    linked = [index for index in _linked_headings(blocks) if blocks.tags[index] in _HEADINGS]
    prose = [i for i in chosen if blocks.tags[i] not in _HEADINGS and len(blocks.texts[i]) >= MIN_PROSE_CHARACTERS]
    sizes = _sizes_below(blocks, linked, prose)
    posts = sum(size >= MIN_ARTICLE_CHARACTERS for size in sizes[1:])
    return posts if posts >= MIN_POSTS and sizes[0] < MIN_ARTICLE_CHARACTERS else 0


def _linked_headings(blocks: Blocks) -> list[int]:
    return [
        index
        for index, tag in enumerate(blocks.tags)
        if tag in _CARD_HEADINGS and blocks.link_characters[index] >= MIN_POINTER_LINKS * len(blocks.texts[index])
    ]


def _with_loose_text(page: _Page, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks with the other paragraphs that are loose text of the same elements."""
    own = {page.blocks.containers[index] for index in chosen if page.is_prose(index)}
    taken = set(chosen)
    return [
        index
        for index, container in enumerate(page.blocks.containers)
        if index in taken or (container in own and page.is_prose(index) and page.links[index] == 0.0)
    ]


def _with_lists(page: _Page, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks with the lists between two of their paragraphs, and those that one announces by a colon."""
    taken = set(chosen)
    for before, after in pairwise((*chosen, len(page.blocks))):
        between = list(takewhile(lambda index: page.blocks.tags[index] in _ITEMS, range(before + 1, after)))
        is_plain = not any(page.links[index] for index in between)
        if is_plain and (page.blocks.texts[before].endswith(_COLONS) or _stands_between(page, between, before, after)):
            taken.update(between)
    return sorted(taken)


def _with_rows(page: _Page, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks with the other cells of their rows, in tables of figures and words."""
    rows: dict[int, list[int]] = {}
    for index, cell in enumerate(page.blocks.cells):
        if cell:
            rows.setdefault(page.blocks.parents[cell], []).append(index)
    taken = set(chosen)
    for cells in rows.values():
        is_data = all(len(page.blocks.texts[index]) <= MAX_CELL_CHARACTERS and not page.links[index] for index in cells)
        if is_data and not taken.isdisjoint(cells):
            taken.update(cells)
    return sorted(taken)


def _stands_between(page: _Page, items: Sequence[int], before: int, after: int) -> bool:
    """Whether nothing but these items is between two paragraphs, in a list with the same parent."""
    if after != before + len(items) + 1 or after == len(page.blocks):
        return False
    parents, containers = page.blocks.parents, page.blocks.containers
    holder = parents[containers[before]]
    lists = {parents[parents[containers[index]]] for index in items}
    return parents[containers[after]] == holder and lists <= {holder} and page.is_prose(before)


def _until_next_article(page: _Page, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks before the first headline of a further article; all where the page has one article."""
    prose = [index for index in chosen if page.is_prose(index)]
    if not prose:
        return list(chosen)
    ends = list(_further_headlines(page, _own_headline(page, prose[0]), prose))
    if not ends or _are_entries(page, ends, prose):
        return list(chosen)
    return [index for index in chosen if index < ends[0]]


def _own_headline(page: _Page, first: int) -> int:
    """The heading of the article: one that says the title, else the last first-level one before its text, else that."""
    headings = [i for i in range(first) if page.blocks.tags[i] in _HEADINGS]
    titles = [i for i in headings if page.is_titled(i)] or [i for i in headings if page.blocks.tags[i] == "h1"]
    return titles[-1] if titles else first


def _further_headlines(page: _Page, home: int, prose: Sequence[int]) -> Iterator[int]:
    """Headings outside the article's own containers that head prose of their own, the first first."""
    blocks, paragraphs = page.blocks, set(prose)
    body: list[int] | None = None
    said, count, total = 0, 0, sum(len(blocks.texts[index]) for index in prose)
    has_ended = False
    for index in range(home + 1, len(blocks)):
        if index in paragraphs and not has_ended:
            body = _common(body, page.containers_of(index))
            said, count = said + len(blocks.texts[index]), count + 1
        elif (
            count >= MIN_OWN_PARAGRAPHS
            and said >= MIN_ARTICLE_CHARACTERS
            and blocks.tags[index] in _HEADINGS
            and body
            and body[0] not in page.containers_of(index)
            and not page.is_titled(index)
            and _heads_article(page, index, blocks.articles[home] or blocks.articles[prose[0]], 2 * said >= total)
        ):
            has_ended = True
            yield index


def _common(body: list[int] | None, containers: Iterator[int]) -> list[int]:
    """The containers that paragraphs share, the innermost first; none where they share the whole page only."""
    next(containers, None)
    own = list(containers)
    return own if body is None else [number for number in body if number in own]


def _heads_article(page: _Page, index: int, own_article: int, is_late: bool) -> bool:
    """Whether a heading has paragraphs below it, and is of the first level or has a byline or date of its own."""
    blocks = page.blocks
    following = next((i for i in range(index + 1, len(blocks)) if blocks.tags[i] == blocks.tags[index]), len(blocks))
    below = [i for i in range(index + 1, following) if page.is_prose(i)]
    if len(below) < MIN_NEXT_PARAGRAPHS or max(page.in_body[i] for i in below) > MIN_DECLARED:
        return False
    is_apart = blocks.articles[index] not in (0, own_article)
    if is_apart and _is_headed(page, index):
        return False
    if blocks.tags[index] == "h1":
        return is_apart or is_late or not any(page.taken[i] > HALF for i in below)
    around = range(max(index - 2, 0), min(index + HEADLINE_REACH, below[0]))
    return is_apart and any(blocks.words[i] & _NAMED_BYLINE or blocks.times[i] for i in around)


def _is_headed(page: _Page, index: int) -> bool:
    """Whether a heading is not the first in its own ``article`` element."""
    articles, tags = page.blocks.articles, page.blocks.tags
    earlier = range(index - 1, max(index - ARTICLE_REACH, -1), -1)
    return any(articles[i] == articles[index] and tags[i] in _HEADINGS for i in earlier)


def _are_entries(page: _Page, ends: Sequence[int], prose: Sequence[int]) -> bool:
    """Whether headlines head the short entries of a live report rather than articles."""
    if len(ends) < MIN_ENTRIES:
        return False
    sizes = _sizes_below(page.blocks, ends, prose)[1:]
    return median(sizes) <= MAX_ENTRY_CHARACTERS


def _sizes_below(blocks: Blocks, headings: Sequence[int], prose: Sequence[int]) -> list[int]:
    """The characters of prose before the first of some headings, then below each."""
    sizes = [0] * (len(headings) + 1)
    for index in prose:
        sizes[bisect(headings, index)] += len(blocks.texts[index])
    return sizes


def _without_comments(page: _Page, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks without those in containers named for comments, where the witness left them as well.

    Only where an article's text stands outside of such containers: some pages have their whole text in one.
    """
    comments = {i for i in chosen if page.blocks.words[i] & _NAMED_COMMENTS and page.taken[i] < HALF}
    said = sum(len(page.blocks.texts[i]) for i in chosen if i not in comments)
    return [i for i in chosen if i not in comments] if said >= MIN_ARTICLE_CHARACTERS else list(chosen)


def _without_last_cards(page: _Page, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks without teasers at the end: small boxes with a heading that leads to another page."""
    cards = {index for heading in _linked_headings(page.blocks) for index in _card_of(page, heading)}
    kept = list(chosen)
    while kept and (kept[-1] in cards or (len(kept) < len(chosen) and page.blocks.tags[kept[-1]] in _CARD_HEADINGS)):
        kept.pop()
    sizes = [sum(len(page.blocks.texts[index]) for index in some) for some in (kept, chosen)]
    return kept if sizes[0] >= MIN_SHARE_BEFORE_CARDS * sizes[1] else list(chosen)


def _card_of(page: _Page, heading: int) -> list[int]:
    """The blocks of the element around a linked heading, where they are few."""
    box = page.blocks.parents[page.blocks.containers[heading]]
    around = range(max(heading - MAX_CARD_BLOCKS, 0), min(heading + MAX_CARD_BLOCKS + 1, len(page.blocks)))
    members = [index for index in around if box in page.containers_of(index)]
    return members if 1 < len(members) <= MAX_CARD_BLOCKS else []


def _without_jumble(blocks: Blocks, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks without one that holds most of the others, run together for machines."""
    longest = max(chosen, key=lambda index: len(blocks.texts[index]))
    others = [index for index in chosen if index != longest and len(blocks.texts[index]) >= MIN_PROSE_CHARACTERS]
    said = blocks.texts[longest]
    copied = [index for index in others if blocks.texts[index] in said]
    if len(copied) < MIN_COPIED or 2 * sum(len(blocks.texts[index]) for index in copied) < len(said):
        return list(chosen)
    return [index for index in chosen if index != longest]


def _said_once(blocks: Blocks, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks without a second copy of the article, as pages for two widths of screen have it.

    A short line is a copy only where the line before it is. Where little is said twice, the page means to.
    """
    seen, kept, is_copy = set[str](), list[int](), False
    for index in chosen:
        text = blocks.texts[index]
        is_copy = text in seen and (is_copy or len(text) >= MIN_PROSE_CHARACTERS)
        if not is_copy:
            seen.add(text)
            kept.append(index)
    sizes = [sum(len(blocks.texts[index]) for index in some) for some in (kept, chosen)]
    return kept if sizes[1] - sizes[0] >= MIN_COPY_SHARE * sizes[0] else list(chosen)


def _without_pulled_quotes(blocks: Blocks, chosen: Sequence[int]) -> list[int]:
    """The chosen blocks without sentences that a longer paragraph says as well."""
    keys = {i: _unquoted(blocks.texts[i]) for i in chosen if _may_be_pulled(blocks, i)}
    pulled = [i for i, key in keys.items() if len(key) >= MIN_PULLED_CHARACTERS][:MAX_PULLED]
    if not pulled:
        return list(chosen)
    said = "\n".join(solid(blocks.texts[i]) for i in chosen)
    times = Counter(keys.values())
    gone = {i for i in pulled if said.count(keys[i]) > times[keys[i]]}
    return [i for i in chosen if i not in gone]


def _may_be_pulled(blocks: Blocks, index: int) -> bool:
    tag = blocks.tags[index]
    return len(blocks.texts[index]) <= MAX_PULLED_CHARACTERS and tag not in (*_HEADINGS, "li", "td", "th")


def _unquoted(text: str) -> str:
    return solid(text.strip(_QUOTE_MARKS))


def _is_pointer(page: _Page, index: int) -> bool:
    """Whether a block points to another page: an arrow and a link."""
    text = page.blocks.texts[index]
    return text.startswith(_POINTERS) and page.links[index] >= MIN_POINTER_LINKS
