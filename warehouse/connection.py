"""One open database file: settings, statements, transactions, and DuckDB's errors told in our words.

The only module that imports duckdb. What the tables are and what is written to them does not belong here.

The file is attached to an in-memory instance rather than opened as the main database, because only ``ATTACH`` takes a
storage version and a row group size.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

import duckdb
import pyarrow as pa

from transforms.errors import did_you_mean
from warehouse.errors import NotAWarehouse, QueryError, WarehouseBusy, WarehouseError, WarehouseFull
from warehouse.files import private_files

STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that can read what we write. DuckDB 2.0's own format is refused by every 1.x client."""

ROW_GROUP_SIZE = 4096
"""Rows per row group. Below the 5,000 articles of a batch, so that most of a load is written straight to its place.

DuckDB's 122,880 would be 800 MB of article text, rewritten by every checkpoint until it is full. Measured on 22,441
articles in batches of 5,000: 2.7 s CPU for loading and publishing and 5% of the file unused, against 3.8 s and 40%.
"""

CHECKPOINT_THRESHOLD = "64MB"
"""Log size that starts a checkpoint: every second batch of 5,000 articles, where the usual 16 MB makes it every one."""

_WRITABLE = f"TYPE duckdb, STORAGE_VERSION '{STORAGE_VERSION}', ROW_GROUP_SIZE {ROW_GROUP_SIZE}"

_MIN_MEGABYTES = 64

Parameters = Mapping[str, Any]
QueryParameters = Parameters | Sequence[Any]

_UNKNOWN_TABLE = re.compile(r"Table with name (.{1,200}?) does not exist")
_FILE_NAME = re.compile(r"[/\\]|\.[a-z]+$")
_NO_FILES = (
    "A query sees the published database and nothing else of this machine. To join files of your own, open the "
    "published database with a DuckDB client."
)
_REFUSALS = (
    ("file system operations are disabled", _NO_FILES),
    ("external extensions is disabled", _NO_FILES),
    ("configuration has been locked", "Settings cannot be changed by a query."),
    ("attached in read-only mode", "The published database is only read; runs write to the other one."),
)
"""Parts of DuckDB's refusal of a query, and what to tell beside it."""


@dataclass(slots=True)
class Answer:
    """What a query answers, to be taken once."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    """What was not taken yet."""

    def table(self, limit: int | None = None) -> pa.Table:
        """The first ``limit`` rows, or all."""
        return pa.Table.from_batches(self.first(limit), schema=self.schema)

    def first(self, limit: int | None) -> Iterator[pa.RecordBatch]:
        """The first ``limit`` rows, or all, piece by piece; no more of the query is run than they need."""
        missing = limit
        while missing is None or missing > 0:
            batch = next(self.batches, None)
            if batch is None:
                return
            if missing is None:
                yield batch
                continue
            if batch.num_rows > missing:
                self.batches = itertools.chain([batch.slice(missing)], self.batches)
            yield batch.slice(0, missing)
            missing -= batch.num_rows


@dataclass(frozen=True, slots=True)
class WarehouseOptions:
    """What the database may use of the machine.

    Raises:
        ValueError: a limit too small to work with.
    """

    memory_megabytes: int = 400
    """For DuckDB's buffers; Arrow tables handed in are not counted."""
    threads: int = 2
    spill: bool = True
    """Whether work that does not fit in memory may go to files, in a folder beside the database file."""

    def __post_init__(self) -> None:
        if self.memory_megabytes < _MIN_MEGABYTES:
            raise ValueError(f"memory_megabytes = {self.memory_megabytes}: DuckDB needs at least {_MIN_MEGABYTES}")
        if self.threads < 1:
            raise ValueError(f"threads = {self.threads}: at least 1 is needed")


