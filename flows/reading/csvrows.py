"""CSV and TSV files: one document for each row, a broken row costing only itself.

Which column states which fact does not belong here.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.reading.documents import Outcome, too_large, unreadable
from flows.reading.fields import FieldMapper, nested_names, opened
from flows.reading.options import HEAD_BYTES, CsvDialect, ReadOptions, StreamFault
from flows.reading.streams import Stream, TooLong, lines, to_utf8

_DELIMITERS = (",", ";", "\t", "|")

_NAMED_DELIMITER = re.compile(r'"?sep=(.)"?\Z', re.IGNORECASE)
"""A first line by which spreadsheets tell each other what separates the columns."""

_ESCAPED_QUOTE = r'(?:\A|[\n%(mark)s])"[^"]*\\"(?![%(mark)s\r\n"])'
"""Inside a cell in quotation marks, one after a backslash, and the cell goes on: malformed by RFC 4180, and the rule in
what Spark and MySQL write."""

_NULL = re.compile(r"(?:(?<=[,;\t|])|^)\\N(?=[,;\t|\r\n])")
"""How MySQL writes that a cell has no value."""

_MAX_SECOND_LOOKS = 20
"""A quote that is never closed makes the reader look ahead up to ``max_document_bytes`` and come back. After coming
back over this many times that size, the file is given up: it is built to be slow, or no CSV at all."""


def read_csv(
    stream: Stream, origin: str, mapper: FieldMapper, options: ReadOptions, *, tabs: bool = False
) -> Iterator[Outcome]:
    """The documents of a file whose first row names the columns; ``origin_row`` is the line on which a row begins.

    Separated by comma, semicolon, tab or bar, whichever the first row has most of, or as a line ``sep=;`` before it
    says. A quotation mark inside a cell is doubled, or escaped by a backslash where ``options.csv_dialect`` or the
    first 64 KiB say so.

    Raises:
        StreamFault: ``missing text field``, ``corrupt file`` or what befell the stream.
    """
    # A setting of the whole process; the module's own limit of 128 KiB is less than a page of HTML.
    csv.field_size_limit(max(csv.field_size_limit(), options.max_document_bytes))
    head = stream.peek(HEAD_BYTES).replace(b"\0", b"").decode("utf-8", "replace")  # UTF-16 has zero bytes
    source = _Lines(stream, options.max_document_bytes)
    names, dialect = _header(source, tabs, head, options)
    source.has_nulls = dialect.escape is not None
    plan = mapper.plan(names)
    if not plan.text and not plan.html:
        raise StreamFault("missing text field", mapper.missing_text(names))
    nested = nested_names(names)
    for number, raw, cells in _rows(source, dialect, len(names)):
        if isinstance(cells, str):
            yield unreadable(
                "malformed row", f"Line {number}: {cells}. Mend it; the others were read.", origin, number, raw
            )
        elif isinstance(cells, TooLong):
            fault = too_large(f"Line {number} is over {options.max_document_bytes:,} bytes")
            yield unreadable(fault.reason, fault.detail, origin, number, cells.head)
        else:
            row = dict(zip(reversed(names), reversed(cells[: len(names)]), strict=True))  # the first of equal names
            whole = opened(row) if nested else row
            yield mapper.document(whole, mapper.plan_of(whole) if nested else plan, origin, number, raw)


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How cells are separated, and what stands before a quotation mark inside one where it is not doubled."""

    delimiter: str
    escape: str | None

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.delimiter, escapechar=self.escape, strict=True)


