"""The extract stage: a raw document to its main text and what it says about itself.

Plain text is decoded and its headline found. An HTML page is parsed once and read three times: by
:mod:`transforms.page.metadata` for its metadata, by :mod:`transforms.page.blocks` for its blocks of text, and by
trafilatura, the witness that :mod:`transforms.page.main_text` weighs when it chooses among the blocks. Junk lines
stay in the text: the strip stage decides on them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import trafilatura
from lxml import etree, html  # type: ignore[import-untyped]
from trafilatura.settings import Document, Extractor

from transforms.page.article import count_posts, one_article
from transforms.page.authors import people
from transforms.page.blocks import ANCESTORS, Blocks, ContainerWords, read_blocks
from transforms.page.confidence import ConfidenceFacts, ConfidenceWeights, doubt_of
from transforms.page.dates import LATEST, parse_date, parse_moment
from transforms.page.disclosures import read_notices, rights_facts, rows
from transforms.page.kind import PageForm, PageKindRules, measure_page, page_kind
from transforms.page.main_text import MainTextModel, find_standfirst, measure, parts_of, select, write
from transforms.page.marks import PageMarks, read_marks
from transforms.page.metadata import PageMetadata, PageRules, read_page
from transforms.page.parts import PageImage, PageLink, PageParts, read_parts
from transforms.page.rights import judge, statement_of
from transforms.page.script_text import is_prose, long_texts
from transforms.page.tags import most_attributes
from transforms.page.visible import show_as_read
from transforms.records import DeclaredFacts, ExtractedDocument, RawDocument, Rejection, facts_of
from transforms.text.code_pages import CodePages
from transforms.text.decode import Decoded, clean_text, decode, fix_mojibake, page_charset, read_characters
from transforms.text.headline import HeadlineRules, find_headline, title_key
from transforms.text.markdown import undo_markdown
from transforms.text.markup import undo_escaped_line_ends, undo_markup, undo_quoted_printable
from transforms.text.structure import Shape, place
from transforms.text.urls import canonical_url
from transforms.text.wrapping import unwrap

MAX_BYTES_PER_CHARACTER = 4
"""Of every charset that is read, and of a byte order mark: by this, content is over the limit before it is decoded."""

MAX_GIVEN_TITLE = 500
"""A longer title field holds something else, such as a summary."""

MAX_DETAIL = 300
"""Characters of a parser's message that are kept."""


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """Limits and data of the extract stage; the defaults hold for any news and know no site, name or word."""

    max_characters: int = 2_000_000
    """Of a main text. The longest news features have 200,000; more is a dump."""
    max_page_characters: int = 12_000_000
    """Of an HTML page with its scripts. Live blogs reach 5 million."""
    max_tree_depth: int = 200
    """Levels of elements, at most 255, where the parser itself gives up. News pages have 20 to 60."""
    max_elements: int = 100_000
    """Elements on a page. News pages have 500 to 10,000; parsing and extraction take time in proportion."""
    max_attributes: int = 1_000
    """In one tag. News pages have 30; the parser compares each with all others of its tag."""
    max_lines: int = 50_000
    """Of a main text, each of which every rule looks at. The longest live blogs have 5,000."""
    latest_on: dt.date | None = None
    """The last day that a date can be true for a document that does not say when it was fetched."""
    code_pages: CodePages = field(default_factory=CodePages)
    page_rules: PageRules = field(default_factory=PageRules)
    headline_rules: HeadlineRules = field(default_factory=HeadlineRules)
    container_words: ContainerWords = field(default_factory=ContainerWords)
    main_text: MainTextModel | None = None
    """Chooses the main text among a page's blocks; without it, the main text is what trafilatura took."""
    page_kinds: PageKindRules = field(default_factory=PageKindRules)
    """Tells pages that are no articles; without weights, none is told."""
    confidence: ConfidenceWeights | None = None
    """How far a main text can be trusted; without it, or without the two models above, nothing is said of that."""


_PARSER = html.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, collect_ids=False, default_doctype=False
)
"""libxml2's HTML parser: it expands no entities of a page's own, opens no files and stops at 256 levels."""

_WITNESS = Extractor(output_format="python", comments=False, fast=True, date_params={"max_date": LATEST.isoformat()})
"""Main text without readers' comments. Its own comparison with other extractors is left out: with the model it changes
no figure, and takes a third of the time. A date parameter is given only because the default asks the clock."""

