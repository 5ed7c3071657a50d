"""Where a report was written and which agency wrote it, from the opening of its text.

The forms of a dateline are data (``transforms/text/data/datelines.toml``). It stays in the text, as the report's
own words. Credits elsewhere in the text belong to ``provenance``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import re2

from transforms.errors import DataFileError
from transforms.text.agencies import Agencies

MAX_OPENING = 140
"""Characters of a line that may hold a dateline; the longest real ones, with region and date, have 70."""

MAX_LINES = 3
"""Lines with text that are looked at: a standfirst or a caption may stand before the report."""

SourceNeed = Literal["agency", "any", "none"]

_PIECE = re.compile(r"<(\w+)>")
_REQUIRED = {"id", "reason", "needs", "capitals", "pattern", "source", "match", "no_match"}
_WORD_LISTS = ("outlets", "not_places", "small_words", "colon_places")
_GROUPS = {"place", "source"}
_NOT_IN_SOURCE = frozenset(":;0123456789")
_MIN_PLACE_LETTERS = 3


class DatelineError(DataFileError):
    """The dateline data is wrong; the message names the form, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline says."""

    place: str | None
    """As written, with its region: ``SEOUL, South Korea``."""
    agency: str | None
    """The agency's name in ``agencies.toml``."""


@dataclass(frozen=True, slots=True)
class DatelineForm:
    """One way of writing a dateline, compiled."""

    id: str
    pattern: Any
    groups: frozenset[str]
    needs: tuple[str, ...]
    """Strings of which one must stand in the opening."""
    capitals: bool
    """Whether the place must be written in capitals."""
    source: SourceNeed
    match: tuple[tuple[str, str, str], ...]
    no_match: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Datelines:
    """The checked forms and the words that decide doubtful ones; what it finds depends on the text alone."""

    forms: tuple[DatelineForm, ...]
    outlets: frozenset[str]
    not_places: frozenset[str]
    small_words: frozenset[str]
    colon_places: frozenset[str]
    agencies: Agencies

    def find(self, text: str) -> Dateline | None:
        """The dateline of a text, in one of its first lines, or None."""
        for opening in _openings(text):
            if dateline := self._read(opening):
                return dateline
        return None

    def _read(self, opening: str) -> Dateline | None:
        for form in self.forms:
            if not any(need in opening for need in form.needs):
                continue
            found = form.pattern.search(opening)
            if found and (dateline := self._judge(form, found)):
                return dateline
        return None

    def _judge(self, form: DatelineForm, found: Any) -> Dateline | None:
        place = _tidy(found.group("place")) if "place" in form.groups else None
        source = found.group("source") if "source" in form.groups else None
        agency = self.agencies.find(f"({source})") if source else None
        if form.source == "agency" and not agency and source not in self.outlets:
            return None
        if form.source == "any" and not agency and not _NOT_IN_SOURCE.isdisjoint(source or ""):
            return None
        if place is not None and not self._can_be_place(form, place):
            return None
        return Dateline(place, agency) if place or agency else None

    def _can_be_place(self, form: DatelineForm, place: str) -> bool:
        name = place.partition(",")[0].partition(" [")[0]
        if form.id == "capitals-colon":
            return place in self.colon_places
        if name in self.not_places or (name.isascii() and sum(map(str.isalpha, name)) < _MIN_PLACE_LETTERS):
            return False
        words = name.replace("/", " ").split()
        if not words or words[-1] in self.small_words:
            return False
        written = [word for word in words if word not in self.small_words]
        if form.capitals:
            return all(word.isupper() for word in written)
        return not any(word[0].islower() for word in written)


def parse_datelines(text: str, agencies: Agencies) -> Datelines:
    """Dateline forms from the text of ``datelines.toml``, each held against its own examples.

    Raises:
        DatelineError: the text is not TOML, a form lacks a key or has an unknown one, a pattern is not RE2, or an
            example does not come out as it says.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DatelineError(f"datelines: not valid TOML ({error}); mend the file") from error
    pieces = data.get("pieces", {})
    forms = tuple(_form(entry, pieces) for entry in data.get("form", []))
    if not forms:
        raise DatelineError("datelines: no [[form]] entry; the file must list at least one")
    words = {key: frozenset(data.get(key, ())) for key in _WORD_LISTS}
    datelines = Datelines(forms=forms, agencies=agencies, **words)
    for form in forms:
        _hold_against_examples(datelines, form)
    return datelines


def _openings(text: str) -> list[str]:
    """The openings of the first lines with text, without splitting the whole text."""
    start = 0
    lines: list[str] = []
    while len(lines) < MAX_LINES and start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end > start:
            lines.append(text[start : min(end, start + MAX_OPENING)])
        start = end + 1
    return lines


def _tidy(place: str) -> str:
    """A place without the marks after it; the stop of a state's abbreviation stays: ``DES MOINES, Ia.``."""
    return place.strip(" ,") if "," in place else place.strip(" ,.")


def _form(entry: Mapping[str, Any], pieces: Mapping[str, str]) -> DatelineForm:
    name = entry.get("id", "(without id)")
    if entry.keys() != _REQUIRED:
        raise DatelineError(f"dateline form {name!r}: the keys must be {', '.join(sorted(_REQUIRED))}")
    if entry["source"] not in get_args(SourceNeed):
        raise DatelineError(f"dateline form {name!r}: source {entry['source']!r} is not one of agency, any, none")
    pattern = _expanded(name, entry["pattern"], pieces)
    try:
        compiled = re2.compile(pattern)
    except re2.error as error:
        raise DatelineError(f"dateline form {name!r}: the pattern is not RE2 ({error})") from error
    groups = frozenset(compiled.groupindex)
    if not groups or not groups <= _GROUPS:
        raise DatelineError(f"dateline form {name!r}: the groups must be place, source or both, not {sorted(groups)}")
    examples = tuple((line, place, agency) for line, place, agency in entry["match"])
    return DatelineForm(
        id=name,
        pattern=compiled,
        groups=groups,
        needs=tuple(entry["needs"]),
        capitals=entry["capitals"],
        source=entry["source"],
        match=examples,
        no_match=tuple(entry["no_match"]),
    )


def _expanded(name: str, pattern: str, pieces: Mapping[str, str]) -> str:
    def piece(found: re.Match[str]) -> str:
        if (key := found.group(1)) in _GROUPS:
            return found.group()
        if key not in pieces:
            raise DatelineError(f"dateline form {name!r}: no piece <{key}>; add it under [pieces]")
        return f"(?:{_expanded(name, pieces[key], pieces)})"

    return _PIECE.sub(piece, pattern)


def _hold_against_examples(datelines: Datelines, form: DatelineForm) -> None:
    for line, place, agency in form.match:
        expected = Dateline(place or None, agency or None)
        if (found := datelines.find(line)) != expected:
            raise DatelineError(f"dateline form {form.id!r}: {line!r} must give {expected} but gives {found}")
    for line in form.no_match:
        if found := datelines.find(line):
            raise DatelineError(f"dateline form {form.id!r}: {line!r} must have no dateline but gives {found}")
