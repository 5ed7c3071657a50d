"""The names of the world's press agencies and how to find one in a short text, such as a credit or a dateline.

The names are data (``transforms/text/data/agencies.toml``); here they are parsed, checked against their own examples
and compiled. What a line is (credit, byline, dateline) and what finding an agency there means does not belong here.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import re2

from transforms.errors import DataFileError

AgencyType = Literal["news", "press_release", "photo"]

MAX_TEXT_LENGTH = 500
"""Characters of a text that are searched. A credit or dateline is far shorter; the bound keeps hostile lines cheap."""

_PREFERENCE: Mapping[str, int] = {"news": 0, "press_release": 1, "photo": 2}
"""'AFP/Getty Images' is AFP's picture, distributed by Getty: who reported goes before who sells the picture."""

_REQUIRED = frozenset({"name", "type", "country", "link", "reason", "match", "no_match"})
_NAME_LISTS = ("aliases", "acronyms", "guarded")
_KEYS = _REQUIRED | set(_NAME_LISTS)

_AROUND_NAMES = " \t\n\r()[]{}.,;:*-–—/|©"
"""Marks of a credit or byline that are no part of a name in it."""

_WORD = r"\p{L}\p{N}\p{M}"
_NOT_BEFORE = rf"(?:^|[^{_WORD}])"
_NOT_AFTER = rf"(?:$|[^{_WORD}])"
_UNSPACED = re2.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")

# What stands before and after an acronym that also means something else ('PA' is a state, 'PTI' a party) when the text
# credits an agency: brackets, slashes, a copyright sign, a label, 'inputs from', or nothing at all.
_CREDIT_BEFORE = r"(?:^|[(\[/©|:（【]\s*|©\s*\d{4}\s+|\b(?i:from|via|with|by|foto|fot\.|photo)\s+)"
_CREDIT_AFTER = r"(?:[.,;]?\s*$|\s*[)\]/|）】]|\s+(?i:photos?|pictures?|images?)\b|\s*[-–—:](?:\s|$))"


class AgencyError(DataFileError):
    """The agency data is wrong; the message names the entry, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency as the data file gives it."""

    name: str
    type: AgencyType
    country: str
    """ISO 3166-1 alpha-2 code of its seat."""
    link: str
    reason: str
    aliases: tuple[str, ...] = ()
    """Names found whatever their case."""
    acronyms: tuple[str, ...] = ()
    """Short names found only in exactly this case, as whole words."""
    guarded: tuple[str, ...] = ()
    """Short names that have other meanings: found only where they stand as a credit does."""
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()


class Agencies:
    """A checked set of agencies; immutable after construction."""

    __slots__ = ("_by_alias", "_by_exact_name", "_order", "_patterns", "agencies")

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self.agencies = tuple(agencies)
        self._order = {agency.name: _PREFERENCE[agency.type] for agency in self.agencies}
        self._by_alias = _index((alias, agency) for agency in self.agencies for alias in (agency.name, *agency.aliases))
        exact = [(name, agency) for agency in self.agencies for name in (*agency.acronyms, *agency.guarded)]
        self._by_exact_name = _index(exact, exact=True)
        self._patterns = tuple(_patterns(self.agencies))

    def canonical(self, name: str) -> str | None:
        """The agency's name for any of its names, or None. Acronyms count in their own case only."""
        return self._by_exact_name.get(_spaced(name)) or self._by_alias.get(_folded(name))

    def find(self, text: str) -> str | None:
        """The agency that a short text credits, by its name in the data file, or None.

        News agencies go before press-release services and these before photo agencies; among equals the first in the
        text counts, and of names that begin together the longest.
        """
        text = " ".join(unicodedata.normalize("NFC", text[:MAX_TEXT_LENGTH]).split())
        best: tuple[int, int, str] | None = None
        for start, matched in self._matches(text):
            name = self._by_exact_name.get(_spaced(matched)) or self._by_alias[_folded(matched)]
            candidate = (self._order[name], start, name)
            if best is None or candidate[:2] < best[:2]:
                best = candidate
        return best[2] if best else None

    def _matches(self, text: str) -> Iterator[tuple[int, str]]:
        for pattern in self._patterns:
            position = 0
            while position < len(text):
                found = pattern.search(text, position)
                if found is None:
                    break
                yield found.start(1), found.group(1)
                # The character after a name may be the one before the next: 'AFP/Getty Images'.
                position = found.end(1)


