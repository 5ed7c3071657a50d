"""Articles as Markdown files: a head of facts in YAML, the title, the standfirst, and the main text with its structure.

Which articles, and where the folder goes, is decided by the export.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transforms.text.structure import as_markdown_line, from_json, to_markdown
from warehouse.errors import ExportError

if TYPE_CHECKING:
    from warehouse.reader import PublishedWarehouse

REQUIRED = ("doc_id", "text")
HEAD = ("title", "authors", "published_on", "published_at", "modified_on", "publisher", "domain", "url", "language")
"""Columns whose values stand at the head of a file, where the rows have them."""

_SAFE_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON leaves as it is and YAML refuses or reads as a line break."""


def write_markdown(warehouse: PublishedWarehouse, sql: str, folder: Path) -> int:
    """Write a file for each row of a query, named by its ``doc_id``; returns the number of rows.

    Raises:
        ExportError: the rows have no ``doc_id`` and ``text``, or a ``doc_id`` that is no file name or that comes twice.
        QueryError: DuckDB refused the query, or it is not one query.
        OSError: a file cannot be written.
    """
    columns = warehouse.columns_of(sql)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise ExportError(f"Markdown is written from the columns {' and '.join(REQUIRED)}; {missing[0]} is missing.")
    count = 0
    for batch in warehouse.answer(sql).batches:
        for row in batch.to_pylist():
            _write(row, folder)
            count += 1
    return count


def _write(row: Mapping[str, Any], folder: Path) -> None:
    name = str(row["doc_id"])
    if not _SAFE_NAME.fullmatch(name):
        raise ExportError(f"doc_id {name[:100]!r} cannot be the name of a file; give letters, digits, - and _ only.")
    try:
        with (folder / f"{name}.md").open("x", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(_document(row))
    except FileExistsError as error:
        raise ExportError(f"doc_id {name!r} comes twice; a Markdown export has a file for each document.") from error


def _document(row: Mapping[str, Any]) -> str:
    """One article's file."""
    head = "".join(f"{name}: {_yaml(row[name])}\n" for name in ("doc_id", *HEAD) if row.get(name) not in (None, [], ""))
    title = f"# {as_markdown_line(row['title'])}\n\n" if row.get("title") else ""
    standfirst = f"*{as_markdown_line(row['standfirst'])}*\n\n" if row.get("standfirst") else ""
    text = str(row["text"] or "")
    return f"---\n{head}---\n\n{title}{standfirst}{to_markdown(text, from_json(row.get('blocks')))}"


def _yaml(value: str | Sequence[str] | dt.date) -> str:
    """A value in JSON, which is YAML where it holds no character that YAML refuses; a date as it is."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dt.date):
        return value.isoformat()
    written = json.dumps(value, ensure_ascii=False, default=str)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