MIN_CHOSEN_CHARACTERS = 100
"""A shorter choice of the model is given up for the witness's text where that is longer."""
MIN_UNSEEN_CHARACTERS = 250
"""A shorter choice is none where the witness took nothing: menus and notices are all there is on such pages."""

MAX_STUB_CHARACTERS = 1_000
"""A longer main text is no teaser before a wall."""
LEFT_OUT_REACH = 8
MAX_LEFT_OUT_CHARACTERS = 200
"""Blocks behind a short main text among which a wall's words may stand, and their characters."""
_EDGES = sum(1 << ANCESTORS.index(name) for name in ("nav", "footer", "aside"))

MAX_LINKED_SHARE = 0.5
"""Of a choice's characters; from there on it is a list of other articles, if the page has its article elsewhere."""
DECLARED_FACTOR = 0.8
"""How long a declared body must be beside the witness's text to go before it: the witness falls back on the same body,
but runs its paragraphs together."""
MIN_AGREEMENT = 0.5
"""Share of the title's or a description's words that a declared body has."""
MAX_AGREEING_CHARACTERS = 20_000
_WORD = re.compile(r"\w+")

_LEFTOVERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("quoted-printable", undo_quoted_printable),
    ("escaped line ends", undo_escaped_line_ends),
    ("markup", undo_markup),
    ("markdown", undo_markdown),
)
"""What other programs leave in plain text, by the name of its repair, in the order in which it is undone."""

