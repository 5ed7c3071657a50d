"""The words of a full-text search, as patterns that find them in texts of any language.

What is searched, and how the found articles are ranked, does not belong here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import re2

from transforms.errors import UsageError

MAX_WORDS = 16
MAX_WORD_CHARACTERS = 200
"""Bounds of what one search may ask; each word is one pass over the texts."""

_WORD_CHARACTER = r"\p{L}\p{M}\p{N}"
_PARTS = re2.compile(f"[{_WORD_CHARACTER}]+")
_UNSPACED = re2.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Scripts that write no space between words, and Korean, which writes its particles onto them."""

_BETWEEN = f"[^{_WORD_CHARACTER}]+"
_START = f"(?:^|[^{_WORD_CHARACTER}])"
_END = f"(?:$|[^{_WORD_CHARACTER}])"
_FIRST_ACCENTED, _LAST_ACCENTED = 0x00C0, 0x024F
"""The Latin letters with marks: Latin-1 Supplement and Latin Extended-A and -B."""


class SearchError(UsageError):
    """Words that cannot be searched for; the message says which and why."""


@dataclass(frozen=True, slots=True)
class SearchWord:
    """A word or phrase to look for, as RE2 patterns."""

    typed: str
    loose: str
    """Matches wherever ``exact`` does, and inside other words too; tells quickly where a closer look is worth while."""
    exact: str
    """Matches each time that it stands as a word of its own; a character around may belong to the match."""


def search_words(typed: Sequence[str]) -> tuple[SearchWord, ...]:
    """The words and phrases of a search.

    Case does not matter. Letters typed without accents stand for those with accents too, not the other way round.
    A phrase is several words in one string; whatever is no letter or digit may stand between them, so "O'Brien" finds
    every apostrophe. ``ferr*`` is whatever begins so. Scripts without spaces are found anywhere.

    Raises:
        SearchError: no words, too many or too long ones, or one without a letter or digit.
    """
    if not typed:
        raise SearchError("no words to search for: give one or more")
    if len(typed) > MAX_WORDS:
        raise SearchError(f"{len(typed)} words to search for: {MAX_WORDS} at most")
    return tuple(_search_word(word) for word in dict.fromkeys(typed))


def _search_word(typed: str) -> SearchWord:
    if len(typed) > MAX_WORD_CHARACTERS:
        raise SearchError(f"{typed[:20]!r}...: {MAX_WORD_CHARACTERS} characters at most")
    parts = _PARTS.findall(unicodedata.normalize("NFC", typed))
    if not parts:
        raise SearchError(f"{typed!r} has no letter or digit to search for")
    words = _BETWEEN.join(_with_accents(part) for part in parts)
    start = "" if _UNSPACED.match(parts[0][0]) else _START
    end = "" if typed.rstrip().endswith("*") or _UNSPACED.match(parts[-1][-1]) else _END
    return SearchWord(typed, f"(?i){words}", f"(?i){start}{words}{end}")


def _with_accents(part: str) -> str:
    if not part.isascii():
        return part
    accented = _accented_letters()
    return "".join(f"[{letter}{accented[letter]}]" if letter in accented else letter for letter in part.lower())


@cache
def _accented_letters() -> dict[str, str]:
    """For each plain letter those that are it with a mark."""
    found: dict[str, str] = {}
    for character in map(chr, range(_FIRST_ACCENTED, _LAST_ACCENTED + 1)):
        base = unicodedata.normalize("NFD", character)[0]
        if character.islower() and base.isascii():
            found[base] = found.get(base, "") + character
    return found
