"""Hints: wordings that speak for junk without proving it, read from a data file; columns of the line model.

A hint never cuts anything. What proves junk alone is a rule of a pack (``rules``); what hints are worth is learned and
belongs to ``line_model``.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import re2

from transforms.errors import DataFileError
from transforms.junk.automata import options, search_set

HINTS_PER_AUTOMATON = 12
"""Two automata whose states fit their memory read a line in 5 us; one of all takes 7, and 13 where memory is short."""

_KEYS = frozenset({"id", "says", "pattern", "like", "unlike"})


class HintError(DataFileError):
    """The file is wrong; the message names the hint, the key and the remedy."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One wording as the file gives it."""

    id: str
    says: str
    """What a cut's reason tells a person."""
    pattern: str
    """RE2, searched in the line."""
    like: tuple[str, ...]
    unlike: tuple[str, ...]


class Hints:
    """Compiled hints, in the file's order; :func:`parse_hints` makes them. Immutable, safe to share between threads."""

    __slots__ = ("_sets", "hints", "version")

    def __init__(self, hints: tuple[Hint, ...], version: str) -> None:
        self.hints = hints
        self.version = version
        """Short hash of the file's text: a model holds for the hints that it was trained with."""
        starts = range(0, len(hints), HINTS_PER_AUTOMATON)
        self._sets = [
            (start, search_set(hint.pattern for hint in hints[start : start + HINTS_PER_AUTOMATON])) for start in starts
        ]

    def of(self, line: str) -> tuple[float, ...]:
        """1.0 for each hint that the line gives, else 0.0."""
        values = [0.0] * len(self.hints)
        data = line.encode("utf-8", "replace")
        for start, patterns in self._sets:
            for index in patterns.Match(data) or ():
                values[start + index] = 1.0
        return tuple(values)


def parse_hints(text: str) -> Hints:
    """The hints of a TOML text of ``[[hint]]`` entries with the keys of :class:`Hint`.

    Raises:
        HintError: the text is not TOML; a key is missing or unknown; an id is given twice; RE2 refuses a pattern; an
            example does not come out as it should.
    """
    try:
        entries = tomllib.loads(text).get("hint", [])
    except tomllib.TOMLDecodeError as error:
        raise HintError(f"hints: not valid TOML ({error}); mend the file") from error
    read = tuple(_read_hint(entry) for entry in entries)
    names = [hint.id for hint in read]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise HintError(f"hint {twice[0]!r}: id is used twice; give one of them another")
    hints = Hints(read, hashlib.sha256(text.encode("utf-8")).hexdigest()[:12])
    for index, hint in enumerate(read):
        _hold_against_examples(hints, index, hint)
    return hints


def _read_hint(entry: Mapping[str, Any]) -> Hint:
    if wrong := sorted(_KEYS ^ entry.keys()):
        raise HintError(f"hint {entry.get('id')!r}: {wrong[0]} is missing or not known; it has {sorted(_KEYS)}")
    try:
        re2.compile(entry["pattern"], options=options())
    except re2.error as error:
        raise HintError(f"hint {entry['id']!r}: pattern is refused by RE2 ({error}); mend it") from error
    return Hint(entry["id"], entry["says"], entry["pattern"], tuple(entry["like"]), tuple(entry["unlike"]))


def _hold_against_examples(hints: Hints, index: int, hint: Hint) -> None:
    for wanted, examples in ((True, hint.like), (False, hint.unlike)):
        for example in examples:
            if bool(hints.of(example)[index]) != wanted:
                verb = "is not taken" if wanted else "is taken"
                raise HintError(f"hint {hint.id!r}: example {example!r} {verb}; mend the pattern or the example")
