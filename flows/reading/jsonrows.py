"""JSON Lines and JSON files: one document for each object, an object that is no JSON costing only itself.

Which field states which fact does not belong here.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from flows.reading.documents import Outcome, too_large, unreadable
from flows.reading.fields import FieldMapper, has_text, opened
from flows.reading.options import HEAD_BYTES, ReadOptions, StreamFault
from flows.reading.streams import Stream, TooLong, lines, to_utf8

_TOKEN = re.compile(rb'\\.|["{}\[\]]', re.DOTALL)
_BETWEEN = b" \t\r\n,\0"
"""What may stand between the objects of a file; zero bytes are left by interrupted writes."""

_MAX_LISTED_DEPTH = 2
"""Objects around a list of articles, beside the outermost: ``response.docs``, ``result.hits.hits``."""

_MAX_DEPTH = 1_000_000
"""Brackets open at once at which a file is given up; an object of a thousand is already refused by itself."""


def read_json_lines(stream: Stream, origin: str, mapper: FieldMapper, options: ReadOptions) -> Iterator[Outcome]:
    """The documents of a file with one JSON object a line; ``origin_row`` is the line."""
    limit = options.max_document_bytes
    for number, line in enumerate(lines(to_utf8(stream), limit), 1):
        if isinstance(line, TooLong):
            fault = too_large(f"Line {number} is over {limit:,} bytes")
            yield unreadable(fault.reason, fault.detail, origin, number, line.head)
        elif line and not line.isspace():
            yield _outcome(_parsed(line), line, f"Line {number}", origin, number, mapper)


def read_json(stream: Stream, origin: str, mapper: FieldMapper, options: ReadOptions) -> Iterator[Outcome]:
    """The documents of an array of objects, of one object, or of several one after the other.

    ``origin_row`` counts the objects. One object is held at a time. An object that is the answer of an interface, with
    its articles in a list, is as many documents.
    """
    limit = options.max_document_bytes
    numbers = itertools.count(1)
    for piece, size in _objects(to_utf8(stream), limit):
        if size > limit:
            number = next(numbers)
            fault = too_large(f"Object {number} is {size:,} bytes")
            yield unreadable(fault.reason, fault.detail, origin, number, piece)
            continue
        value = _parsed(piece)
        listed = [] if mapper.options.field_map else _listed(value)
        for row in listed or [value]:
            number = next(numbers)
            yield _outcome(row, piece, f"Object {number}", origin, number, mapper)


def _listed(value: Any, depth: int = _MAX_LISTED_DEPTH) -> list[dict[str, Any]]:
    """The rows in the list of an object that has no text itself: ``articles``, ``items``, ``hits.hits``, ``docs``."""
    if not isinstance(value, dict) or has_text(opened(value)):
        return []
    for inner in value.values():
        rows = [row for row in inner if isinstance(row, dict)] if isinstance(inner, list) else []
        if any(has_text(opened(row)) for row in rows):
            return rows
        if depth and (found := _listed(inner, depth - 1)):
            return found
    return []


def _outcome(row: Any, data: bytes, place: str, origin: str, number: int, mapper: FieldMapper) -> Outcome:
    if isinstance(row, dict):
        row = opened(row)
        return mapper.document(row, mapper.plan_of(row), origin, number, data)
    finding = row if isinstance(row, str) else "a JSON object is needed, this is another value"
    return unreadable("malformed row", f"{place}: {finding}. Mend it; the others were read.", origin, number, data)


def _parsed(data: bytes) -> Any:
    """The value, not being a string; for what is no JSON, the parser's message as a string.

    What orjson refuses and others write is taken: lone surrogates, NaN, bytes that are not UTF-8 (kept as surrogate
    escapes), zero bytes around the value. Of a key that is given twice the last counts.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(data.strip(_BETWEEN).decode("utf-8", "surrogateescape"))
        except json.JSONDecodeError as error:
            return f"column {error.colno}: {error.msg}"
        except ValueError as error:  # a number of thousands of digits
            return str(error)
        except RecursionError:
            return "nested too deeply"
    return [value] if isinstance(value, str) else value


def _objects(chunks: Iterator[bytes], limit: int) -> Iterator[tuple[bytes, int]]:
    """The objects of a JSON file as they stand, each with its size; beyond the limit only its head.

    Anything else that stands between them is handed out too, for its row to be rejected.
    """
    cutter = _Cutter(limit)
    for chunk in chunks:
        yield from cutter.feed(chunk)
    yield from cutter.close()


class _Cutter:
    """Finds where objects begin and end, by brackets outside strings; never holds more than one object."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._held = 0
        self._size = 0
        self._depth = 0
        self._base = 0
        self._in_string = False
        self._escape = b""

    def feed(self, chunk: bytes) -> Iterator[tuple[bytes, int]]:
        data = self._escape + chunk
        # A backslash at the very end waits for the character that it escapes.
        self._escape = b"\\" if (len(data) - len(data.rstrip(b"\\"))) % 2 else b""
        data = data.removesuffix(self._escape) if self._escape else data
        start = 0
        for match in _TOKEN.finditer(data):
            token = match.group()
            if token == b'"':
                self._in_string = not self._in_string
            elif self._in_string or token.startswith(b"\\"):
                continue
            elif token in b"{[":
                if self._opens(token):
                    yield from self._cut(data[start : match.start()])
                    start = match.start() + (self._depth == self._base)
            elif self._closes():
                yield from self._cut(data[start : match.end()])
                start = match.end()
        self._keep(data[start:])

    def close(self) -> Iterator[tuple[bytes, int]]:
        yield from self._cut(self._escape)

    def _opens(self, token: bytes) -> bool:
        """Counts an opening bracket; whether an object, or the array around the objects, begins with it."""
        if self._depth == 0 and token == b"[":
            self._depth = self._base = 1
            return True
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise StreamFault(
                "nested too deeply", f"Over {_MAX_DEPTH:,} brackets are open: this is no JSON of documents."
            )
        return self._depth == self._base + 1

    def _closes(self) -> bool:
        """Counts a closing bracket; whether an object ends with it."""
        if self._depth > self._base:
            self._depth -= 1
            return self._depth == self._base
        self._depth = self._base = 0
        return True

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._held <= self._limit:
            self._parts.append(data)
            self._held += len(data)

    def _cut(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """Hands out what was kept, unless there is nothing in it."""
        self._keep(data)
        piece, size = b"".join(self._parts), self._size
        self._parts, self._held, self._size = [], 0, 0
        stripped = piece.strip(_BETWEEN)
        if stripped and not (stripped == b"]" and not self._depth):
            yield (stripped, size) if size <= self._limit else (stripped[:HEAD_BYTES], size)
