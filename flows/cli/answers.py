"""An answer to a query as text: for people as a table, for programs as CSV, JSON, JSON Lines or Markdown.

Every form is written piece by piece, so that its length does not decide the memory used. Asking does not belong here.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import decimal
import io
import itertools
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from flows.cli.output import printable

if TYPE_CHECKING:
    import pyarrow as pa

CELL = 60
"""Widest cell of a table that is not shown on a terminal."""

_LEAST_CELL = 8
_BETWEEN = "  "

Row = tuple[Any, ...]


class Format(StrEnum):
    """How the rows of an answer are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


def written(form: Format, schema: pa.Schema, batches: Iterable[pa.RecordBatch], width: int | None) -> Iterator[str]:
    """The answer in a form, in pieces; ``width`` is that of the terminal, where a table is for one."""
    pieces = (_rows(batch) for batch in batches)
    if form is Format.TABLE:
        return _table(schema, pieces, width)
    writers = {Format.CSV: _csv, Format.JSON: _json, Format.JSONL: _jsonl, Format.MARKDOWN: _markdown}
    return writers[form](schema.names, pieces)


def show(pieces: Iterable[str]) -> None:
    """Write text to standard output, on a terminal through ``less`` where it is there and the text is longer."""
    less = shutil.which("less") if sys.stdout.isatty() else None
    if less is None:
        sys.stdout.writelines(pieces)
        return
    # -F ends at once where all fits, -S keeps rows on one line, -X leaves the text on the screen. Who leaves the pager
    # has seen enough: the pipe breaks, here or when the rest is flushed at its closing.
    with (
        contextlib.suppress(BrokenPipeError),
        subprocess.Popen([less, "-FSX"], stdin=subprocess.PIPE, encoding="utf-8") as pager,
    ):
        assert pager.stdin is not None
        pager.stdin.writelines(pieces)


def _rows(batch: pa.RecordBatch) -> list[Row]:
    return list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _csv(names: Sequence[str], pieces: Iterable[list[Row]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for rows in itertools.chain([[]], pieces):
        writer.writerows([_flat(value) for value in row] for row in rows)
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _json(names: Sequence[str], pieces: Iterable[list[Row]]) -> Iterator[str]:
    before = "[\n  "
    for row in itertools.chain.from_iterable(pieces):
        yield before + _dumped(dict(zip(names, row, strict=True)))
        before = ",\n  "
    yield "[]\n" if before.startswith("[") else "\n]\n"


def _jsonl(names: Sequence[str], pieces: Iterable[list[Row]]) -> Iterator[str]:
    for rows in pieces:
        yield "".join(f"{_dumped(dict(zip(names, row, strict=True)))}\n" for row in rows)


def _markdown(names: Sequence[str], pieces: Iterable[list[Row]]) -> Iterator[str]:
    yield _markdown_line(names) + _markdown_line(["---"] * len(names))
    for rows in pieces:
        yield "".join(_markdown_line([_cell(value) for value in row]) for row in rows)


def _markdown_line(cells: Sequence[str]) -> str:
    escaped = (cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;") for cell in cells)
    return f"| {' | '.join(escaped)} |\n"


def _table(schema: pa.Schema, pieces: Iterable[list[Row]], width: int | None) -> Iterator[str]:
    """Columns as wide as the rows of the first piece need, within what there is; longer texts are shortened."""
    remaining = iter(pieces)
    first = [[_cell(value) for value in row] for row in next(remaining, [])]
    names = [printable(name) for name in schema.names]
    wanted = [max(map(cell_len, column)) for column in zip(names, *first, strict=True)]
    widths = _fitting(wanted, width)
    right = [_is_number(kind) for kind in schema.types]
    yield _table_line(names, widths, right)
    yield _table_line(["─" * cells for cells in widths], widths, right)
    for cells in itertools.chain(first, ([_cell(value) for value in row] for rows in remaining for row in rows)):
        yield _table_line(cells, widths, right)
    if len(widths) < len(names):
        yield f"{len(widths)} of {len(names)} columns fit here; name those that you want, or choose another --format.\n"


def _table_line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    fitted = (_fit(cell, width, to_right) for cell, width, to_right in zip(cells, widths, right, strict=False))
    return _BETWEEN.join(fitted).rstrip() + "\n"


def _fit(cell: str, width: int, to_right: bool) -> str:
    """The cell, exactly so wide."""
    room = width - cell_len(cell)
    if room < 0:
        return set_cell_size(cell, width - 1) + "…"
    return " " * room + cell if to_right else cell + " " * room


def _fitting(wanted: Sequence[int], width: int | None) -> list[int]:
    """Widths of the columns that are shown: the widest give way first, then the last ones stay away."""
    if width is None:
        return [min(cells, CELL) for cells in wanted]
    shown = list(wanted)
    while len(shown) > 1 and _total([min(cells, _LEAST_CELL) for cells in shown]) > width:
        shown.pop()
    low, high = _LEAST_CELL, max([*shown, _LEAST_CELL])
    while low < high:
        middle = (low + high + 1) // 2
        if _total([min(cells, middle) for cells in shown]) <= width:
            low = middle
        else:
            high = middle - 1
    return [min(cells, low) for cells in shown]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_BETWEEN) * (len(widths) - 1)


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _cell(value: object) -> str:
    """A value on one line that a terminal cannot be steered by."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, int | decimal.Decimal) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list):
        return ", ".join(_cell(one) for one in value)
    return printable(" ".join(str(_flat(value)).split()))


def _flat(value: object) -> object:
    """A value as CSV takes it: nested ones as JSON, times as ISO 8601."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list | dict):
        return _dumped(value)
    return value.hex() if isinstance(value, bytes) else value


def _dumped(value: object) -> str:
    import orjson

    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: object) -> object:
    if isinstance(value, decimal.Decimal):
        # DuckDB's sums of integers are decimals without places.
        whole = value == value.to_integral_value() and abs(value) < 1 << 63
        return int(value) if whole else float(value)
    return value.hex() if isinstance(value, bytes) else str(value)