class Connection:
    """A database file held open, by one thread at a time.

    Nothing else in the process may open and close the file while a writer holds it: DuckDB's lock is a POSIX lock, and
    closing *any* descriptor of the file drops it for the whole process. :meth:`hold_file` is the way to read its bytes.
    """

    def __init__(
        self, path: Path, options: WarehouseOptions, *, read_only: bool, spill_folder: Path | None = None
    ) -> None:
        """Open ``path``, which is made when it is not there and ``read_only`` is not set.

        Raises:
            WarehouseBusy: another process, or another connection of this one, has the file.
            NotAWarehouse: the file is no DuckDB database, or of a newer storage version.
            WarehouseError: the file cannot be opened for another reason.
        """
        self.path = path
        self._held: BinaryIO | None = None
        folder = spill_folder or path.with_name(path.name + ".tmp")
        self._duckdb = duckdb.connect(":memory:", config=_settings(options, folder))
        self._closing = ExitStack()
        if not read_only:
            self._closing.enter_context(private_files())
        mode = "TYPE duckdb, READ_ONLY" if read_only else _WRITABLE  # else a JSON or CSV file is taken for a database
        try:
            self.execute("SET TimeZone = 'UTC'")
            self.execute(f"ATTACH {_quoted(str(path))} AS warehouse ({mode})")
            self.execute("USE warehouse")
        except WarehouseError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; more calls do nothing."""
        try:
            with _told(self.path):
                self._duckdb.close()
        finally:
            if self._held is not None:
                self._held.close()
                self._held = None
            self._closing.close()

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run a statement; returns how many rows an insert, update, merge or delete touched, else 0."""
        with _told(self.path):
            rows = self._duckdb.execute(sql, parameters or {}).fetchall()
        return int(rows[0][0]) if rows and isinstance(rows[0][0], int) else 0

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query as Python values."""
        with _told(self.path):
            return self._duckdb.execute(sql, parameters or {}).fetchall()

    def table(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        """All rows of a query as an Arrow table."""
        with _told(self.path):
            return self._duckdb.sql(sql, params=parameters or {}).to_arrow_table()

    def batches(self, sql: str, parameters: Parameters | None = None, size: int = 1000) -> Iterator[pa.RecordBatch]:
        """The rows of a query piece by piece; no other statement may run until the last one was taken."""
        with _told(self.path):
            yield from self._duckdb.sql(sql, params=parameters or {}).to_arrow_reader(size)

    @contextmanager
    def incoming(self, **tables: pa.Table) -> Iterator[None]:
        """Make Arrow tables readable by SQL under their keyword names, without a copy."""
        try:
            for name, table in tables.items():
                self._duckdb.register(name, table)
            yield
        finally:
            for name in tables:
                self._duckdb.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside are kept together, or none of them when an exception leaves the block."""
        self.execute("BEGIN TRANSACTION")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:  # an interrupt too must keep nothing of a half transaction
            self._roll_back()
            raise

    def checkpoint(self) -> None:
        """Bring everything committed into the database file itself, so that a copy of the file has it."""
        self.execute("CHECKPOINT warehouse")

    @contextmanager
    def copied_to(self, path: Path) -> Iterator[None]:
        """A new database at ``path`` with the same tables and rows, on the disk; the block may move it.

        Both files are locked until the connection is closed, which is all that can be done with it after the block.

        Raises:
            WarehouseError: the copy cannot be made, or has not the same rows.
        """
        self.execute(f"ATTACH {_quoted(str(path))} AS copied ({_WRITABLE})")
        self.execute("COPY FROM DATABASE warehouse TO copied")
        self.execute("CHECKPOINT copied")
        if self._row_counts("warehouse") != self._row_counts("copied"):
            raise WarehouseError(f"{self.path}: its copy has not the same rows. This is a defect; please report it.")
        yield
        self.execute("USE copied")
        self.execute("DETACH warehouse")

    def hold_file(self) -> BinaryIO:
        """The database file open for reading bytes, at its start; kept open until :meth:`close` to keep the lock."""
        if self._held is None:
            self._held = self.path.open("rb")
        self._held.seek(0)
        return self._held

    def lock_down(self, writable: Path | None = None) -> None:
        """Forbid every file but the database and those in the folder ``writable``, and every change of a setting."""
        if writable is not None:
            self.execute("SET allowed_directories = $folders", {"folders": [str(writable)]})
        self.execute("SET enable_external_access = false")
        self.execute("SET lock_configuration = true")

    def ask(self, sql: str, size: int = 1000, parameters: QueryParameters | None = None) -> Answer:
        """The answer to somebody's own query, piece by piece; no other statement may run until the last was taken.

        Args:
            sql: the query.
            size: rows of a piece.
            parameters: by name for ``$name`` in the query, or in order for ``?``.

        Raises:
            QueryError: DuckDB refused the query; also while pieces are taken.
        """
        with self._query_told():
            # None for statements without an answer, other than the stubs say.
            relation = cast("duckdb.DuckDBPyRelation | None", self._duckdb.sql(sql, params=parameters or None))
            if relation is None:
                return Answer(pa.schema([]), iter(()))
            reader = relation.to_arrow_reader(size)
        return Answer(reader.schema, self._pieces(reader))

    def columns_of(self, sql: str) -> list[str]:
        """The columns that the answer to one query has; it is not run.

        Raises:
            QueryError: DuckDB refused it, or it is not one query.
        """
        with self._query_told():
            return self._duckdb.sql(_one_query(sql)).columns

    def copy_out(self, sql: str, target: Path, options: str) -> int:
        """Write the answer to somebody's own query to ``target``, as the options of ``COPY`` say; returns its rows.

        Raises:
            QueryError: DuckDB refused the query, or it is not one query.
            WarehouseFull: there is no room for the answer.
        """
        # COPY takes no relation and no parameter for its query. A text that DuckDB's own parser took for one whole
        # query cannot end the parentheses around it; the line break ends a comment.
        with self._query_told(), _told(self.path, (duckdb.FatalException,)):
            copy = f"COPY (\n{_one_query(sql)}\n) TO {_quoted(str(target))} ({options})"
            return int(self._duckdb.execute(copy).fetchall()[0][0])

    def _row_counts(self, database: str) -> dict[str, int]:
        sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = $database"
        names = [name for (name,) in self.rows(sql, {"database": database})]
        return {name: self.rows(f"SELECT count(*) FROM {database}.{name}")[0][0] for name in names}  # noqa: S608  (our own names)

    def _pieces(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        with self._query_told():
            yield from reader

    @contextmanager
    def _query_told(self) -> Iterator[None]:
        try:
            yield
        except (duckdb.Error, pa.ArrowException) as error:
            raise QueryError(self._refusal(str(error))) from error

    def _refusal(self, message: str) -> str:
        """Why a query was refused, with what to do about it where that can be told."""
        unknown = _UNKNOWN_TABLE.search(message)
        if unknown and _FILE_NAME.search(unknown[1]) is None:
            known = "SELECT name FROM (SHOW ALL TABLES) WHERE database = 'warehouse'"
            guess = did_you_mean(unknown[1], [row[0] for row in self._duckdb.execute(known).fetchall()])
            found = f"there is no table or view {unknown[1]}" + (f"; {guess}" if guess else ".")
            return f'{found}\nAll of them: copydesk sql "SHOW TABLES"'
        remedy = _NO_FILES if unknown else next((told for mark, told in _REFUSALS if mark in message), None)
        return f"{message}\n{remedy}" if remedy else message

    def _roll_back(self) -> None:
        try:
            self._duckdb.execute("ROLLBACK")
        except duckdb.Error:
            # After a failed COMMIT there is no transaction left to roll back, and the first error is the one to tell.
            return


def _settings(options: WarehouseOptions, spill_folder: Path) -> dict[str, Any]:
    return {
        "memory_limit": f"{options.memory_megabytes}MB",
        "threads": options.threads,
        "temp_directory": str(spill_folder) if options.spill else "",
        "checkpoint_threshold": CHECKPOINT_THRESHOLD,
        # No word to the network, and no Python variable of ours taken for a table.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """A name of a table or column as it stands in SQL."""
    return '"' + name.replace('"', '""') + '"'


@cache
def parameters_of(sql: str) -> frozenset[str]:
    """The names of a statement's parameters, without their ``$``, as DuckDB's own parser finds them."""
    return frozenset(name for one in duckdb.extract_statements(sql) for name in one.named_parameters)


def statements_of(sql: str) -> list[str]:
    """The statements of a text, each for itself; the whole text where DuckDB cannot read it, which then says why."""
    try:
        return [one.query for one in duckdb.extract_statements(sql)] or [sql]
    except duckdb.Error:
        return [sql]


def _one_query(sql: str) -> str:
    """The query without a semicolon at its end.

    Raises:
        QueryError: it is more or less than one, or something else than a query.
    """
    statements = duckdb.extract_statements(sql)
    if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
        raise QueryError("this takes one query, such as SELECT ... or FROM ...: nothing else, and not several.")
    return statements[0].query.strip().rstrip(";")


@contextmanager
def _told(path: Path, faults: tuple[type[duckdb.Error], ...] | None = None) -> Iterator[None]:
    """Tell DuckDB's errors of machine, file and lock in our words; errors of SQL are bugs and pass as they are."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error
        raise
    except duckdb.Error as error:
        told = _in_our_words(path, error, _MACHINE_FAULTS if faults is None else faults)
        if told is None:
            raise
        raise told from error


def _in_our_words(path: Path, error: duckdb.Error, faults: tuple[type[duckdb.Error], ...]) -> WarehouseError | None:
    message = str(error)
    for marks, kind, remedy in _REMEDIES:
        if any(mark in message for mark in marks):
            return kind(f"{path}: {remedy}\n{message}")
    return WarehouseError(f"{path}: {message}") if isinstance(error, faults) else None


_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C."""

_MACHINE_FAULTS = (duckdb.IOException, duckdb.PermissionException, duckdb.FatalException)

_REMEDIES: tuple[tuple[tuple[str, ...], type[WarehouseError], str], ...] = (
    (
        ("Could not set lock", "already attached", "Unique file handle conflict"),
        WarehouseBusy,
        "the database is in use. Wait until the other run has ended, or close the program that holds it; "
        "for reading, use the published database, which never blocks a run.",
    ),
    (
        ("not a valid DuckDB database", "Is a directory"),
        NotAWarehouse,
        "this is not a database. Name another file, or move this one away to begin a new warehouse.",
    ),
    (
        ("Trying to read a database file with version number", "storage version of an existing database"),
        NotAWarehouse,
        "the file has a newer DuckDB storage version than Copydesk writes. Name another file.",
    ),
    (
        ("database does not exist", "No such file or directory"),
        WarehouseError,
        "there is no database here yet. A run makes and publishes it.",
    ),
    (
        ("No space left on device", "Disk quota exceeded", "File too large", "max_temp_directory_size"),
        WarehouseFull,
        "the disk is full, or a limit on the size of files is reached. What was committed before is safe; free some "
        "space or raise the limit, and run the same command again.",
    ),
    (
        ("Out of Memory", "could not allocate", "failed to allocate", "failed to pin block"),
        WarehouseFull,
        "the memory limit is too small for this. What was committed before is safe. Raise the setting "
        "database_megabytes.",
    ),
    (
        ("database has been invalidated",),
        WarehouseError,
        "an earlier error made this connection unusable; what was committed is safe. Open the database again.",
    ),
)
"""Parts of DuckDB's message, the error that they mean to us, and what to do."""