def parse_agencies(text: str) -> Agencies:
    """Agencies from the text of ``agencies.toml``, each held against its own examples.

    Raises:
        AgencyError: the text is not TOML, an entry lacks a key or has an unknown one, two agencies share a name, or an
            example does not come out as it says.
    """
    try:
        entries = tomllib.loads(text).get("agency", [])
    except tomllib.TOMLDecodeError as error:
        raise AgencyError(f"agencies: not valid TOML ({error}); mend the file") from error
    if not entries:
        raise AgencyError("agencies: no [[agency]] entry; the file must list at least one")
    agencies = Agencies(_agency(entry) for entry in entries)
    for agency in agencies.agencies:
        _hold_against_examples(agencies, agency)
    return agencies


def _agency(entry: Mapping[str, Any]) -> Agency:
    name = entry.get("name", "(without name)")
    if missing := sorted(_REQUIRED - entry.keys()):
        raise AgencyError(f"agency {name!r}: missing {', '.join(missing)}; add them")
    if unknown := sorted(entry.keys() - _KEYS):
        raise AgencyError(f"agency {name!r}: unknown key {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}")
    if entry["type"] not in get_args(AgencyType):
        raise AgencyError(f"agency {name!r}: type {entry['type']!r} is not one of {', '.join(get_args(AgencyType))}")
    if not entry["match"]:
        raise AgencyError(f"agency {name!r}: match is empty; give at least one text that credits it")
    values: dict[str, Any] = {key: entry[key] for key in ("name", "type", "country", "link", "reason")}
    values |= {key: tuple(entry.get(key, ())) for key in (*_NAME_LISTS, "match", "no_match")}
    return Agency(**values)


def _hold_against_examples(agencies: Agencies, agency: Agency) -> None:
    for example in agency.match:
        if (found := agencies.find(example)) != agency.name:
            raise AgencyError(f"agency {agency.name!r}: {example!r} must match but gives {found!r}; mend its names")
    for example in agency.no_match:
        if agencies.find(example) == agency.name:
            raise AgencyError(f"agency {agency.name!r}: {example!r} must not match but does; guard the name")


def _index(names: Iterable[tuple[str, Agency]], *, exact: bool = False) -> dict[str, str]:
    index: dict[str, str] = {}
    for name, agency in names:
        key = _spaced(name) if exact else _folded(name)
        if index.setdefault(key, agency.name) != agency.name:
            raise AgencyError(f"agency {agency.name!r}: the name {name!r} belongs to {index[key]!r}; keep it at one")
    return index


def _patterns(agencies: Iterable[Agency]) -> Iterator[Any]:
    agencies = tuple(agencies)
    named = {alias for agency in agencies for alias in (agency.name, *agency.aliases)}
    unspaced = {alias for alias in named if _UNSPACED.search(alias)}
    acronyms = {acronym for agency in agencies for acronym in agency.acronyms}
    guarded = {acronym for agency in agencies for acronym in agency.guarded}
    # An agency's own name may be its acronym ('TASS'): what is listed in its exact case is found in that case only.
    free = {alias for alias in named - unspaced if alias not in acronyms | guarded}
    if free or acronyms:
        spaced = "|".join([f"(?i:{_alternatives(free)})"] * bool(free) + [_alternatives(acronyms)] * bool(acronyms))
        yield re2.compile(f"{_NOT_BEFORE}({spaced}){_NOT_AFTER}")
    if unspaced:
        yield re2.compile(f"({_alternatives(unspaced)})")
    if guarded:
        yield re2.compile(f"{_CREDIT_BEFORE}({_alternatives(guarded)}){_CREDIT_AFTER}")


def _alternatives(names: Iterable[str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(re2.escape(name) for name in longest_first)


def _spaced(name: str) -> str:
    return " ".join(name.strip(_AROUND_NAMES).split())


def _folded(name: str) -> str:
    return _spaced(unicodedata.normalize("NFKC", name).casefold())
