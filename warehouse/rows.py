"""Between values of tables and values of records.

What the records mean does not belong here.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, TypeVar, overload

import pyarrow as pa

Record = TypeVar("Record")


def from_table(table: pa.Table, record: type[Record]) -> list[Record]:
    """Each row as an instance of a record class, from the columns of its fields; other columns are left out.

    Lists become tuples, timestamps are in ``datetime.UTC``.

    Raises:
        KeyError: the table lacks a field of the record.
    """
    names = [field.name for field in dataclasses.fields(record)]  # type: ignore[arg-type]
    columns = [[_value(value) for value in table.column(name).to_pylist()] for name in names]
    return [record(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)]


@overload
def valid_text(text: str) -> str: ...
@overload
def valid_text(text: None) -> None: ...
@overload
def valid_text(text: str | None) -> str | None: ...
def valid_text(text: str | None) -> str | None:
    """The text with what is no valid Unicode, such as half of a surrogate pair, written as an escape.

    File names and JSON can bring such text; neither Arrow nor DuckDB stores it.
    """
    return None if text is None else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
