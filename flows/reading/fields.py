"""Rows of JSON, CSV and Parquet to documents: which field states which fact, and what its value comes to.

Which names are known is data: ``flows/data/field_names.toml``. Parsing the files does not belong here.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from flows.reading.documents import Facts, Outcome, document, encoded, one_line, unreadable
from flows.reading.kinds import looks_like_page
from flows.reading.options import FACTS, ReadOptions
from transforms.errors import did_you_mean

Row = Mapping[str, Any]
Columns = tuple[tuple[str, ...], ...]
"""Fields that may state one fact, best first, each as the way to it from the row."""

_FIELD_NAMES = Path(__file__).parents[1] / "data" / "field_names.toml"

_NESTED = ("metadata", "meta")
"""Objects in which corpora keep everything but the text."""

_SAID_BY = ("name", "text", "value", "@value", "$date", "$oid", "rendered", "domain", "url", "href", "@id", "id")
"""Keys under which an object in place of a plain value has it: schema.org, MongoDB, WordPress and news APIs."""

_MAX_PLANS = 1000
"""Different sets of field names that are remembered; rows of one file have a handful."""

_MAX_AUTHORS = 100
_MAX_FIELDS_NAMED = 20
_MAX_NAME = 60
_MAX_NOTHING = 20

_FRAGMENT = re.compile(r"<(p|div|article|section|main|h[1-6]|figure|ul|ol|table|blockquote|span)\b[^>]{0,2000}>", re.I)
_SUFFIX = re.compile(r"(?i:jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq)\.?$")
_COMPACT_TIME = re.compile(r"\d{14}$")
_MILLISECONDS_FROM = 1e11
"""Numbers of seconds beyond are the year 5138: they are milliseconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """For rows with the same fields: where each fact stands."""

    text: Columns
    html: Columns
    title: Columns
    url: Columns
    authors: Columns
    published: Columns
    fetched_at: Columns
    input_id: Columns
    source_hint: Columns

    @property
    def columns(self) -> set[str]:
        """The fields that are needed of a row."""
        return {column[0] for fact in FACTS for column in getattr(self, fact)}


