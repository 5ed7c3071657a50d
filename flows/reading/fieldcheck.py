"""Whether rows have the fields that a person mapped, and a text at all: looked at before anything is read.

Which field states which fact is decided in :mod:`flows.reading.fields`, and files are opened by the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.reading.documents import Outcome
from flows.reading.fields import FieldMapper, Plan, Row, listed
from flows.reading.options import InputError, ReadOptions
from transforms.errors import did_you_mean

LOOKED_AT_ROWS = 1000
"""Of each file: objects leave out what they have no value for, and of a thousand one has it."""
LOOKED_AT_BYTES = 16 << 20
LOOKED_AT_FILES = 1000
"""Of one input, for one misspelt name would otherwise have every file of a large folder opened twice."""

_MAX_NAMES = 10_000
"""Field names that are remembered; a table has some tens."""
_MAX_DEPTH = 4


class NotingMapper(FieldMapper):
    """Maps rows as usual, and notes which fields they have."""

    def __init__(self, options: ReadOptions) -> None:
        super().__init__(options)
        self._deep = any("." in name for name in options.field_map.values())
        self.names: dict[str, None] = {}
        """Fields in the order they were met; those inside objects with a dotted name."""
        self.has_rows = False
        self.has_text = False
        """Whether some row has a field for its text."""
        self.open_ended = False
        """Whether rows further on may have other fields: those of JSON, not those of a table."""

    def plan(self, names: tuple[str, ...], nested: tuple[tuple[str, ...], ...] = ()) -> Plan:
        """Where the facts stand in rows with these fields."""
        found = super().plan(names, nested)
        self.has_rows = True
        self.has_text |= bool(found.text or found.html)
        self._note(names)
        return found

    def plan_of(self, row: Row) -> Plan:
        """Where the facts stand in this one row."""
        self.open_ended = True
        return super().plan_of(row)

    def document(self, row: Row, plan: Plan, origin: str, number: int, raw: bytes = b"") -> Outcome:
        """The document that a row states."""
        if self._deep:
            self._note(_dotted(row))
        return super().document(row, plan, origin, number, raw)

    def add(self, other: NotingMapper) -> None:
        """Take over what another one has noted, of the next file."""
        self._note(other.names)
        self.has_rows |= other.has_rows
        self.open_ended |= other.open_ended

    def missing(self) -> dict[str, str]:
        """Fact and field of what is mapped and was not met."""
        return {fact: name for fact, name in self.options.field_map.items() if name not in self.names}

    def _note(self, names: Any) -> None:
        for name in names:
            if len(self.names) >= _MAX_NAMES:
                return
            self.names[name] = None


def judge_file(name: str, met: NotingMapper) -> None:
    """Refuse a file that was named by itself and has no text field.

    Raises:
        InputError: with the fields that are there.
    """
    if met.has_rows and not met.has_text:
        raise InputError(f"{name}: {met.missing_text(met.names)}")


def judge_map(met: NotingMapper) -> tuple[str, ...]:
    """Refuse mapped fields that no row has; ``met`` is what was noted of all files.

    A field that objects further on may have is let pass, unless it is the text or one is there that is written alike.

    Returns:
        A sentence about each field that was let pass.

    Raises:
        InputError: with the fields that are there.
    """
    if not met.has_rows:
        return ()
    passed = []
    for fact, name in met.missing().items():
        guess = did_you_mean(name, met.names)
        found = f"no row has a field {name!r} (--map {fact}={name}, or field_map in the settings)"
        if guess or not met.open_ended or fact in ("text", "html"):
            raise InputError(f"{found}: {guess + ' ' if guess else ''}fields that are there: {listed(met.names)}")
        passed.append(f"{found} among the first that were looked at")
    return tuple(passed)


def _dotted(row: Row, before: str = "", depth: int = _MAX_DEPTH) -> Iterator[str]:
    """The names of fields inside the objects of a row, with the names of the objects before them."""
    for name, value in row.items():
        if before:
            yield f"{before}{name}"
        if depth and isinstance(value, dict):
            yield from _dotted(value, f"{before}{name}.", depth - 1)
