"""Which single-byte code page bytes are in, by the language that results.

In the code pages of Europe and the Near East the same bytes are different letters, and each reading is clean text. Only
the language tells: a reading is right whose letters are those of the language that its words are of. For each language
its letters and commonest words are data (``transforms/text/data/code_pages.toml``). Charsets of several bytes a
character, and bytes that are in no known language, are not decided here.

Method: all code pages here have one character for each byte, so that a reading's log likelihoods of its letters beyond
ASCII, by Zipf's law over the language's own order of letters, can be added up and compared; common words add to them.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transforms.errors import DataFileError

MIN_EXPLAINED = 0.9
"""Share of the letters beyond ASCII that are the language's own; the rest may be names."""

MIN_WORD_SHARE = 0.04
"""Share of the words that are common ones of the language: some 16 words are a fifth to a third of any text, and a
hundredth of what is read in a wrong code page or language."""

SURE_EXPLAINED = 0.98
"""The same as MIN_EXPLAINED where no common word confirms the language."""

DECLARED_BONUS = 0.3
"""How much less likely, for each letter beyond ASCII, the declared code page may be than the best one."""

_WORD_GAIN = 1.5
"""What a common word adds: less than its own likelihood, as short words are common in several languages."""

_OTHER_LETTER = math.log(1e-4)
_OTHER_SIGN = math.log(1e-5)
_MARK = math.log(0.02)
_BROKEN_CASE = -3.0
"""A capital after a small letter: ordinary in no language, and in half of all words read in a wrong code page."""

_MARKS = frozenset("“”„‚‘’‹›«»–—…•·°§©®™€£\u00a0\u00ad¿¡№ºª،؛؟״׳\u200c\u200e\u200f")
"""What newspapers use beside letters."""
_WORD = re.compile(r"[^\W\d_]+")


class CodePageError(DataFileError):
    """The code page data is wrong; the message names the entry and the remedy."""


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    code_pages: tuple[str, ...]
    letters: Mapping[str, float]
    """Log likelihood of each letter beyond ASCII among them."""
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class CodePages:
    """What is known about languages and their code pages; with none, nothing is decided."""

    languages: tuple[_Language, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All code pages, the commoner of each group first."""
        return tuple(dict.fromkeys(page for language in self.languages for page in language.code_pages))

    def most_likely(self, content: bytes, declared: str | None = None, *, by_words: bool = True) -> str | None:
        """The code page of bytes that have other than ASCII in them; None where no language is made out.

        Args:
            content: some kilobytes of the text.
            declared: Python's name of the declared charset, kept where it is as good as the best.
            by_words: whether common words must confirm the language. Without, the bytes must be known not to be in a
                charset of several bytes a character.
        """
        readings = self._readings(content)
        found = [
            (score, confirmed, -place, page)
            for place, (page, reading) in enumerate(readings.items())
            for language in self.languages
            if page in language.code_pages
            for score, confirmed in reading.scores(language)
        ]
        if not found:
            return None
        best, confirmed, _, page = max(found)
        if by_words and not confirmed:
            return None
        size = max(1, readings[page].letters.total())
        kept = any(each == declared and (best - score) / size <= DECLARED_BONUS for score, _, _, each in found)
        return declared if kept else page

    def _readings(self, content: bytes) -> dict[str, _Reading]:
        readings = {}
        for page in self.names:
            try:
                readings[page] = _read(content.decode(page))
            except UnicodeDecodeError:
                continue
        return readings


@dataclass(frozen=True, slots=True)
class _Reading:
    """Bytes as text in one code page, counted."""

    letters: Counter[str]
    """Characters beyond ASCII, in small letters."""
    words: Counter[str]
    ascii_letters: int
    broken: int
    """Words with a capital after a small letter."""

    def scores(self, language: _Language) -> Iterator[tuple[float, bool]]:
        """How likely the reading is in a language, as a sum of logarithms, and whether common words confirm it.

        Nothing where it evidently is in another language.
        """
        letters = own = total = 0.0
        for character, count in self.letters.items():
            likelihood = language.letters.get(character)
            if likelihood is not None:
                own += count
                letters += count
                total += count * likelihood
            elif character in _MARKS:
                total += count * _MARK
            elif character.isalpha():
                letters += count
                total += count * _OTHER_LETTER
            else:
                letters += count
                total += count * _OTHER_SIGN
        common = sum(self.words[word] for word in language.words)
        confirmed = common > 0 and common >= MIN_WORD_SHARE * self.words.total()
        explained = own >= (MIN_EXPLAINED if confirmed else SURE_EXPLAINED) * letters
        is_written_so = bool(language.words) or own >= self.ascii_letters
        if explained and is_written_so:
            yield total + _WORD_GAIN * common + _BROKEN_CASE * self.broken, confirmed


def parse_code_pages(text: str) -> CodePages:
    """Languages and code pages from the text of ``code_pages.toml``.

    Raises:
        CodePageError: the text is not TOML, an entry lacks a key, a group or a code page is unknown, or a letter is
            in no code page of its group.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodePageError(f"code pages: not valid TOML ({error}); mend the file") from error
    groups = {entry["name"]: tuple(entry["code_pages"]) for entry in data.get("group", []) if _has(entry, _GROUP_KEYS)}
    return CodePages(tuple(_language(entry, groups) for entry in data.get("language", [])))


_GROUP_KEYS = {"name", "code_pages", "reason"}
_LANGUAGE_KEYS = {"code", "group", "letters", "words"}


def _has(entry: Mapping[str, Any], keys: set[str]) -> bool:
    if entry.keys() != keys:
        raise CodePageError(f"code pages: the entry {dict(entry)!r} must have the keys {', '.join(sorted(keys))}")
    return True


def _language(entry: Mapping[str, Any], groups: Mapping[str, Sequence[str]]) -> _Language:
    _has(entry, _LANGUAGE_KEYS)
    if entry["group"] not in groups:
        raise CodePageError(f"code pages: language {entry['code']!r} is of the unknown group {entry['group']!r}")
    pages = tuple(groups[entry["group"]])
    letters = tuple(dict.fromkeys(unicodedata.normalize("NFC", entry["letters"])))
    for letter in letters:
        if not any(_can_write(letter, page) for page in pages):
            raise CodePageError(
                f"code pages: {letter!r} of language {entry['code']!r} is in none of {', '.join(pages)}"
            )
    weights = [1 / (rank + 1.5) for rank in range(len(letters))]
    whole = sum(weights)
    likelihoods = {letter: math.log(weight / whole) for letter, weight in zip(letters, weights, strict=True)}
    return _Language(entry["code"], pages, likelihoods, frozenset(entry["words"]))


def _can_write(letter: str, page: str) -> bool:
    try:
        unicodedata.normalize("NFD", letter).encode(page) if page == "cp1258" else letter.encode(page)
    except UnicodeEncodeError:
        return page == "cp1258"  # its letters are partly composed
    return True


def _read(text: str) -> _Reading:
    text = unicodedata.normalize("NFC", text)
    words = _WORD.findall(text)
    return _Reading(
        Counter(character for character in text.lower() if not character.isascii()),
        Counter(map(str.lower, words)),
        sum(map(str.isalpha, text.encode("ascii", "ignore").decode())),
        sum(any(map(_is_broken, word, word[1:])) for word in words),
    )


def _is_broken(first: str, second: str) -> bool:
    return first.islower() and second.isupper()