def nested_names(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the fields that hold an object with everything but the text."""
    return tuple(name for name in names if name in _NESTED)


def opened(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its nested objects as objects, where they stand there as text with JSON in it.

    An envelope, an object that holds the text and with it the other facts, is opened: its fields are the row's.
    """
    for name in _envelopes():
        value = row.get(name)
        if isinstance(value, dict) and has_text(value):
            row = row | {key: inner for key, inner in value.items() if inner is not None}
    for name in _NESTED:
        value = row.get(name)
        if isinstance(value, str | bytes) and value.lstrip()[:1] in ("{", b"{"):
            row = row | {name: _object(value)}
    return row


def _object(value: str | bytes) -> Any:
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return value


def has_text(fields: Iterable[str]) -> bool:
    """Whether one of these fields has a known name for the text or the page."""
    known = known_names()
    return any(name in known["text"] or name in known["html"] for name in map(_normal, fields))


class FieldMapper:
    """Makes documents of rows; remembers its decision for each set of field names."""

    def __init__(self, options: ReadOptions) -> None:
        self.options = options
        self._plans: dict[tuple[tuple[str, ...], ...], Plan] = {}

    def plan(self, names: tuple[str, ...], nested: tuple[tuple[str, ...], ...] = ()) -> Plan:
        """Where the facts stand in rows with these fields; ``nested``: a name of an object and its fields, each."""
        key = (names, *nested)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            plan = self._plans[key] = self._decide(names, nested)
        return plan

    def plan_of(self, row: Row) -> Plan:
        """Where the facts stand in this one row, its nested objects opened by :func:`opened`."""
        nested = tuple((name, *row[name]) for name in _NESTED if isinstance(row.get(name), dict))
        return self.plan(tuple(row), nested)

    def missing_text(self, names: Iterable[str]) -> str:
        """What is said about rows without a text field: the fields that they have, and how to name the right one."""
        names = list(names)
        asked = self.options.field_map.get("text") or self.options.field_map.get("html")
        wanted = f"There is no field {asked!r}" if asked else "No field has a known name for the text"
        guess = did_you_mean(asked, names) if asked else ""
        named = f"{guess} Found" if guess else "found"
        return f"{wanted}; {named}: {listed(names)}. Name it: --map text={_like_text(names) or 'FIELD'}."

    def document(self, row: Row, plan: Plan, origin: str, number: int, raw: bytes = b"") -> Outcome:
        """The document that a row states; ``raw`` is the row as it stood in the file, kept if it is not readable.

        HTML wins over text where both are there and the text is not mapped by hand.
        """
        if not plan.text and not plan.html:
            return unreadable("missing text field", self.missing_text(row), origin, number, raw)
        facts = _facts(row, plan)
        html = _content(row, plan.html)
        value = html or _content(row, plan.text)
        content, charset = encoded(value) if isinstance(value, str) else (value, None)
        limit = self.options.max_document_bytes
        if len(content) > limit:
            detail = f"The text is over {limit:,} bytes. Raise max_document_bytes if it is genuine."
            return unreadable("too large", detail, origin, number, content, facts)
        is_html = html or _is_html(content)
        return document(content, "text/html" if is_html else "text/plain", origin, number, charset, facts)

    def _decide(self, names: tuple[str, ...], nested: tuple[tuple[str, ...], ...]) -> Plan:
        mapped = self.options.field_map
        ways: dict[tuple[str, ...], str] = {(name,): _normal(name) for name in names}
        deep: dict[tuple[str, ...], str] = {(outer, name): _normal(name) for outer, *inner in nested for name in inner}
        chosen: dict[str, Columns] = {}
        for fact in FACTS:
            if fact in mapped:
                chosen[fact] = _mapped(mapped[fact], names)
            elif fact in ("text", "html") and ("text" in mapped or "html" in mapped):
                chosen[fact] = ()  # content mapped by hand is the only content
            else:
                known = known_names()[fact]
                chosen[fact] = _ranked(ways, known) + (() if fact == "text" else _ranked(deep, known))
        return Plan(**chosen)


@cache
def _field_names() -> dict[str, Any]:
    return tomllib.loads(_FIELD_NAMES.read_text(encoding="utf-8"))


@cache
def _envelopes() -> tuple[str, ...]:
    return tuple(_field_names()["envelopes"]["names"])


@cache
def _nothing() -> frozenset[str]:
    return frozenset(value.casefold() for value in _field_names()["nothing"]["values"])


def _says_nothing(value: str) -> bool:
    """Whether a text is how a program writes a value that is not there."""
    return len(value) <= _MAX_NOTHING and value.strip().casefold() in _nothing()


@cache
def known_names() -> dict[str, dict[str, int]]:
    """Known field names in normal form with their rank, for each fact."""
    entries = _field_names()["fact"]
    return {entry["fact"]: {_normal(name): rank for rank, name in enumerate(entry["names"])} for entry in entries}


def _normal(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _like_text(names: Iterable[str]) -> str | None:
    """The field whose name is most like a known one for the text, if any is."""
    close = {name: difflib.get_close_matches(_normal(name), known_names()["text"], n=1) for name in names}
    return next((name for name, found in close.items() if found), None)


def listed(names: Iterable[str]) -> str:
    """Names of fields for a message: some of them, not at any length."""
    found = [repr(_shortened(name)) for name in names]
    more = f" and {len(found) - _MAX_FIELDS_NAMED} more" if len(found) > _MAX_FIELDS_NAMED else ""
    return (", ".join(found[:_MAX_FIELDS_NAMED]) or "none") + more


def _ranked(ways: Mapping[tuple[str, ...], str], known: Mapping[str, int]) -> Columns:
    return tuple(sorted((way for way, name in ways.items() if name in known), key=lambda way: known[ways[way]]))


def _mapped(column: str, names: tuple[str, ...]) -> Columns:
    if column in names:
        return ((column,),)
    way = tuple(column.split("."))
    return (way,) if len(way) > 1 and way[0] in names else ()


def _shortened(name: str) -> str:
    return name if len(name) <= _MAX_NAME else name[:_MAX_NAME] + "…"


def _values(row: Row, columns: Columns) -> Iterator[Any]:
    """What the row has under these fields, without nulls and what is written for them."""
    for way in columns:
        value: Any = row.get(way[0])
        for name in way[1:]:
            value = value.get(name) if isinstance(value, dict) else None
        if value is not None and not (isinstance(value, str) and _says_nothing(value)):
            yield value


def _content(row: Row, columns: Columns) -> str | bytes:
    for value in _values(row, columns):
        found = value if isinstance(value, str | bytes) else "\n".join(_strings(value))
        if found and not found.isspace():
            return found
    return ""


def _strings(value: Any, depth: int = 3) -> Iterator[str]:
    """The text of a value that is not plain text: paragraphs of a list, the telling key of an object, a number."""
    if isinstance(value, str):
        if not _says_nothing(value):
            yield value
    elif isinstance(value, dt.date):
        yield value.isoformat()
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield from _strings(str(value))
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif depth and isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item, depth - 1)
    elif depth and isinstance(value, dict):
        said = next((value[key] for key in _SAID_BY if value.get(key) is not None), None)
        yield from _strings(said, depth - 1)


def _facts(row: Row, plan: Plan) -> Facts:
    return Facts(
        url=_line(row, plan.url),
        input_id=_line(row, plan.input_id),
        title=_line(row, plan.title),
        authors=_authors(row, plan.authors),
        published=_line(row, plan.published),
        source_hint=_line(row, plan.source_hint),
        fetched_at=_time(row, plan.fetched_at),
    )


def _line(row: Row, columns: Columns) -> str | None:
    for value in _values(row, columns):
        for text in (value,) if isinstance(value, str) else _strings(value):
            if line := one_line(text):
                return line
    return None


def _authors(row: Row, columns: Columns) -> tuple[str, ...]:
    for value in _values(row, columns):
        if isinstance(value, str):
            names = list(_split_names(value))
        else:
            names = [name for text in _strings(value) if (name := one_line(text))]
        if names:
            return tuple(dict.fromkeys(names[:_MAX_AUTHORS]))
    return ()


def _split_names(byline: str) -> Iterator[str]:
    """Names of a list written as text: ``A; B``, ``A, B``, ``['A', 'B']``; a suffix such as ``Jr.`` is no name."""
    line = one_line(byline) or ""
    if line.startswith("[") and line.endswith("]"):
        line = line[1:-1]
    mark = next((mark for mark in (";", "|") if mark in line), ",")
    waiting = ""
    for part in line.split(mark):
        name = part.strip(" '\"")
        if waiting and _SUFFIX.match(name):
            waiting = f"{waiting}, {name}"
            continue
        if waiting:
            yield waiting
        waiting = name
    if waiting:
        yield waiting


def _time(row: Row, columns: Columns) -> dt.datetime | None:
    return next((time for value in _values(row, columns) if (time := utc_time(value)) is not None), None)


def utc_time(value: Any) -> dt.datetime | None:
    """A point in time, of ISO 8601, ``YYYYMMDDhhmmss``, seconds or milliseconds since 1970; without a zone UTC."""
    try:
        return _time_of(value)
    except (ValueError, OverflowError, OSError):
        return None


def _time_of(value: Any) -> dt.datetime | None:
    if isinstance(value, dict):
        value = next((value[key] for key in _SAID_BY if value.get(key) is not None), None)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return dt.datetime.fromtimestamp(value / 1000 if abs(value) > _MILLISECONDS_FROM else value, dt.UTC)
    if isinstance(value, str):
        text = value.strip()
        compact = _COMPACT_TIME.match(text)
        value = dt.datetime.strptime(text, "%Y%m%d%H%M%S") if compact else dt.datetime.fromisoformat(text)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    return None


def _is_html(content: bytes) -> bool:
    """Whether a text field evidently holds a page or a piece of one: it begins with a block tag and has an end tag."""
    start = content[:3000].lstrip()
    if not start.startswith(b"<"):
        return False
    return looks_like_page(start) or (
        _FRAGMENT.match(start.decode("utf-8", "replace")) is not None and b"</" in content
    )
