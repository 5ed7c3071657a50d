"""Writes the answer to a query, or a whole table, to files in a format that others read.

What is asked and where it goes is decided elsewhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from transforms.errors import did_you_mean
from warehouse.connection import WarehouseOptions, quoted_name
from warehouse.errors import ExportError, disk_error
from warehouse.files import sync_folder, unfinished_beside
from warehouse.jsonld import write_jsonld
from warehouse.markdown import write_markdown
from warehouse.reader import PublishedWarehouse

NOTE = "_export.json"
"""Says in an exported folder what it is; readers of data sets pass over names that begin so.

Only a folder that has it is ever replaced."""


TableFormat = Literal["parquet", "jsonl", "csv"]
"""Formats of rows; also the extension of the files."""
FileFormat = TableFormat | Literal["jsonld"]
"""Formats that a single file can have, by its extension; JSON-LD is for articles."""
ExportFormat = FileFormat | Literal["markdown"]
"""What an export is written as; Markdown is a folder with a file for each article."""

Purpose = Literal["ai-training", "research"]
"""A use of texts that must be permitted for them to be exported."""

_ISO_TIMES = "TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ'"
_OPTIONS: dict[TableFormat, str] = {
    # DuckDB's 122,880 rows would be 600 MB of article text in memory.
    "parquet": "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 8192",
    "jsonl": f"FORMAT json, {_ISO_TIMES}",
    "csv": f"FORMAT csv, HEADER, {_ISO_TIMES}",
}
_EXTENSIONS: tuple[FileFormat, ...] = (*_OPTIONS, "jsonld")
_PERMITTED: dict[Purpose, str] = {
    "ai-training": "SELECT doc_id FROM article_rights WHERE ai_training = 'permitted'",
    "research": "SELECT doc_id FROM article_rights WHERE research = 'permitted'",
}
_KNOWN_NAMES = "SELECT name FROM (SHOW ALL TABLES) WHERE database = 'warehouse' ORDER BY name"


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written where."""

    target: Path
    """A file, or a folder where the name has no extension of a format."""
    table: str = "articles"
    """A table or view; its name is the file's in a folder."""
    query: str | None = None
    """A query in place of the table."""
    format: ExportFormat | None = None
    """None: as the target's extension says, else Parquet."""
    partition_by: tuple[str, ...] = ()
    """Columns by whose values the rows go to folders, ``language=en/``; the files leave these columns out."""
    permitted_for: Purpose | None = None
    """Only rows of documents whose use for this is expressly permitted; view ``article_rights`` says which."""
    replace: bool = False
    """Whether a file, or a folder that was exported, may be replaced."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    target: Path
    format: ExportFormat
    rows: int
    files: int
    bytes: int


def export(published: Path, wanted: Export, options: WarehouseOptions | None = None) -> Exported:
    """Write an export; it appears under its name when it is whole, or not at all.

    Raises:
        ExportError: the target is there already, or is not what would be written; no such table or column.
        QueryError: DuckDB refused the query.
        WarehouseError: the database cannot be read, or the files cannot be written.
    """
    form, is_folder = _form(wanted)
    try:
        _check_target(wanted, is_folder)
        return _export(published, wanted, form, is_folder, options)
    except OSError as error:
        raise disk_error(wanted.target, error) from error


def _export(
    published: Path, wanted: Export, form: ExportFormat, is_folder: bool, options: WarehouseOptions | None
) -> Exported:
    target = wanted.target.parent.resolve() / wanted.target.name
    with unfinished_beside(target, "exporting") as unfinished:
        with PublishedWarehouse.open(published, options, writable=unfinished.parent) as warehouse:
            rows = _write(warehouse, wanted, form, unfinished, is_folder)
        files = [file for file in unfinished.rglob("*") if file.is_file()] if is_folder else [unfinished]
        size = sum(_to_disk(file) for file in files)
        if is_folder:
            _note(unfinished, wanted, rows)
        _put_in_place(unfinished, target, is_folder, wanted.replace)
    return Exported(wanted.target, form, rows, len(files), size)


def _form(wanted: Export) -> tuple[ExportFormat, bool]:
    """The format, and whether the target is a folder."""
    if wanted.format == "markdown":
        _check_markdown(wanted)
        return "markdown", True
    named = next((form for form in _EXTENSIONS if wanted.target.suffix.lower() == f".{form}"), None)
    if named is None and wanted.target.suffix and not wanted.target.is_dir():
        forms = ", ".join(f".{form}" for form in _EXTENSIONS)
        raise ExportError(
            f"{wanted.target}: {wanted.target.suffix} is none of the formats that are written: {forms}. "
            "A name without an extension makes a folder."
        )
    if wanted.partition_by and "jsonld" in (named, wanted.format):
        raise ExportError(f"{wanted.target}: a JSON-LD export has no partitions; leave --partition-by out.")
    if named is None:
        return wanted.format or "parquet", True
    if wanted.format not in (None, named):
        raise ExportError(f"{wanted.target}: the name says {named}, --format says {wanted.format}.")
    if wanted.partition_by:
        raise ExportError(f"{wanted.target}: an export with partitions is a folder; give a name without .{named}.")
    return named, False


def _check_markdown(wanted: Export) -> None:
    if wanted.target.suffix.lower() in (".md", *(f".{form}" for form in _EXTENSIONS)):
        raise ExportError(
            f"{wanted.target}: a Markdown export is a folder with a file for each article; name a folder."
        )
    if wanted.partition_by:
        raise ExportError(f"{wanted.target}: a Markdown export has no partitions; leave --partition-by out.")


def _check_target(wanted: Export, is_folder: bool) -> None:
    target = wanted.target
    if not target.name:
        raise ExportError(f"{target}: give the name of a file or folder to be made.")
    if not target.exists() and not target.is_symlink():
        return
    if target.is_dir() != is_folder:
        raise ExportError(f"{target}: this is a {'folder' if target.is_dir() else 'file'}. Give another name.")
    if not wanted.replace:
        raise ExportError(f"{target}: this is there already; --force replaces it.")
    if is_folder and any(target.iterdir()) and not (target / NOTE).exists():
        raise ExportError(f"{target}: this folder was not made by an export and is not replaced. Give another name.")


def _write(warehouse: PublishedWarehouse, wanted: Export, form: ExportFormat, unfinished: Path, is_folder: bool) -> int:
    sql = wanted.query if wanted.query is not None else f"FROM {quoted_name(_known_table(warehouse, wanted.table))}"
    if wanted.permitted_for:
        sql = _permitted(warehouse, sql, wanted.permitted_for)
    name = "query" if wanted.query is not None else wanted.table
    if form == "markdown":
        unfinished.mkdir()
        return write_markdown(warehouse, sql, unfinished)
    if is_folder:
        unfinished.mkdir()
    file = unfinished / f"{name}.{form}" if is_folder else unfinished
    if form == "jsonld":
        return write_jsonld(warehouse, sql, file)
    options = _OPTIONS[form]
    if not wanted.partition_by:
        return warehouse.copy_out(sql, file, options)
    columns = ", ".join(quoted_name(column) for column in _known_columns(warehouse, sql, wanted.partition_by))
    parts = f"PARTITION_BY ({columns}), FILENAME_PATTERN '{{i}}', FILE_EXTENSION '{form}', OVERWRITE_OR_IGNORE"
    return warehouse.copy_out(sql, unfinished, f"{options}, {parts}")


def _permitted(warehouse: PublishedWarehouse, sql: str, purpose: Purpose) -> str:
    """The rows whose documents may be used so; what nothing is said about stays behind, as what is declined does."""
    sql = sql.strip().rstrip(";")
    if "doc_id" not in warehouse.columns_of(sql):
        raise ExportError("--permitted-for needs a column doc_id, by which rights are known; add it to the query.")
    return f"SELECT * FROM ({sql}\n) WHERE doc_id IN ({_PERMITTED[purpose]})"  # noqa: S608  (the query is the user's)


def _known_table(warehouse: PublishedWarehouse, name: str) -> str:
    return _known(name, warehouse.query(_KNOWN_NAMES).column("name").to_pylist(), "table or view")


def _known_columns(warehouse: PublishedWarehouse, sql: str, wanted: Sequence[str]) -> list[str]:
    columns = warehouse.columns_of(sql)
    found = [_known(name, columns, "column") for name in dict.fromkeys(wanted)]
    if len(found) >= len(columns):
        raise ExportError("--partition-by takes every column: none would be left for the files.")
    return found


def _known(name: str, names: Sequence[str], kind: str) -> str:
    if name in names:
        return name
    guess = did_you_mean(name, names) or f"there are {', '.join(names)}"
    raise ExportError(f"there is no {kind} {name!r}; {guess}")


def _to_disk(file: Path) -> int:
    """Bring a file to the disk; returns its bytes."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
        return os.fstat(opened.fileno()).st_size


def _note(folder: Path, wanted: Export, rows: int) -> None:
    facts = {"exported_by": "copydesk", "table": None if wanted.query else wanted.table, "query": wanted.query}
    facts |= {"permitted_for": wanted.permitted_for} if wanted.permitted_for else {}
    values = facts | {"partition_by": list(wanted.partition_by), "rows": rows}
    (folder / NOTE).write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _put_in_place(unfinished: Path, target: Path, is_folder: bool, replace: bool) -> None:
    """A new name and a file in one step; a folder that is replaced in two, for no call swaps folders everywhere."""
    if is_folder and target.exists():
        target.rename(unfinished.with_name("replaced"))
    if replace or is_folder:
        unfinished.rename(target)
    else:
        # Other than a rename, a link is refused where somebody else made the file meanwhile.
        target.hardlink_to(unfinished)
    sync_folder(target.parent)
