"""Imported ratings in the warehouse: one set replaces the set of its name, in one transaction.

How files of ratings are read belongs to :mod:`transforms.credibility.ratings`, what ratings are worth to
:mod:`transforms.score`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from transforms.records import Rating, to_table
from warehouse.connection import Connection
from warehouse.named import statement
from warehouse.rows import from_table, valid_text


@dataclass(frozen=True, slots=True)
class RatingImport:
    """One file of ratings on its way in."""

    rating_set: str
    format: str
    origin: str
    """File or URL."""
    sha256: str
    ratings: Sequence[Rating]
    refused: int
    """Rows that no rating was made from."""


@dataclass(frozen=True, slots=True)
class RatingSetRow:
    """One imported set."""

    rating_set: str
    families: tuple[str, ...]
    ratings: int
    with_articles: int
    """Ratings of sources that have articles here."""
    rated_on: dt.date | None
    licence: str | None
    link: str | None
    origin: str | None
    refused: int | None
    imported_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A source that families judge differently."""

    source: str
    lowest_family: str
    lowest_label: str
    lowest_quality: float
    highest_family: str
    highest_label: str
    highest_quality: float
    difference: float
    families: int


class RatingReads:
    """Named reads of ratings; see :class:`warehouse.credibility.Credibility`."""

    _connection: Connection

    def rating_sets(self) -> list[RatingSetRow]:
        """The imported sets, by name."""
        return from_table(self._connection.table(statement("credibility/rating_sets")), RatingSetRow)

    def ratings_of(self, sources: Sequence[str]) -> list[Rating]:
        """Every rating of these sources."""
        wanted = pa.table({"source": pa.array(sources, pa.string())})
        with self._connection.incoming(wanted=wanted):
            return from_table(self._connection.table(statement("credibility/ratings_of")), Rating)

    def ratings_in(self, rating_set: str) -> list[Rating]:
        """Every rating of this set."""
        table = self._connection.table(statement("credibility/ratings_in"), {"rating_set": rating_set})
        return from_table(table, Rating)

    def rating_conflicts(self, limit: int) -> list[ConflictRow]:
        """Sources that families judge differently, the widest apart first."""
        return from_table(self._connection.table(statement("credibility/conflicts"), {"limit": limit}), ConflictRow)


def load_ratings(connection: Connection, incoming: RatingImport, imported_at: dt.datetime) -> None:
    """Put a set in the place of the one of its name, and mark the sources of both for scoring; all or nothing."""
    names = {"rating_set": incoming.rating_set}
    facts: dict[str, Any] = {
        **names,
        "format": incoming.format,
        "origin": valid_text(incoming.origin),
        "sha256": incoming.sha256,
        "ratings": len(incoming.ratings),
        "refused": incoming.refused,
        "imported_at": imported_at,
    }
    with connection.incoming(incoming_ratings=to_table(incoming.ratings, Rating)), connection.transaction():
        connection.execute(statement("credibility/mark_rated"), names)
        connection.execute(statement("credibility/forget_ratings"), names)
        connection.execute(statement("credibility/load_ratings"), {"imported_at": imported_at})
        connection.execute(statement("credibility/record_import"), facts)
