"""Raw text of pages, made in three ways that common extractors have: for lines as they come from pages never cleaned.

Each way gives lines with single spaces. A line of a page is named ``SET/ID/WAY`` and its number among the lines, from
1; labels are kept by those, with a CRC of the line beside them that shows when a way gives other lines than it did.
"""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import trafilatura
from lxml import etree
from trafilatura import main_extractor

MAX_PAGE_LINES = 400
AROUND_PROSE = 12
"""Lines of a whole page that are taken before its first and after its last paragraph of prose."""
PROSE = 110
PARAGRAPH = 40
BLOCKS = frozenset(
    ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "section", "article", "figcaption", "blockquote", "ul")
) | frozenset(
    ("ol", "table", "tr", "header", "footer", "aside", "nav", "figure", "main", "dd", "dt", "pre", "form", "button")
)
SKIPPED = ("script", "style", "noscript", "template", "svg", "select", "option", "head", "textarea")
_SPACE = re.compile(r"\s+")
_ENDS = (".", "!", "?", "”", '"', "»", "。", "।", "…", "]", ")")


def page_lines(content: bytes, way: str) -> list[str]:
    """A page's raw text in one of :data:`WAYS`, or no line where there is nothing or far too much."""
    lines = WAYS[way](content)
    return lines if len(lines) <= MAX_PAGE_LINES else []


def _recall(content: bytes) -> list[str]:
    """trafilatura for recall, without its filters by class name and by share of links."""
    with _no_filters():
        text = trafilatura.extract(
            content, favor_recall=True, fast=True, include_comments=False, include_tables=True, deduplicate=False
        )
    lines = (_SPACE.sub(" ", line).strip() for line in (text or "").split("\n"))
    return [line for line in lines if line]


@contextlib.contextmanager
def _no_filters() -> Iterator[None]:
    def keep(tree: Any, *_: Any, **__: Any) -> Any:
        return tree

    changes: dict[str, Any] = {"OVERALL_DISCARD_XPATH": [], "TEASER_DISCARD_XPATH": [], "delete_by_link_density": keep}
    with patch.multiple(main_extractor, **changes):
        yield


def _container(content: bytes) -> list[str]:
    """All blocks of the element with most paragraphs, as readability and its descendants choose it."""
    root = _tree(content)
    if root is None:
        return []
    scores: defaultdict[Any, float] = defaultdict(float)
    for element in root.iter("p", "td", "pre", "blockquote"):
        text = _SPACE.sub(" ", element.text_content()).strip()
        parent = element.getparent()
        if len(text) < PARAGRAPH or parent is None:
            continue
        worth = 1 + text.count(",") + min(len(text) / 100, 3)
        scores[parent] += worth
        if (grand := parent.getparent()) is not None:
            scores[grand] += worth / 2
    if not scores:
        return []
    best = max(scores, key=lambda element: scores[element] * (1 - _link_share(element)))
    return text_blocks(best)


def _link_share(element: Any) -> float:
    length = len(element.text_content()) or 1
    return min(1.0, sum(len(link.text_content()) for link in element.iter("a")) / length)


def _blocks_around_prose(content: bytes) -> list[str]:
    """The whole page's blocks, from a little before its first paragraph of prose to a little after its last."""
    root = _tree(content)
    lines = [] if root is None else text_blocks(root)
    prose = [place for place, line in enumerate(lines) if len(line) >= PROSE and line.endswith(_ENDS)]
    if not prose:
        return []
    return lines[max(0, prose[0] - AROUND_PROSE) : prose[-1] + AROUND_PROSE + 1]


def _tree(content: bytes) -> Any:
    root = trafilatura.load_html(content)
    if root is None:
        return None
    body = root.find("body")
    root = root if body is None else body
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, *SKIPPED, with_tail=False)
    return root


WAYS: dict[str, Callable[[bytes], list[str]]] = {
    "recall": _recall,
    "container": _container,
    "blocks": _blocks_around_prose,
}


def page_title(content: bytes) -> str | None:
    """What a page calls itself: its og:title, else its title element."""
    root = trafilatura.load_html(content)
    if root is None:
        return None
    found = root.xpath("//meta[@property='og:title']/@content") or root.xpath("//title/text()")
    return _SPACE.sub(" ", str(found[0])).strip()[:300] or None if found else None


def text_blocks(root: Any) -> list[str]:
    """The text of an element, a block element each."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        is_block = element.tag in BLOCKS
        if event == "start":
            pieces += ["\n" if is_block or element.tag == "br" else "", _SPACE.sub(" ", element.text or "")]
        else:
            pieces += ["\n" if is_block else "", _SPACE.sub(" ", element.tail or "" if element is not root else "")]
    lines = (_SPACE.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return [line for line in lines if line]
