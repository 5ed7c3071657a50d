"""Bylines to the names of people.

The words that surround names (``By``, ``and``, ``Staff``) are data, ``transforms/page/data/author_names.toml``, read by
``flows`` and parsed by :func:`parse_author_rules`. Who an author is, and agencies as sources, do not belong here.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from transforms.errors import DataFileError

MAX_BYLINE_CHARACTERS = 500
MAX_NAME_CHARACTERS = 80
MAX_NAME_WORDS = 7
"""Spanish and Arabic names reach six words; longer ones are sentences about the author."""
MAX_AUTHORS = 30
MAX_ABBREVIATION_CHARACTERS = 4
"""Length with its full stop up to which a name's last word may be an abbreviation (``Jr.``), which keeps the stop."""

_SEPARATORS = re.compile(r"\s*[;|/•·\n]\s*|\s+&\s+")
_ADDRESS = re.compile(r"\(?\S*@\S*\)?|https?://\S+|www\.\S+")
"""Of mail, of a page, or of somebody in a network."""
_BRACKETS = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_SPACE = re.compile(r"\s+")
_KINDS = ("opening", "ending", "joiner", "role", "tail", "credit")
_FIRST_UNSPACED = "\u2e80"
_AFTER_DASH = re.compile(r"(?<=\w) [–—-] .*")
"""Behind a dash stands an office, a place or an outlet."""
_OPENING_ENDS = (" ", ":", "：", "／", "・")
_TRIM = ' \t\r\n,:;-–—|*•·"“”„«»‹›：／・'


class AuthorRuleError(DataFileError):
    """An entry in the author name file that is incomplete or breaks its own examples."""


@dataclass(frozen=True, slots=True)
class AuthorRules:
    """The words around names, in lower case."""

    openings: tuple[str, ...] = ()
    """Longest first."""
    endings: tuple[str, ...] = ()
    """Longest first."""
    uncased_endings: tuple[str, ...] = ()
    """Those of scripts without capitals."""
    joiners: frozenset[str] = frozenset()
    tail: re.Pattern[str] | None = None
    """Finds the word from which on a byline says for whom, where or with whom."""
    credit: re.Pattern[str] | None = None
    """Finds what names the people of pictures and the like, up to the next writer."""
    roles: frozenset[str] = frozenset()
    """What is nobody's name, compared with the whole name."""
    role_starts: tuple[str, ...] = ()
    role_ends: tuple[str, ...] = ()
    """What is nobody's name even where other words stand after it, and where they stand before it."""


def parse_author_rules(text: str) -> AuthorRules:
    """Rules from the text of an author name file, checked against the examples in it.

    Raises:
        AuthorRuleError: the text is not TOML, an entry lacks a key, or an example does not come out as it must.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AuthorRuleError(f"author names are not TOML: {error}") from error
    entries = [(kind, entry) for kind in _KINDS for entry in data.get(kind, [])]
    for kind, entry in entries:
        if not entry.get("words") or not entry.get("reason") or not entry.get("bylines"):
            raise AuthorRuleError(f"author names: a [[{kind}]] entry needs words, reason and bylines: {entry}")
    words = {kind: _words(data.get(kind, [])) for kind in _KINDS}
    loose = sorted(_words(entry for entry in data.get("role", []) if entry.get("anywhere")))
    rules = AuthorRules(
        openings=_longest_first(words["opening"]),
        endings=_longest_first(words["ending"]),
        uncased_endings=tuple(ending for ending in words["ending"] if not ending.isascii()),
        joiners=frozenset(words["joiner"]),
        tail=re.compile(rf"\s(?:{_alternatives(words['tail'])})\s(?=\S).*"),
        credit=re.compile(
            rf"(?i)(?:^|[\s.,;|/–—-])\s*(?:{_alternatives(words['credit'])})(?:\s+(?:by|von|par|de|di|por)\b|\s?[:：])[^;|:：]*?"
            rf"(?=$|[;|]|\.?\s+[^\W\d_]+[:：])"
        ),
        roles=frozenset(words["role"]),
        role_starts=tuple(role + mark for role in loose for mark in " -"),
        role_ends=tuple(mark + role for role in loose for mark in " -"),
    )
    for _, entry in entries:
        _check_bylines(entry, rules)
    return rules


def people(bylines: Iterable[str], rules: AuthorRules) -> tuple[str, ...]:
    """The people that bylines name, in order, each once; roles, desks, addresses and sentences are left out.

    Args:
        bylines: names or lists of names as inputs and pages write them (``By A. Doe and B. Roe, Reuters``).
        rules: the words around names.

    Returns:
        At most MAX_AUTHORS names.
    """
    names: dict[str, str] = {}
    for byline in bylines:
        for part in _parts(byline[:MAX_BYLINE_CHARACTERS], rules):
            name = _name(part, rules)
            if name:
                names.setdefault(name.casefold(), name)
    return tuple(names.values())[:MAX_AUTHORS]


def opening_of(byline: str, rules: AuthorRules) -> str:
    """The words before the name that a byline begins with; empty without."""
    lowered = byline.lower()
    for opening in rules.openings:
        if lowered.startswith(opening) and (
            lowered[len(opening) : len(opening) + 1] in _OPENING_ENDS or _is_unspaced(opening)
        ):
            return opening
    return ""


def _is_unspaced(word: str) -> bool:
    """Whether a word stands without a space before a name: two Chinese characters do, one may be a name's."""
    return len(word) > 1 and word[0] >= _FIRST_UNSPACED


