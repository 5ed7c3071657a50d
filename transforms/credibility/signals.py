"""Measured facts about how an article is written: counts, with what they are counted in, quotations kept apart.

A count says nothing yet about quality; what it is worth, if anything, belongs to :mod:`transforms.score`. The words
are data (``transforms/credibility/data/tone_words.toml``). Every count is one pass over the text, so a text costs its
length.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from transforms.errors import DataFileError
from transforms.records import ArticleSignals
from transforms.text.counts import count_words

TONE_SIGNALS = (
    *("loaded_words", "camp_labels", "intensifiers", "loaded_speech_verbs", "qualifiers"),
    "public_affairs",
)
"""The counted word lists; each is a column of ``article_signals``."""

MAX_TEXT_CHARACTERS = 200_000
"""A text is looked at so far: thirty times a usual article, and the rates are settled long before."""

CODE_VERSION = 1
"""Raised when the counting itself changes, so that stored counts are made anew."""

_OPENING = {'"': '"', "“": '”"', "„": "“”", "«": "»", "»": "«", "‘": "’"}
"""Marks that open a quotation and those that close it; „German“, »Danish«, «French» and “English” styles."""

_MARKS = re.compile(r"[\"“”„«»\n]")
_MARKS_WITH_SINGLE = re.compile(r"[\"“”„«»\n‘’]")

_AROUND_WORDS = "\"'.,;:!?()[]{}<>*_/|…“”„«»‘’–—-"
_NUMBER = re.compile(r"\d[\d,.]*")
_CAPITALS = re.compile(r"(?<![\w'’-])[A-Z][A-Z'’-]{3,}(?![\w])")
_ROMAN = re.compile(r"[IVXLCDM]+\Z")

_NAME = r"\p{Lu}[\p{L}.'’-]+"
_NAMED_SPEAKER = re2.compile(
    rf"(?:{_NAME} ){{0,2}}{_NAME},? (?:said|says|told|added)\b|\b(?:said|says|added) (?:{_NAME} ){{1,3}}".encode()
)

_WORD_KEYS = {"language", "signal", "reason", "words", "is"}
_PHRASE_KEYS = {"language", "signal", "reason", "phrases", "quoted", "is"}
COMMENT_SOUGHT = "comment_sought"
QUIET_CAPITALS = "quiet_capitals"


class ToneError(DataFileError):
    """The tone data is wrong; the message names the list, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Tone:
    """What is counted in texts of one language."""

    vocabulary: Mapping[str, tuple[str, ...]]
    """Word to the signals that count it."""
    comment_sought: Any
    """Compiled pattern over UTF-8 bytes in lower case."""
    quiet_capitals: frozenset[str]
    """Words that stand in capitals without shouting, in lower case."""


@dataclass(frozen=True, slots=True)
class Tones:
    """The languages whose tone can be measured."""

    by_language: Mapping[str, Tone]
    version: str
    """Changes whenever the counts of a text might."""


@dataclass(frozen=True, slots=True)
class Quotations:
    """A text taken apart into the writer's words and the quoted ones."""

    narrated: str
    """Everything outside quotation marks; a quotation leaves a space."""
    quoted: tuple[str, ...]


def parse_tones(text: str) -> Tones:
    """Word lists from the text of ``tone_words.toml``, held against the examples in it.

    Raises:
        ToneError: the text is not TOML, a list lacks a key, a signal is unknown, or an example does not come out.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ToneError(f"tone words: not valid TOML ({error}); mend the file") from error
    lists, phrases = data.get("words", []), data.get("phrases", [])
    for entry in (*lists, *phrases):
        _check(entry, _PHRASE_KEYS if "phrases" in entry else _WORD_KEYS)
    languages = {entry["language"] for entry in lists}
    version = hashlib.sha256(f"{CODE_VERSION}\n{text}".encode()).hexdigest()[:12]
    tones = Tones({language: _tone(language, lists, phrases) for language in languages}, version)
    for entry in (*lists, *phrases):
        _hold_against_examples(entry, tones.by_language[entry["language"]])
    return tones


def count_signals(
    doc_id: str, source: str, copied_from: str | None, language: str, title: str | None, text: str, tones: Tones
) -> ArticleSignals:
    """The facts about one article's stripped text and its title.

    In a language without word lists the words of tone count as unknown (None), not as zero; the rest is counted.

    Args:
        source: the source that ran it, by :class:`transforms.credibility.sources.SourceNames`.
        copied_from: whose report it is where it is not the source's own, such as an agency's name.
    """
    text = text[:MAX_TEXT_CHARACTERS]
    apart = set_quotations_apart(text)
    tone = tones.by_language.get(language)
    headline = title or ""
    values: dict[str, Any] = dict.fromkeys((*TONE_SIGNALS, COMMENT_SOUGHT, "named_speakers", "headline_loaded_words"))
    if tone is not None:
        values |= _tone_counts(apart.narrated, headline, text, tone)
    return ArticleSignals(
        doc_id=doc_id,
        source=source,
        copied_from=copied_from,
        language=language,
        narrated_words=count_words(apart.narrated),
        quoted_words=count_words(" ".join(apart.quoted)),
        quotations=len(apart.quoted),
        numbers=len(_NUMBER.findall(apart.narrated)),
        exclamations=apart.narrated.count("!"),
        questions=apart.narrated.count("?"),
        headline_words=len(headline.split()),
        headline_exclamations=headline.count("!"),
        headline_capitals=_shouted(headline, tone.quiet_capitals if tone else frozenset()),
        version=tones.version,
        **values,
    )


def set_quotations_apart(text: str) -> Quotations:
    """Split at quotation marks of the usual styles; linear.

    A quotation ends at its closing mark or, unclosed, with its paragraph: by convention a quotation that goes on in the
    next paragraph is opened there again.
    """
    narrated: list[str] = []
    quoted: list[str] = []
    closing, start = "", 0
    for mark in (_MARKS_WITH_SINGLE if "‘" in text else _MARKS).finditer(text):
        character, place = mark[0], mark.start()
        if character in "‘’" and _inside_word(text, place, character):
            continue
        if not closing:
            if character in _OPENING:
                narrated.append(text[start:place])
                closing, start = _OPENING[character], place + 1
        elif character == "\n" or character in closing:
            quoted.append(text[start:place])
            closing, start = "", place + (character != "\n")
    (quoted if closing else narrated).append(text[start:])
    return Quotations(" ".join(narrated), tuple(quoted))


def _inside_word(text: str, place: int, character: str) -> bool:
    """Whether a single mark is an apostrophe: an opening one not at a word's head, or a closing one before a letter."""
    if character == "‘":
        return text[place - 1 : place].isalnum() or not text[place + 1 : place + 2].isalnum()
    return text[place + 1 : place + 2].isalnum()