class _Lines:
    """Lines that can be gone back to."""

    def __init__(self, stream: Stream, limit: int) -> None:
        self._lines = lines(to_utf8(stream), limit)
        self._waiting: deque[bytes | TooLong] = deque()
        self._limit = limit
        self._gone_back = 0
        self.number = 0
        self.taken: list[bytes] = []
        """The lines of the row that is being parsed."""
        self.has_nulls = False
        """Whether ``\\N`` is a cell without a value."""

    def next_line(self) -> bytes | TooLong | None:
        """The next line, with its LF; None at the end."""
        line = self._waiting.popleft() if self._waiting else next(self._lines, None)
        if line is not None:
            self.number += 1
        return line

    def row_lines(self) -> Iterator[str]:
        """Lines as text for as long as the parser asks for them, up to the limit for one row."""
        size = 0
        while size <= self._limit:
            line = self.next_line()
            if not isinstance(line, bytes):
                if line is not None:
                    self._put_back([line])
                return
            size += len(line) + 1
            self.taken.append(line)
            text = line.decode("utf-8", "surrogateescape") + "\n"
            yield _NULL.sub("", text) if self.has_nulls else text

    def keep_first(self) -> None:
        """Goes back to the line after the first of the row.

        Raises:
            StreamFault: ``corrupt file``, where this has been done too often.
        """
        back = self.taken[1:]
        self._gone_back += sum(map(len, back))
        if self._gone_back > _MAX_SECOND_LOOKS * self._limit:
            raise StreamFault(
                "corrupt file", f"Up to line {self.number}, too many rows have quotes that are never closed."
            )
        self._put_back(back)
        del self.taken[1:]

    def _put_back(self, back: list[bytes] | list[TooLong]) -> None:
        self._waiting.extendleft(reversed(back))
        self.number -= len(back)


def _header(source: _Lines, tabs: bool, head: str, options: ReadOptions) -> tuple[tuple[str, ...], _Dialect]:
    """The names of the columns and how the rows are written.

    Raises:
        StreamFault: ``corrupt file``.
    """
    text = _first_line(source)
    delimiter = "\t" if tabs else None
    if named := _NAMED_DELIMITER.match(text):
        delimiter, text = named[1], _first_line(source)
    delimiter = delimiter or max(_DELIMITERS, key=text.count)
    dialect = _Dialect(delimiter, "\\" if _has_escapes(head, delimiter, options.csv_dialect) else None)
    try:
        cells = next(dialect.reader([text]), [])
    except csv.Error as error:
        raise StreamFault("corrupt file", f"The first line, which names the columns: {error}.") from error
    return tuple(cell.strip() for cell in cells), dialect


def _first_line(source: _Lines) -> str:
    """The next line that is not empty."""
    line = source.next_line()
    while isinstance(line, bytes) and not line.strip():
        line = source.next_line()
    if not isinstance(line, bytes):
        raise StreamFault("corrupt file", "The first line, which names the columns, cannot be read.")
    return line.decode("utf-8", "replace").rstrip("\r")


def _has_escapes(head: str, delimiter: str, dialect: CsvDialect) -> bool:
    """Whether a backslash escapes quotation marks: as the caller says, else as the beginning of the file shows."""
    if dialect != "auto":
        return dialect == "backslash"
    return '\\"' in head and re.search(_ESCAPED_QUOTE % {"mark": re.escape(delimiter)}, head) is not None


def _rows(source: _Lines, dialect: _Dialect, width: int) -> Iterator[tuple[int, bytes, list[str] | str | TooLong]]:
    """Line number, the bytes of the row, and its cells; for a row that is none, what is wrong with it."""
    while True:
        source.taken = []
        number = source.number + 1
        try:
            cells = next(dialect.reader(source.row_lines()), None)
            problem = _problem(cells, width)
        except csv.Error as error:
            cells, problem = None, str(error)
        if problem:
            source.keep_first()
        raw = b"\n".join(source.taken)
        if problem:
            yield number, raw, problem
        elif cells:
            yield number, raw, cells
        elif cells is None:
            rest = source.next_line()
            if rest is None:
                return
            if isinstance(rest, TooLong):
                yield number, b"", rest


def _problem(cells: list[str] | None, width: int) -> str | None:
    if not cells or len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return None
    return f"{len(cells)} columns where the first line names {width}"