def _parts(byline: str, rules: AuthorRules) -> list[str]:
    """A byline cut where one name ends and the next begins."""
    byline = html.unescape(byline)
    if rules.credit:
        byline = rules.credit.sub(" ; ", byline)
    byline = _BRACKETS.sub(" ", _ADDRESS.sub(" ; ", byline))
    return [
        piece
        for part in _SEPARATORS.split(byline)
        for joined in _at_joiners(part, rules)
        for piece in _at_commas(joined, rules)
    ]


def _at_joiners(part: str, rules: AuthorRules) -> list[str]:
    """A list of names cut at ``and``; not within ``Ortega y Gasset``, where one side is a single word."""
    pieces: list[list[str]] = [[]]
    for word in part.split():
        if word.lower() in rules.joiners and pieces[-1]:
            pieces.append([])
        else:
            pieces[-1].append(word)
    is_list = "," in part or max(map(len, pieces)) <= MAX_NAME_WORDS
    joined = [" ".join(piece) for piece in pieces]
    if not is_list or any(len(piece) == 1 and not _is_role(piece[0].lower(), rules) for piece in pieces):
        return [part]
    return joined


def _at_commas(part: str, rules: AuthorRules) -> list[str]:
    """A list of names cut at commas: ``Doe, Jane`` is one name; other single Latin words are places or roles."""
    pieces = [piece.strip(_TRIM) for piece in part.split(",")]
    single = [len(piece.split()) == 1 for piece in pieces]
    if single == [True, True] and not any(_is_role(piece.lower(), rules) for piece in pieces):
        return [f"{pieces[1]} {pieces[0]}"]
    if len(pieces) == 1:
        return pieces
    return [piece for piece, alone in zip(pieces, single, strict=True) if not alone or not piece.isascii()]


def _name(part: str, rules: AuthorRules) -> str | None:
    """A person's name without what stands around it; None where it is none."""
    name = _AFTER_DASH.sub("", _SPACE.sub(" ", part).strip(_TRIM))
    name = name[len(opening_of(name, rules)) :].strip(_TRIM)
    if rules.tail:
        name = rules.tail.sub("", name)
    lowered = name.lower()
    for ending in rules.endings:
        if lowered.endswith(ending):
            name = name[: -len(ending)].strip(_TRIM)
            if ending not in rules.uncased_endings and " " not in name:
                return None
            break
    if name.endswith(".") and len(name.split()[-1]) > MAX_ABBREVIATION_CHARACTERS:
        name = name[:-1]
    if not _is_name(name) or _is_role(name.lower(), rules):
        return None
    return name


def _is_name(name: str) -> bool:
    """Whether the text can be a name: letters, short, without digits, handles or markup."""
    if not 1 < len(name) <= MAX_NAME_CHARACTERS or not name.isprintable() or len(name.split()) > MAX_NAME_WORDS:
        return False
    return any(c.isalpha() for c in name) and not any(c.isdigit() or c in "@#<>{}=\\_%" for c in name)


def _is_role(name: str, rules: AuthorRules) -> bool:
    if name in rules.roles:
        return True
    return name.startswith(rules.role_starts) or name.endswith(rules.role_ends)


def _alternatives(words: list[str]) -> str:
    return "|".join(map(re.escape, _longest_first(words)))


def _longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _words(entries: Iterable[dict[str, Any]]) -> list[str]:
    return [word for entry in entries for word in entry["words"]]


def _check_bylines(entry: dict[str, Any], rules: AuthorRules) -> None:
    for example in entry["bylines"]:
        found = list(people([example["given"]], rules))
        if found != example["people"]:
            raise AuthorRuleError(f"author names: {example['given']!r} gives {found}, not {example['people']}")