def _tone_counts(narrated: str, headline: str, text: str, tone: Tone) -> dict[str, int]:
    counts = _count_words_of(narrated, tone)
    in_headline = _count_words_of(headline, tone)
    return {
        **{signal: counts.get(signal, 0) for signal in TONE_SIGNALS},
        COMMENT_SOUGHT: _found(tone.comment_sought, _folded(text).encode()),
        "named_speakers": _found(_NAMED_SPEAKER, narrated.encode("utf-8", "replace")),
        "headline_loaded_words": in_headline.get("loaded_words", 0) + in_headline.get("loaded_speech_verbs", 0),
    }


def _count_words_of(text: str, tone: Tone) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for token, count in Counter(_folded(text).replace("—", " ").replace("/", " ").split()).items():
        for signal in tone.vocabulary.get(token.strip(_AROUND_WORDS), ()):
            found[signal] += count
    return found


def _folded(text: str) -> str:
    return text.lower().replace("’", "'")


def _found(pattern: Any, data: bytes) -> int:
    return sum(1 for _ in pattern.finditer(data))


def _shouted(headline: str, quiet: frozenset[str]) -> int:
    """Words in capitals that are no acronyms; none where the whole headline is, for that is a house's style."""
    if headline.isupper():
        return 0
    words = _CAPITALS.findall(headline)
    return sum(not _ROMAN.match(word) and _folded(word).rstrip("'-") not in quiet for word in words)


def _tone(language: str, lists: Sequence[Mapping[str, Any]], phrases: Sequence[Mapping[str, Any]]) -> Tone:
    vocabulary: dict[str, tuple[str, ...]] = {}
    quiet: set[str] = set()
    for entry in lists:
        if entry["language"] != language:
            continue
        for word in entry["words"].split():
            if entry["signal"] == QUIET_CAPITALS:
                quiet.add(word)
            else:
                vocabulary[word] = (*vocabulary.get(word, ()), entry["signal"])
    wanted = [phrase for entry in phrases if entry["language"] == language for phrase in entry["phrases"]]
    return Tone(vocabulary, _phrase_pattern(wanted), frozenset(quiet))


def _phrase_pattern(phrases: Iterable[str]) -> Any:
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    alternatives = "|".join(re2.escape(phrase) for phrase in longest_first)
    return re2.compile(rf"\b(?:{alternatives})\b".encode() if longest_first else rb"[^\x00-\xff]")


def _check(entry: Mapping[str, Any], keys: set[str]) -> None:
    name = f"{entry.get('signal')!r} of language {entry.get('language')!r}"
    if entry.keys() != keys:
        raise ToneError(f"tone list {name}: the keys must be {', '.join(sorted(keys))}")
    known = (COMMENT_SOUGHT,) if "phrases" in entry else (*TONE_SIGNALS, QUIET_CAPITALS)
    if entry["signal"] not in known:
        raise ToneError(f"tone list {name}: the signal must be one of {', '.join(known)}")
    words = entry.get("phrases") or entry["words"].split()
    if wrong := next((word for word in words if word != _folded(word)), None):
        raise ToneError(f"tone list {name}: {wrong!r} must be in lower case with straight apostrophes")
    twice = [word for word, count in Counter(words).items() if count > 1]
    if twice:
        raise ToneError(f"tone list {name}: {twice[0]!r} stands there twice")


def _hold_against_examples(entry: Mapping[str, Any], tone: Tone) -> None:
    signal = entry["signal"]
    for text, wanted in entry["is"].items():
        if signal == QUIET_CAPITALS:
            found = len(_CAPITALS.findall(text)) - _shouted(text + " x", tone.quiet_capitals)
        else:
            found = _tone_counts(set_quotations_apart(text).narrated, "", text, tone)[signal]
        if found != wanted:
            raise ToneError(f"tone list {signal!r}: {text!r} gives {found}, not {wanted}")
