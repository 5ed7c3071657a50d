"""What an HTML page's main text leads to and shows: outgoing links with their words, images' captions and credits.

Links are collected before the main text is known (trafilatura changes the tree), and kept where they stand in one of
its blocks: a link in a menu or a box of teasers is no citation. Who is cited how often does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml.etree import XPath, _Element  # type: ignore[import-untyped]

from transforms.page.blocks import ANCESTORS, INLINE, Blocks
from transforms.text.urls import UrlRules, canonical_url, registered_domain

MAX_LINKS = 100
"""Links kept of an article."""
MAX_ANCHORS = 3_000
"""Links looked at on a page; pages have some hundreds."""
MAX_LINK_CHARACTERS = 1_000
MAX_WORDS_CHARACTERS = 200
"""Of a link's words."""
MAX_BLOCK_KEY = 1_000
"""Characters of the block that a link stands in, by which it is found again."""
MAX_IMAGES = 50
MAX_CAPTION_CHARACTERS = 1_000
MAX_CREDIT_CHARACTERS = 200
LEAD_BLOCKS = 40
"""Blocks before the main text among which a caption is the article's: the lead picture stands there."""
MAX_PARENTS = 8
"""Inline elements around a link."""

_ANCHORS = XPath(f'(//a[starts-with(@href, "http") or starts-with(@href, "//")])[position() <= {MAX_ANCHORS}]')
_CAPTIONS = XPath(f"(//figcaption)[position() <= {2 * MAX_IMAGES}]")
_CREDITS = XPath(
    './/*[contains(@class, "redit") or contains(@class, "opyright") or contains(@class, "hotographer")'
    ' or @itemprop="copyrightHolder" or @itemprop="creditText" or @itemprop="creator"]'
)
_FIGURE_CAPTION = 1 << ANCESTORS.index("figcaption")


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to another site."""

    url: str
    """Canonical."""
    domain: str
    """Registered domain."""
    words: str


@dataclass(frozen=True, slots=True)
class PageImage:
    """A picture's words; the credit is empty where the page does not mark it."""

    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A link as it stands on the page, to another host than the page's own."""

    href: str
    words: str
    block: str
    """Its block's characters without white space."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """Candidates read from a tree, with what tells whether they are the main text's."""

    url: str = ""
    anchors: tuple[_Anchor, ...] = ()
    images: tuple[PageImage, ...] = ()

    def links_in(self, blocks: Blocks, chosen: Sequence[int], rules: UrlRules) -> tuple[PageLink, ...]:
        """The links that stand in the chosen blocks, each address once, with tracking parameters gone."""
        if not self.anchors:
            return ()
        kept = {_solid(blocks.texts[i])[:MAX_BLOCK_KEY] for i in chosen if blocks.link_characters[i]}
        own, found = registered_domain(self.url), dict[str, PageLink]()
        for anchor in self.anchors:
            if anchor.block in kept and (address := _canonical(anchor.href, self.url, rules)):
                domain = registered_domain(address)
                if domain and domain != own:
                    found.setdefault(address, PageLink(address, domain, anchor.words))
        return tuple(found.values())[:MAX_LINKS]

    def images_of(self, blocks: Blocks, chosen: Sequence[int]) -> tuple[PageImage, ...]:
        """The pictures that stand in the main text or shortly before it."""
        if not self.images or not chosen:
            return ()
        around = range(max(chosen[0] - LEAD_BLOCKS, 0), chosen[-1] + 1)
        kept = [_solid(blocks.texts[i]) for i in around if blocks.ancestors[i] & _FIGURE_CAPTION]
        return tuple(image for image in self.images if _solid(image.caption).startswith(tuple(kept)))[:MAX_IMAGES]


def read_parts(tree: _Element, url: str | None) -> PageParts:
    """The candidates of a parsed page, which is not changed.

    Args:
        tree: the page's root element.
        url: where the page stands, to tell other sites from its own; without it, nothing is outgoing.
    """
    own = registered_domain(url) if url else None
    return PageParts(url or "", tuple(_outgoing(tree, own)) if own else (), tuple(_images(tree)))


def _outgoing(tree: _Element, own: str) -> Iterable[_Anchor]:
    for anchor in _ANCHORS(tree):
        href = anchor.get("href").strip()
        if len(href) <= MAX_LINK_CHARACTERS and not _is_of(href, own) and (words := _folded(anchor)):
            yield _Anchor(href, words[:MAX_WORDS_CHARACTERS], _block_around(anchor))


def _is_of(href: str, domain: str) -> bool:
    """Whether an address is quickly seen to be one of the page's own site."""
    host = href.partition("//")[2].partition("/")[0].partition("?")[0].lower()
    return host == domain or host.endswith("." + domain)


def _canonical(href: str, url: str, rules: UrlRules) -> str | None:
    try:
        return canonical_url(urljoin(url, href), rules)
    except ValueError:
        return None


def _block_around(anchor: _Element) -> str:
    """The characters of the nearest element that begins a block."""
    element = anchor
    for _ in range(MAX_PARENTS):
        if element.tag not in INLINE or element.getparent() is None:
            break
        element = element.getparent()
    return _solid(_text(element)[: 4 * MAX_BLOCK_KEY])[:MAX_BLOCK_KEY]


def _images(tree: _Element) -> Iterable[PageImage]:
    seen: set[str] = set()
    for element in _CAPTIONS(tree):
        caption = _folded(element)[:MAX_CAPTION_CHARACTERS]
        if caption and caption not in seen:
            seen.add(caption)
            credits = [_folded(part) for part in _CREDITS(element)]
            yield PageImage(caption, max(credits, key=len, default="")[:MAX_CREDIT_CHARACTERS])


def _text(element: _Element) -> str:
    return "".join(element.itertext())


def _folded(element: _Element) -> str:
    return " ".join(_text(element)[: 4 * MAX_CAPTION_CHARACTERS].split())


def _solid(text: str) -> str:
    return "".join(text.split())