_FORBIDDEN_BYTES = bytes([*range(0x09), *range(0x0E, 0x20), 0x7F])
"""Control characters that XML trees refuse."""
_FORBIDDEN_REFERENCES = re.compile(
    rb"&#(?:[xX]0{0,8}(?:[1-8bcefBCEF]|1[0-9a-fA-F]|[fF]{3}[eEfF])|0{0,8}(?:[1-8]|1[1245-9]|2\d|3[01]|6553[45]))(?:;|(?![0-9a-fA-F]))"
)
"""The same as character references: parsers accept them, and trees then refuse every change of the text around."""
_UNSEEN_CHARACTERS = tuple(
    character.encode() for character in ("\ufffe", "\uffff", "\u00ad", "\u200b", "\u2060", "\ufeff")
)
"""What no tree takes, and what is only to help a browser break its lines."""
_UNSEEN_REFERENCES = re.compile(
    rb"&(?:shy|ZeroWidthSpace|NoBreak|#0{0,4}(?:173|8203|8288)|#[xX]0{0,4}(?:[aA][dD]|200[bB]|2060));"
)
MAX_STRAY_ENDS = 10
"""Ends of a page that are looked at."""
_PAGE_END = re.compile(rb"</(?:body|html)\s{0,9}>", re.IGNORECASE)
_PARAGRAPH = re.compile(rb"<(?:p|div|li|h[1-6])\b", re.IGNORECASE)
_NEW_PAGE = re.compile(rb"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_CLOSERS = re.compile(rb"(?:</(?:div|article|main|section)>\s{0,9}){1,30}\Z", re.IGNORECASE)
_CLOSERS_BYTES = 600
_CLOSING = re.compile(rb"</(div|article|main|section)\b", re.IGNORECASE)
_OPENING = re.compile(rb"<(div|article|main|section)\b", re.IGNORECASE)
_SPACES = bytes.maketrans(b"\x0b\x0c", b"  ")
_SELF_CLOSED_ROOT = re.compile(rb"(<html\b[^<>]{0,2000}?)\s*/>", re.IGNORECASE)
_ROOT_BYTES = 4_096
_COUNT = etree.XPath("count(//*)")
_SCRIPTS = etree.XPath("//script[not(@src)]/text()", smart_strings=False)

_LIBRARY_ERRORS = (etree.LxmlError, AttributeError, LookupError, TypeError, ValueError, RecursionError, AssertionError)
"""What parsers raise on pages that they were not written for. Memory and time are bounded by the worker."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """A page's blocks, the text that the witness took, and what the model weighs."""

    blocks: Blocks
    witness: str
    features: npt.NDArray[np.float64]
    """A row for each block."""
    probabilities: npt.NDArray[np.float64]
    """The model's, one for each block; empty without a model."""
    marks: PageMarks
    parts: PageParts
    title: str | None
    """The page's own."""


@dataclass(frozen=True, slots=True)
class _PageText:
    """What was read from a page."""

    metadata: PageMetadata
    text: str
    shape: Shape = ()
    standfirst: str | None = None
    kind: str | None = None
    confidence: float | None = None
    left_out: str = ""
    links: tuple[PageLink, ...] = ()
    images: tuple[PageImage, ...] = ()


def extract(raw: RawDocument, options: ExtractOptions) -> ExtractedDocument | Rejection:
    """The main text of a document, with its title, authors, dates and address.

    What the input gives (title, authors, publication date) goes before what is found; the URL is the page's own
    canonical one, else the input's.

    Returns:
        The extracted document, or a rejection of stage ``extract`` with reason ``empty``, ``binary``, ``too large``,
        ``no main text`` or ``malformed page``.
    """
    if raw.media_type == "text/html":
        return _extract_page(raw, options)
    return _extract_text(raw, options)


def _extract_text(raw: RawDocument, options: ExtractOptions) -> ExtractedDocument | Rejection:
    decoded = _within(options.max_characters, raw, options, _read_text_characters)
    if isinstance(decoded, Rejection):
        return decoded
    if too_long := _too_long(raw, decoded.text, options):
        return too_long
    return _document(raw, decoded, "text", _PageText(PageMetadata(), ""), options)


def _extract_page(raw: RawDocument, options: ExtractOptions) -> ExtractedDocument | Rejection:
    page = _within(options.max_page_characters, raw, options, _read_page_characters)
    if isinstance(page, Rejection):
        return page
    try:
        read = _read_tree(page.text, raw, options)
    except _LIBRARY_ERRORS as error:
        return _reject(
            raw, "malformed page", f"the page cannot be parsed: {type(error).__name__}: {error}"[:MAX_DETAIL]
        )
    if isinstance(read, Rejection):
        return read
    main = clean_text(read.text)
    if not main.text:
        return _reject(raw, "no main text", f"no article text in {len(page.text):,} characters of HTML")
    if too_long := _too_long(raw, main.text, options):
        return too_long
    repairs = tuple(dict.fromkeys(page.repairs + main.repairs))
    return _document(raw, Decoded(main.text, repairs), "trafilatura", read, options)


def _read_tree(page: str, raw: RawDocument, options: ExtractOptions) -> _PageText | Rejection:
    """A page's metadata and main text, parsed once; the text is empty where there is none.

    Raises:
        one of _LIBRARY_ERRORS: a library was not written for this page.
    """
    if (count := most_attributes(page)) > options.max_attributes:
        crowded = f"{count:,} attributes in one tag, more than max_attributes = {options.max_attributes:,}"
        return _reject(raw, "malformed page", crowded)
    tree = _parse(page)
    if tree is None:
        return _PageText(PageMetadata(), "")
    if problem := _tree_problem(tree, options):
        return _reject(raw, "malformed page", problem)
    metadata = _metadata(tree, raw, options)
    candidates = _candidates(tree, metadata, raw, options)
    chosen = _chosen(candidates)
    facts = _page_facts(candidates, metadata, chosen, raw, options)
    kind = _kind(candidates, chosen, facts, options)
    chosen = _article_in(candidates, chosen)
    confidence = _confidence(_confidence_facts(candidates, chosen, facts, options), options)
    parts = parts_of(candidates.blocks, chosen)
    text = "\n".join(part.text for part in parts)
    if len(text) < (min(MIN_CHOSEN_CHARACTERS, len(candidates.witness)) or MIN_UNSEEN_CHARACTERS):
        unseen = _unseen_text(page, metadata, candidates.witness, raw, options)
        left_out = "" if unseen else _left_out(candidates.blocks, chosen, text)
        return _PageText(metadata, unseen or candidates.witness, kind=kind, confidence=confidence, left_out=left_out)
    if _are_others(candidates.blocks, chosen, text, metadata) and (
        unseen := _unseen_text(page, metadata, "", raw, options)
    ):
        return _PageText(metadata, unseen, kind=kind, confidence=confidence)
    standfirst = write(candidates.blocks, find_standfirst(candidates.blocks, candidates.features, chosen))
    return _PageText(
        metadata,
        text,
        tuple((part.kind, part.level, part.text.count("\n") + 1) for part in parts),
        clean_text(standfirst).text or None,
        kind,
        confidence,
        _left_out(candidates.blocks, chosen, text),
        candidates.parts.links_in(candidates.blocks, chosen, options.page_rules.urls),
        candidates.parts.images_of(candidates.blocks, chosen),
    )


def _left_out(blocks: Blocks, chosen: list[int], text: str) -> str:
    """The short lines amid and behind a short main text that are none of it."""
    if not chosen or len(text) > MAX_STUB_CHARACTERS:
        return ""
    taken = set(chosen)
    around = range(chosen[0], min(chosen[-1] + LEFT_OUT_REACH, len(blocks)))
    return "\n".join(
        blocks.texts[index]
        for index in around
        if index not in taken
        and len(blocks.texts[index]) <= MAX_LEFT_OUT_CHARACTERS
        and not blocks.ancestors[index] & _EDGES
    )


def _unseen_text(page: str, metadata: PageMetadata, seen: str, raw: RawDocument, options: ExtractOptions) -> str:
    """The article's body where scripts write the page's text: as JSON-LD has it, else as the scripts carry it.

    Empty where there is no such body that is to be believed.
    """
    return _declared_text(metadata, seen) or _carried_text(page, metadata, seen, raw, options)


def _are_others(blocks: Blocks, chosen: list[int], text: str, metadata: PageMetadata) -> bool:
    """Whether what was chosen is of other articles: mostly links, or nothing that the page says of itself."""
    linked = sum(blocks.link_characters[index] for index in chosen)
    return linked > MAX_LINKED_SHARE * len(text) or not _is_its_own(text, metadata)


def _declared_text(metadata: PageMetadata, seen: str) -> str:
    """The article's body as JSON-LD has it; empty where it is not to be believed."""
    body = metadata.facts.body
    if not _is_long_enough(body, seen):
        return ""
    if "<" in body and (tree := _parse(body)) is not None:
        blocks = read_blocks(tree, ContainerWords())
        body = write(blocks, range(len(blocks)))
    return body if _is_its_own(body, metadata) else ""


def _carried_text(page: str, metadata: PageMetadata, seen: str, raw: RawDocument, options: ExtractOptions) -> str:
    """The longest text in the state that the page's scripts carry that is prose and the article's; empty without."""
    tree = _parse(page)
    for text in long_texts(_SCRIPTS(tree)) if tree is not None else ():
        main = _main_text_of(text, metadata, raw, options) if "</" in text else text
        if _is_long_enough(main, seen) and is_prose(main) and _is_its_own(main, metadata):
            return main
    return ""


def _main_text_of(marked: str, metadata: PageMetadata, raw: RawDocument, options: ExtractOptions) -> str:
    """The main text of a piece of HTML; empty where it cannot be read."""
    tree = _parse(marked)
    if tree is None or _tree_problem(tree, options):
        return ""
    candidates = _candidates(tree, metadata, raw, options)
    chosen = _article_in(candidates, _chosen(candidates))
    return write(candidates.blocks, chosen) or candidates.witness


def _is_long_enough(body: str, seen: str) -> bool:
    return len(body) >= max(MIN_UNSEEN_CHARACTERS, DECLARED_FACTOR * len(seen))


def _is_its_own(body: str, metadata: PageMetadata) -> bool:
    """Whether a body that is not seen shares words with the page's title or description.

    Some sites leave another article's body, or a notice, in every page.
    """
    said = {*_WORD.findall(body[:MAX_AGREEING_CHARACTERS].casefold())}
    told = (title_key(text).split() for text in (metadata.title or "", *metadata.facts.descriptions))
    return any(len(said.intersection(words)) >= MIN_AGREEMENT * len(words) for words in told if len(words) > 1)


def read_candidates(raw: RawDocument, options: ExtractOptions) -> Candidates | None:
    """What the main text model is asked about a page, for learning it; None where the page cannot be read."""
    decoded = _within(options.max_page_characters, raw, options, _read_page_characters)
    tree = None if isinstance(decoded, Rejection) else _parse(decoded.text)
    if tree is None or _tree_problem(tree, options):
        return None
    return _candidates(tree, read_page(tree, options.page_rules, raw.url), raw, options)


def read_page_facts(raw: RawDocument, options: ExtractOptions) -> dict[str, float] | None:
    """What the page's kind is told by, for learning it; None where the page cannot be read."""
    decoded = _within(options.max_page_characters, raw, options, _read_page_characters)
    tree = None if isinstance(decoded, Rejection) else _parse(decoded.text)
    if tree is None or options.main_text is None or _tree_problem(tree, options):
        return None
    metadata = read_page(tree, options.page_rules, raw.url)
    found = _candidates(tree, metadata, raw, options)
    return _page_facts(found, metadata, _chosen(found), raw, options)


def read_confidence_facts(raw: RawDocument, options: ExtractOptions) -> ConfidenceFacts | None:
    """What the confidence in the page's main text is told by, for learning it; None where there is nothing to tell."""
    decoded = _within(options.max_page_characters, raw, options, _read_page_characters)
    tree = None if isinstance(decoded, Rejection) else _parse(decoded.text)
    if tree is None or _tree_problem(tree, options):
        return None
    metadata = _metadata(tree, raw, options)
    found = _candidates(tree, metadata, raw, options)
    chosen = _chosen(found)
    facts = _page_facts(found, metadata, chosen, raw, options)
    return _confidence_facts(found, _article_in(found, chosen), facts, options)


def _chosen(candidates: Candidates) -> list[int]:
    """Indices of the main text's blocks; none without a model."""
    return select(candidates.blocks, candidates.probabilities) if len(candidates.probabilities) else []


def _article_in(candidates: Candidates, chosen: list[int]) -> list[int]:
    return one_article(candidates.blocks, candidates.features, chosen, candidates.title)


def _kind(found: Candidates, chosen: list[int], facts: dict[str, float], options: ExtractOptions) -> str | None:
    """The page's kind by all that the model took for main text, further articles too; None without rules."""
    if not options.page_kinds.weights:
        return None
    if posts := count_posts(found.blocks, chosen):
        return f"section page: {posts} whole articles, each below a headline that leads to its page"
    return page_kind(facts, options.page_kinds)


def _confidence_facts(
    found: Candidates, chosen: list[int], facts: dict[str, float], options: ExtractOptions
) -> ConfidenceFacts | None:
    """Of the article's blocks; where they are given up for another text, their doubt is that text's too."""
    if options.main_text is None or not options.page_kinds.weights:
        return None
    characters = np.array([len(text) for text in found.blocks.texts], float)
    doubt = doubt_of(found.probabilities, characters, chosen)
    return ConfidenceFacts(doubt, options.page_kinds.odds(facts) - options.page_kinds.threshold)


def _confidence(facts: ConfidenceFacts | None, options: ExtractOptions) -> float | None:
    return options.confidence.confidence(facts) if options.confidence is not None and facts is not None else None


def _page_facts(
    found: Candidates, metadata: PageMetadata, chosen: list[int], raw: RawDocument, options: ExtractOptions
) -> dict[str, float]:
    form = PageForm(found.blocks, chosen, found.witness, found.marks)
    return measure_page(metadata.declared, metadata.url or raw.url, form, options.page_kinds)


def _candidates(
    tree: html.HtmlElement, metadata: PageMetadata, raw: RawDocument, options: ExtractOptions
) -> Candidates:
    """The page's blocks and what is known of each; trafilatura comes last, as it changes the tree."""
    marks = read_marks(tree)
    show_as_read(tree, options.container_words, marks.names)
    blocks = read_blocks(tree, options.container_words)
    parts = read_parts(tree, metadata.url or raw.url)
    found = trafilatura.bare_extraction(tree, options=_WITNESS)
    witness = (found.text or "") if isinstance(found, Document) else ""
    features = measure(blocks, witness, metadata.facts) if len(blocks) else np.empty((0, 0))
    model = options.main_text
    probabilities = model.probabilities(features) if model is not None and len(blocks) else np.empty(0)
    return Candidates(blocks, witness, features, probabilities, marks, parts, metadata.title)


# ------------------------------------------------------------------------------------------------------------- content


def _within(
    limit: int,
    raw: RawDocument,
    options: ExtractOptions,
    read: Callable[[bytes, str | None, CodePages], Decoded | None],
) -> Decoded | Rejection:
    """The document's characters, as long as there are some, and no more than the limit."""
    if len(raw.content) > MAX_BYTES_PER_CHARACTER * (limit + 1):
        return _too_large(raw, f"{len(raw.content):,} bytes", limit)
    decoded = read(raw.content, raw.charset, options.code_pages)
    if decoded is None:
        return _reject(raw, "binary", f"{len(raw.content):,} bytes beginning {raw.content[:8].hex(' ')} are no text")
    if not decoded.text or decoded.text.isspace():
        return _reject(raw, "empty", f"no characters but white space in {len(raw.content):,} bytes")
    if len(decoded.text) > limit:
        return _too_large(raw, f"{len(decoded.text):,} characters", limit)
    return decoded


def _too_long(raw: RawDocument, text: str, options: ExtractOptions) -> Rejection | None:
    """The rejection of a main text that later stages would take too long for."""
    if len(text) > options.max_characters:
        return _too_large(raw, f"{len(text):,} characters of main text", options.max_characters)
    lines = text.count("\n") + 1
    if lines > options.max_lines:
        return _reject(raw, "too large", f"{lines:,} lines, more than max_lines = {options.max_lines:,}")
    return None


def _read_text_characters(content: bytes, declared: str | None, code_pages: CodePages) -> Decoded | None:
    """A plain text's characters, with leftovers of markup undone and hard-wrapped lines joined to paragraphs."""
    decoded = decode(content, declared, code_pages)
    if decoded is None:
        return None
    text, repairs = decoded.text, decoded.repairs
    for repair, undo in _LEFTOVERS:
        if (without := undo(text)) != text:
            text, repairs = clean_text(without).text, (*repairs, repair)
    if (whole := unwrap(text)) != text:
        text, repairs = whole, (*repairs, "hard-wrapped lines")
    return Decoded(text, repairs)


def _read_page_characters(content: bytes, declared: str | None, code_pages: CodePages) -> Decoded | None:
    """A page's characters; mojibake is mended before parsing, as trees refuse the control characters in it."""
    decoded = read_characters(content, declared or page_charset(content), code_pages)
    if decoded is None or (fixed := fix_mojibake(decoded.text)) == decoded.text:
        return decoded
    return Decoded(fixed, (*decoded.repairs, "mojibake"))


def _parse(text: str) -> html.HtmlElement | None:
    """The page's tree; None where there is no element in it."""
    encoded = text.encode("utf-8", "replace").translate(_SPACES, _FORBIDDEN_BYTES)
    for character in _UNSEEN_CHARACTERS:
        encoded = encoded.replace(character, b"")
    encoded = _without_stray_ends(_FORBIDDEN_REFERENCES.sub(b"", _UNSEEN_REFERENCES.sub(b"", encoded)))
    # libxml2 takes what follows a self-closed root element for nothing at all
    root = _SELF_CLOSED_ROOT.sub(rb"\1>", encoded[:_ROOT_BYTES], count=1)
    try:
        return html.document_fromstring(root + encoded[_ROOT_BYTES:], parser=_PARSER)
    except etree.ParserError:
        return None


def _without_stray_ends(page: bytes) -> bytes:
    """A page whose body ends once: what follows an early end is part of it, as in browsers.

    Where all that is closed just before the early end is closed once more later, the ends were pasted into the text.
    """
    for _ in range(MAX_STRAY_ENDS):
        found = _PAGE_END.search(page)
        if found is None or not _PARAGRAPH.search(rest := page[found.end() :]) or _NEW_PAGE.search(rest):
            break
        start = max(found.start() - _CLOSERS_BYTES, 0)
        closers = _CLOSERS.search(page[start : found.start()])
        is_pasted = closers is not None and _are_closed_in(rest, closers[0])
        page = page[: start + closers.start() if closers and is_pasted else found.start()] + rest
    return page


def _are_closed_in(rest: bytes, closers: bytes) -> bool:
    """Whether a page's rest closes elements that it does not open, and as many as these end tags close."""
    closed, opened = (Counter(tag.lower() for tag in tags.findall(rest)) for tags in (_CLOSING, _OPENING))
    return all(closed[tag] - opened[tag] >= count for tag, count in Counter(_CLOSING.findall(closers.lower())).items())


def _tree_problem(tree: html.HtmlElement, options: ExtractOptions) -> str | None:
    """Why a tree would cost too much to work on, found without recursion; None for an ordinary one."""
    elements = int(_COUNT(tree))
    if elements > options.max_elements:
        return f"{elements:,} elements, more than max_elements = {options.max_elements:,}"
    if _deeper_than(options.max_tree_depth)(tree):
        return f"elements nested deeper than max_tree_depth = {options.max_tree_depth}"
    return None


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    """Whether a tree has an element below the given level: level by level, each once."""
    return etree.XPath("boolean(" + "/*" * (depth + 1) + ")")


# ------------------------------------------------------------------------------------------------------------ metadata


def _metadata(tree: html.HtmlElement, raw: RawDocument, options: ExtractOptions) -> PageMetadata:
    return read_page(tree, options.page_rules, raw.url, _latest_day(raw, options))


def _latest_day(raw: RawDocument, options: ExtractOptions) -> dt.date | None:
    """A document cannot be published after it was fetched; a day is allowed for time zones."""
    return raw.fetched_at.date() + dt.timedelta(days=1) if raw.fetched_at else options.latest_on


def _given_date(raw: RawDocument, latest: dt.date | None) -> dt.date | None:
    return parse_date(raw.published, latest) if raw.published else None


def _given_moment(raw: RawDocument, latest: dt.date | None) -> dt.datetime | None:
    return parse_moment(raw.published, latest) if raw.published else None


def _given_title(raw: RawDocument) -> str | None:
    """The input's title on one line; None where it is too long to be one or has no letters."""
    if not raw.title:
        return None
    title = " ".join(clean_text(undo_markup(raw.title[:MAX_GIVEN_TITLE])).text.split())
    return title if title_key(title) and len(raw.title) <= MAX_GIVEN_TITLE else None


# ------------------------------------------------------------------------------------------------------------- results


def _document(
    raw: RawDocument,
    decoded: Decoded,
    extractor: Literal["trafilatura", "text"],
    read: _PageText,
    options: ExtractOptions,
) -> ExtractedDocument:
    text, page = decoded.text, read.metadata
    title = _given_title(raw) or page.title
    span = find_headline(text, title, options.headline_rules)
    if title is None and span is not None:
        title = text[slice(*span)].strip()
    latest = _latest_day(raw, options)
    given_on = _given_date(raw, latest)
    rules = options.page_rules
    said = (statement for line in raw.rights if (statement := statement_of(line)))
    rights = judge((*said, *page.statements), rules.rights)
    disclosed = (*page.disclosures, *rights_facts(rights, rules.rights), *read_notices(text, rules.disclosures))
    declared = replace(
        page,
        title=title,
        authors=people(map(undo_markup, raw.authors), options.page_rules.authors) or page.authors,
        published_on=given_on or page.published_on,
        published_at=_given_moment(raw, latest) if given_on else page.published_at,
        url=page.url or (canonical_url(raw.url, options.page_rules.urls) if raw.url else None),
        rights="\n".join(map(str, rights.statements)) or None,
        permits_ai_training=rights.permits_ai_training,
        permits_research=rights.permits_research,
    )
    return ExtractedDocument(
        **facts_of(declared, DeclaredFacts),
        doc_id=raw.doc_id,
        text=text,
        extractor=extractor,
        title_span=span,
        standfirst=read.standfirst,
        page_kind=read.kind,
        extraction_confidence=read.confidence,
        link_urls=tuple(link.url for link in read.links),
        link_domains=tuple(link.domain for link in read.links),
        link_texts=tuple(link.words for link in read.links),
        image_captions=tuple(image.caption for image in read.images),
        image_credits=tuple(image.credit for image in read.images),
        source_hint=raw.source_hint,
        left_out=read.left_out,
        blocks=place(text, read.shape),
        disclosures=rows(raw.doc_id, disclosed),
        repairs=decoded.repairs,
    )


def _too_large(raw: RawDocument, size: str, limit: int) -> Rejection:
    return _reject(raw, "too large", f"{size}, more than the limit of {limit:,} characters")


def _reject(raw: RawDocument, reason: str, detail: str) -> Rejection:
    return Rejection(raw.doc_id, "extract", reason, detail)
