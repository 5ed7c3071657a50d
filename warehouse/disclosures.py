"""What sources disclose, in the warehouse: rows added from the files of sites, and the sheet of a source.

What documents disclose is added where they are loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.records import to_table
from warehouse.connection import Connection
from warehouse.named import statement
from warehouse.reader import Reader
from warehouse.rows import from_table, valid_text


@dataclass(frozen=True, slots=True)
class SourceDisclosure:
    """A fact that a source discloses, over time; the row of table ``source_disclosures``."""

    source: str
    fact: str
    value: str
    place: str
    quote: str
    first_seen_at: dt.datetime
    last_seen_at: dt.datetime
    documents: int
    """Loaded documents that declare it; 0 where only a file of the site does."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of view ``source_sheet``."""

    source: str
    part: str
    """``disclosure`` or ``practice``."""
    fact: str
    value: str
    place: str
    quote: str
    first_seen_at: dt.datetime | None
    last_seen_at: dt.datetime | None
    documents: int
    is_past: bool


def add_disclosures(connection: Connection, rows: Sequence[SourceDisclosure]) -> None:
    """Add what the files of a site disclose; what is there already is seen once more. Safe to repeat."""
    storable = [
        SourceDisclosure(
            row.source,
            row.fact,
            valid_text(row.value),
            row.place,
            valid_text(row.quote),
            row.first_seen_at,
            row.last_seen_at,
            row.documents,
        )
        for row in rows
    ]
    table = to_table(storable, SourceDisclosure)
    with connection.incoming(incoming_disclosures=table), connection.transaction():
        connection.execute(statement("add_disclosures"))


def sheet_of(reader: Reader, source: str) -> list[SheetRow]:
    """Everything that is known of how a source presents itself and how its articles are made."""
    return from_table(reader._connection.table(statement("sheet_of"), {"source": source}), SheetRow)
