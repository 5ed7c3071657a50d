"""Bring a database's schema up to date: numbered SQL files, each applied once and recorded in the same transaction.

A migration that has been released is never changed; a change of schema is a new file. What the tables mean stands in
the SQL.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources

from warehouse.connection import Connection
from warehouse.errors import NotAWarehouse, SchemaMismatch

_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Hex digest of the SQL."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def packaged_migrations() -> tuple[Migration, ...]:
    """The migrations of this program, in order of number, from ``warehouse/migrations``."""
    folder = resources.files("warehouse") / "migrations"
    named = ((_FILE_NAME.fullmatch(file.name), file) for file in folder.iterdir())
    found = [Migration(int(name[1]), name[2], file.read_text("utf-8")) for name, file in named if name]
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(connection: Connection, migrations: Sequence[Migration] | None = None) -> list[str]:
    """Apply what is missing; returns the names of the migrations applied, none when all was there.

    Raises:
        NotAWarehouse: the database has tables, but none of ours.
        SchemaMismatch: the database is newer than this program, or has another history.
    """
    wanted = packaged_migrations() if migrations is None else migrations
    applied = _applied(connection)
    _check_history(connection, wanted, applied)
    missing = [migration for migration in wanted if migration.number not in applied]
    for migration in missing:
        _apply(connection, migration)
    return [migration.name for migration in missing]


def check_schema(connection: Connection) -> None:
    """Make sure that a database opened for reading has exactly this program's schema.

    Raises:
        NotAWarehouse: the database has none of our tables.
        SchemaMismatch: the database is newer or older than this program, or has another history.
    """
    wanted, applied = packaged_migrations(), _applied(connection)
    if not applied:
        raise NotAWarehouse(f"{connection.path}: Copydesk did not make this database. Name another file.")
    _check_history(connection, wanted, applied)
    if len(applied) < len(wanted):
        raise SchemaMismatch(
            f"{connection.path}: the database was made by an older Copydesk. The next run brings it up to date."
        )


def identity(connection: Connection) -> dt.datetime | None:
    """What a warehouse and its published copies have in common, and no other warehouse has; None before it is made.

    The moment, to the microsecond, at which its first migration was applied. A published copy that is made into a
    warehouse again, to restore it, keeps it.

    Raises:
        NotAWarehouse: the database has tables, but none of ours.
    """
    if not _applied(connection):
        return None
    made_at: dt.datetime = connection.rows("SELECT applied_at FROM migrations ORDER BY number LIMIT 1")[0][0]
    return made_at


def _applied(connection: Connection) -> dict[int, tuple[str, str]]:
    """Name and digest of each migration that the database has had, by number."""
    tables = {name for (name,) in connection.rows("SELECT table_name FROM duckdb_tables() WHERE NOT internal")}
    if "migrations" in tables:
        return {row[0]: (row[1], row[2]) for row in connection.rows("SELECT number, name, sha256 FROM migrations")}
    if tables:
        raise NotAWarehouse(
            f"{connection.path}: Copydesk did not make this database; it has {_listed(tables)}. Name another file."
        )
    return {}


def _check_history(connection: Connection, wanted: Iterable[Migration], applied: dict[int, tuple[str, str]]) -> None:
    known = {migration.number: migration for migration in wanted}
    newer = sorted(applied.keys() - known.keys())
    if newer:
        raise SchemaMismatch(
            f"{connection.path}: the database was made by a newer Copydesk (migration {newer[-1]:04d}, this one knows "
            f"{max(known, default=0):04d}). Upgrade Copydesk."
        )
    for number, (name, sha256) in sorted(applied.items()):
        if known[number].sha256 != sha256:
            raise SchemaMismatch(
                f"{connection.path}: migration {number:04d}_{name} is not the one that this database was made with. "
                f"Use the Copydesk that made it, or begin a new database."
            )


def _apply(connection: Connection, migration: Migration) -> None:
    with connection.transaction():
        connection.execute(migration.sql)
        connection.execute(
            "INSERT INTO migrations BY NAME "
            "SELECT $number AS number, $name AS name, $sha256 AS sha256, now() AS applied_at",
            {"number": migration.number, "name": migration.name, "sha256": migration.sha256},
        )


def _listed(names: Iterable[str]) -> str:
    first, *others = sorted(names)
    return f"a table {first!r}" + (f" and {len(others)} more" if others else "")
