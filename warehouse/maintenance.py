"""Keeping the warehouse: what is too old pruned, the file compacted, the books and a sample looked at.

Nothing goes without a row that says what, how much and by which setting. How long things are kept, and when this is
done, is the caller's to say.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import zstandard

from warehouse.connection import Connection, WarehouseOptions
from warehouse.errors import disk_error
from warehouse.files import sync_folder, unfinished_beside
from warehouse.migrate import migrate
from warehouse.named import statement
from warehouse.quarantine import unpack_raw
from warehouse.store import Warehouse

Stored = Literal["raw documents", "revisions", "scores"]
"""What the database holds that may grow too old."""

RAW_AT_ONCE = 50
"""Raw documents that are in memory together; a page has some 300 KB."""

_CHECKS = ("ledger", "orphaned duplicates", "orphaned rows", "second look")
"""Verifications that are one query each, in ``queries/maintenance/verify``."""


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is too old of one sort: a row of table ``prunings``."""

    what: str
    setting: str
    older_than: dt.datetime
    pruned: int
    bytes: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what is wrong with it: a row of table ``verifications``."""

    verification: str
    examined: int
    problems: int
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of the database file, and those of them that hold nothing."""

    total: int
    free: int

    @property
    def free_share(self) -> float:
        """0 to 1."""
        return self.free / self.total if self.total else 0.0


class Maintenance:
    """The rows and queries of maintenance, over a warehouse that is open for writing."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._connection = warehouse._connection

    def begin(self, maintenance_id: str, started_at: dt.datetime) -> None:
        """Record that a maintenance begins, once; another that was never ended is marked as interrupted."""
        size = self._warehouse.path.stat().st_size
        with self._connection.transaction():
            self._connection.execute(statement("maintenance/interrupt"), {"maintenance_id": maintenance_id})
            names = {"maintenance_id": maintenance_id, "started_at": started_at, "bytes_before": size}
            self._connection.execute(statement("maintenance/begin"), names)

    def finish(self, maintenance_id: str, verifications: Sequence[Verification], finished_at: dt.datetime) -> None:
        """Record what was verified, and that the maintenance is done."""
        names = {"maintenance_id": maintenance_id}
        size = self._warehouse.path.stat().st_size
        with self._connection.transaction():
            for verification in verifications:
                sql = statement("maintenance/record_verification")
                self._connection.execute(sql, names | asdict(verification))
            times = {"finished_at": finished_at, "bytes_after": size}
            self._connection.execute(statement("maintenance/finish"), names | times)

    def old(self, what: Stored, setting: str, older_than: dt.datetime) -> Pruning:
        """What would be pruned; nothing is changed."""
        with self._going(what, setting, older_than) as pruning:
            return pruning

    def prune(self, maintenance_id: str, what: Stored, setting: str, older_than: dt.datetime) -> Pruning:
        """Take away what is older, and record it, in one transaction; nothing is recorded where nothing went."""
        with self._connection.transaction(), self._going(what, setting, older_than) as pruning:
            if pruning.pruned:
                self._connection.execute(statement(f"maintenance/prune/{_file(what)}"))
                self.record(maintenance_id, pruning)
        return pruning

    def record(self, maintenance_id: str, pruning: Pruning) -> None:
        """Record what is about to be taken away, or was in this transaction."""
        names = {"maintenance_id": maintenance_id} | asdict(pruning) | {"examples": list(pruning.examples)}
        self._connection.execute(statement("maintenance/record_pruning"), names)

    def space(self) -> Space:
        """The file's bytes, once everything that was committed is in it."""
        self._connection.checkpoint()
        return Space(*self._connection.rows(statement("maintenance/space"))[0])

    def checks(self) -> list[Verification]:
        """The books: whether the ledger balances, and whether every row is about something that is there."""
        sql = {name: statement(f"maintenance/verify/{_file(name)}") for name in _CHECKS}
        return [Verification(name, *self._connection.rows(query)[0]) for name, query in sql.items()]

    def sample_texts(self, limit: int, seed: str) -> list[tuple[str, str, str]]:
        """Document, main text and the digest written down for it, of articles chosen by ``seed``."""
        names = {"limit": limit, "seed": seed}
        return [(row[0], row[1], row[2]) for row in self._connection.rows(statement("maintenance/sample_texts"), names)]

    def raw_documents(self, limit: int, seed: str) -> Verification:
        """Whether quarantined documents, chosen by ``seed``, can be unpacked to the length that they had."""
        names = {"limit": limit, "seed": seed}
        examined, wrong = 0, []
        for batch in self._connection.batches(statement("maintenance/sample_raw_documents"), names, RAW_AT_ONCE):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            examined += batch.num_rows
            wrong += [doc_id for doc_id, *packed in rows if not _sound(doc_id, *packed)]
        example = f"document {wrong[0]} cannot be unpacked as it was read" if wrong else None
        return Verification("raw documents", examined, len(wrong), example)

    @contextmanager
    def _going(self, what: Stored, setting: str, older_than: dt.datetime) -> Iterator[Pruning]:
        """What is older, as a temporary table ``going`` that lives as long as the block."""
        self._connection.execute(statement(f"maintenance/old/{_file(what)}"), {"older_than": older_than})
        pruned, size, examples = self._connection.rows(statement("maintenance/going"))[0]
        yield Pruning(what, setting, older_than, pruned, size, tuple(examples))
        self._connection.execute("DROP TABLE going")


def compact(path: Path, options: WarehouseOptions) -> Space:
    """Write the database anew without its holes and put it in place of the old file in one step.

    DuckDB gives no space of a file back; a copy of its tables has none to give. Needs room for the copy meanwhile.

    Raises:
        WarehouseBusy: somebody else has it open.
        WarehouseFull: there is no room for the copy; the old file is still in its place.
        WarehouseError: the copy has not the same rows, or cannot be made for another reason.
    """
    try:
        with unfinished_beside(path, "compacting") as copy, Connection(path, options, read_only=False) as connection:
            migrate(connection)
            with connection.copied_to(copy):
                shutil.copymode(path, copy)
                copy.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise disk_error(path, error) from error
    with Warehouse.open(path, options) as warehouse:
        return Maintenance(warehouse).space()


def _file(name: str) -> str:
    return name.replace(" ", "_")


def _sound(doc_id: str, content: bytes, facts: str, size: int) -> bool:
    try:
        return len(unpack_raw(doc_id, content, facts).content) == size
    except (zstandard.ZstdError, ValueError, KeyError, TypeError):
        return False
