"""Whether a text is an article, by a few facts that a person can check, with the fact that decided.

Facts, in the order in which they are asked: the length; phrases of error pages, robot checks, consent and pay walls and
players in a short page; the share of lines that are cut off; the share of the text in lines that read like sentences,
together with the address. Phrases, addresses and limits are data (``transforms/text/data/not_article.toml``). Whether a
document that is no article is rejected is for the contract to decide, not for this module.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import re2

from transforms.errors import DataFileError
from transforms.text.counts import CLOSERS, MARKLESS

ARTICLE = "article"
"""The kind of a page whose form and own word speak for an article."""

MAX_PAGE_LENGTH = 20_000
"""Characters of a page that are searched for phrases: more than the longest text that a phrase may refuse."""

_SENTENCE_LENGTH = 40
"""Characters from which a line with a closing mark reads like a sentence; headlines of this length have none."""

_PARAGRAPH_LENGTH = 200
"""Characters from which a line reads like prose without one: Thai has no marks, and quotations end in many ways."""

_DENSE_FACTOR = 3
"""Han, kana and Hangul say in a third of the characters what alphabets say."""

_LEAD_LINES = 3
"""Lines at the top among which the paragraph stands that introduces a piece of short lines."""

_HEADLINE_WORDS = 5
_MANY_HEADLINES = 0.6
"""Share of lines that are headlines from which even a text with a paragraph on top is a list of links."""

_PAYWALL_STUB = "paywall stub"
_ERROR_PAGE = "error page"
"""Kinds of phrases. A page that declares an article, with author and date, is no error page whatever it reports."""

_ADDRESS = "://"
_OPENING = 20
_FIRST_DENSE = "\u2e80"
_CLOSING_MARKS = tuple(".!?…:;؟۔।॥።։။。！？｡．：；")
_SENTENCE_STARTS = ".!?…:;؟。！？|>»–—-•*"
"""What stands before the first word of a sentence, or of a line's part of its own."""
_OPENERS = "\"'“‘«(["
_CUT_OFF = ("...", "…", "[...]", "[…]")
_TRAILING = "".join(CLOSERS.replace("\\", ""))

_PHRASE_KEYS = {"id", "kind", "pattern", "max_words", "reason", "match", "keep"}
_ADDRESS_KEYS = {"id", "kind", "pattern", "reason", "match", "keep"}


class NotArticleError(DataFileError):
    """The rules are wrong; the message names the entry, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of ``not_article.toml``; their reasons stand there."""

    min_words: float
    min_declared_characters: float
    max_locked_words: float
    min_prose_share: float
    prose_share_whatever_the_address: float
    max_cut_off_share: float
    min_lines_of_list: float


@dataclass(frozen=True, slots=True)
class PageRule:
    """A phrase or an address of pages that are no articles, compiled."""

    id: str
    kind: str
    pattern: Any
    max_words: int | None


@dataclass(frozen=True, slots=True)
class NotArticleRules:
    """What is known about pages that are no articles."""

    limits: Limits
    phrases: tuple[PageRule, ...]
    addresses: tuple[PageRule, ...]


@dataclass(frozen=True, slots=True)
class ArticleAnswer:
    """The answer and the fact that decided it."""

    is_article: bool
    reason: str
    """``prose``, or what the document is instead, with the figures."""

    @property
    def is_wall(self) -> bool:
        """Whether the words of a pay wall decided."""
        return self.reason.startswith(_PAYWALL_STUB)


@dataclass(frozen=True, slots=True)
class Prose:
    """What the lines of a text look like."""

    lines: int
    """Lines with text."""
    prose_lines: int
    """Those that read like sentences."""
    cut_off_lines: int
    """Those that end in an ellipsis."""
    prose_share: float
    """Share of the characters in lines that read like sentences, 0..1."""
    label_lines: int = 0
    """Those that may be a link's words: a beginning without an end, and neither figures nor a colon in it."""
    headline_lines: int = 0
    """Of these, those as long as headlines."""
    address_lines: int = 0
    """Those with an address of the web."""
    has_lead: bool = False
    """Whether one of the first lines reads like sentences."""

    @property
    def is_list_of_links(self) -> bool:
        """Whether the lines that are no sentences are links, addresses or headlines.

        Verse, results, recipes, hearings and lists of names have short lines, too; but a paragraph introduces them, or
        their lines end like sentences, begin in the middle of one, or hold figures.
        """
        if 2 * self.address_lines >= self.lines:
            return True
        if self.has_lead:
            return self.headline_lines >= _MANY_HEADLINES * self.lines
        return 2 * self.label_lines >= self.lines


def parse_not_article(text: str) -> NotArticleRules:
    """Rules from the text of ``not_article.toml``, each held against its own examples.

    Raises:
        NotArticleError: the text is not TOML, a limit is missing, an entry lacks a key or has an unknown one, a pattern
            is not RE2, or an example does not come out as it says.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotArticleError(f"not_article: not valid TOML ({error}); mend the file") from error
    limits = data.get("limits", {})
    names = [field.name for field in fields(Limits)]
    if sorted(limits) != sorted(names):
        raise NotArticleError(f"not_article: the limits must be {', '.join(names)}, not {', '.join(limits) or 'none'}")
    return NotArticleRules(
        Limits(**{name: limits[name]["value"] for name in names}),
        tuple(_rule(entry, "phrase", _PHRASE_KEYS) for entry in data.get("phrase", [])),
        tuple(_rule(entry, "address", _ADDRESS_KEYS) for entry in data.get("address", [])),
    )


def article_or_not(
    text: str,
    *,
    word_count: int,
    page_text: str,
    path: str | None,
    rules: NotArticleRules,
    page_kind: str | None = None,
    is_declared: bool = False,
    is_locked: bool = False,
    left_out: str = "",
) -> ArticleAnswer:
    """Whether a main text is an article's.

    Args:
        text: the main text, without its junk lines.
        word_count: its words.
        page_text: the extracted text with its junk lines, in which a wall's phrases may have been cut.
        path: path of the document's URL; None where it has none.
        page_kind: what :func:`transforms.page.kind.page_kind` says of the page; it knows the page's links and address,
            and so goes before what the lines alone let one guess.
        rules: from :func:`parse_not_article`.
        is_declared: whether the document says when and by whom it was published. Then a phrase within a sentence is
            what the article reports: ``the wreck could not be found``, ``already a member of the union``.
        is_locked: whether the page declares that its text is not free to read.
        left_out: lines of the page beside its text, in which a pay wall's words may stand.
    """
    limits = rules.limits
    is_brief = is_declared and len(text) >= limits.min_declared_characters
    is_sure = is_brief and page_kind == ARTICLE
    phrases = [phrase for phrase in rules.phrases if not (is_sure and phrase.kind == _ERROR_PAGE)]
    walls = [phrase for phrase in phrases if phrase.kind == _PAYWALL_STUB]
    if phrase := _phrase_in(page_text, word_count, phrases, is_declared) or _phrase_in(
        left_out, word_count, walls, is_declared
    ):
        return ArticleAnswer(False, f"{phrase.kind}: {phrase.id}, {word_count} words")
    if is_locked and word_count <= limits.max_locked_words:
        return ArticleAnswer(False, f"{_PAYWALL_STUB}: declared, {word_count} words")
    if word_count < limits.min_words and not is_brief:
        return ArticleAnswer(False, f"too short: {word_count} words")
    prose = measure_prose(text)
    if prose.lines >= limits.min_lines_of_list and prose.cut_off_lines >= limits.max_cut_off_share * prose.lines:
        return ArticleAnswer(False, f"teasers: {prose.cut_off_lines} of {prose.lines} lines are cut off")
    if page_kind is not None:
        return ArticleAnswer(page_kind == ARTICLE, "prose" if page_kind == ARTICLE else page_kind)
    return _by_lines(prose, path, rules)


def _by_lines(prose: Prose, path: str | None, rules: NotArticleRules) -> ArticleAnswer:
    """What the share of sentences says, together with the address."""
    limits = rules.limits
    if (
        prose.prose_share < limits.min_prose_share
        and prose.lines >= limits.min_lines_of_list
        and prose.is_list_of_links
    ):
        return ArticleAnswer(False, f"link list: {prose.lines - prose.prose_lines} of {prose.lines} lines")
    if prose.prose_share < limits.prose_share_whatever_the_address and (address := _address_of(path, rules)):
        return ArticleAnswer(False, f"{address.kind}: {prose.prose_share:.0%} prose")
    return ArticleAnswer(True, "prose")


def measure_prose(text: str) -> Prose:
    """How much of a text reads like sentences, line by line."""
    lines = [line for line in text.split("\n") if line]
    prose = [_reads_like_sentences(line) for line in lines]
    others = [line for line, is_prose in zip(lines, prose, strict=True) if not is_prose]
    labels = [line for line in others if _is_label(line)]
    characters = sum(map(len, lines))
    return Prose(
        lines=len(lines),
        prose_lines=sum(prose),
        cut_off_lines=sum(line.endswith(_CUT_OFF) for line in lines),
        prose_share=1 - sum(map(len, others)) / characters if characters else 0.0,
        label_lines=len(labels),
        headline_lines=sum(_is_as_long_as_a_headline(line) for line in labels),
        address_lines=sum(_ADDRESS in line for line in others),
        has_lead=any(prose[:_LEAD_LINES]),
    )


def _is_label(line: str) -> bool:
    """Whether a line may be the words of a link: it begins and has no end, and states no figures.

    Where no sentence has a mark at its end, only a short line may be.
    """
    if len(line) >= _SENTENCE_LENGTH and MARKLESS.match(line.lstrip(_OPENERS)):
        return False
    if line[0].islower() or line.rstrip(_TRAILING).endswith((*_CLOSING_MARKS, ",", ";")):
        return False
    return ":" not in line and not any(map(str.isdigit, line))


def _is_as_long_as_a_headline(line: str) -> bool:
    return line.count(" ") + 1 >= _HEADLINE_WORDS or (_is_dense(line) and len(line) >= 2 * _HEADLINE_WORDS)


def _reads_like_sentences(line: str) -> bool:
    factor = 1 if line.isascii() or not _is_dense(line) else _DENSE_FACTOR
    length = len(line) * factor
    if length >= _PARAGRAPH_LENGTH:
        return True
    return length >= _SENTENCE_LENGTH and line.rstrip(_TRAILING).endswith(_CLOSING_MARKS)


def _is_dense(line: str) -> bool:
    """Whether a line is in a script of syllables or words, by its first characters."""
    opening = line[:_OPENING]
    return sum(character >= _FIRST_DENSE for character in opening) * 2 >= len(opening)


def _phrase_in(text: str, word_count: int, phrases: Sequence[PageRule], is_declared: bool) -> PageRule | None:
    text = text[:MAX_PAGE_LENGTH]
    for phrase in phrases:
        if word_count <= (phrase.max_words or 0):
            found = phrase.pattern.finditer(text)
            if any(not (is_declared and _is_within_sentence(text, match.start())) for match in found):
                return phrase
    return None


def _is_within_sentence(text: str, start: int) -> bool:
    """Whether words of the same sentence, or the opening of a quotation, stand before an offset on its line."""
    before = text[text.rfind("\n", 0, start) + 1 : start].rstrip(" ")
    return bool(before) and before[-1] not in _SENTENCE_STARTS


def _address_of(path: str | None, rules: NotArticleRules) -> PageRule | None:
    if path is None:
        return None
    return next((address for address in rules.addresses if address.pattern.search(path)), None)


def _rule(entry: Mapping[str, Any], table: str, keys: set[str]) -> PageRule:
    name = f"{table} {entry.get('id', '(without id)')!r}"
    if entry.keys() != keys:
        raise NotArticleError(f"{name}: the keys must be {', '.join(sorted(keys))}")
    try:
        pattern = re2.compile(f"(?i){entry['pattern']}")
    except re2.error as error:
        raise NotArticleError(f"{name}: the pattern is not RE2 ({error})") from error
    for example in entry["match"]:
        if not pattern.search(example):
            raise NotArticleError(f"{name}: {example!r} must match but does not; widen the pattern")
    for example in entry["keep"]:
        if pattern.search(example):
            raise NotArticleError(f"{name}: {example!r} must not match but does; narrow the pattern")
    return PageRule(entry["id"], entry["kind"], pattern, entry.get("max_words"))
