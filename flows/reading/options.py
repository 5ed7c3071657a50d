"""What a caller says about reading and what can go wrong with it: limits, reasons, and the error for bad configuration.

Nothing is opened here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from transforms.errors import UsageError, did_you_mean
from transforms.records import RawDocument, Rejection

Reason = Literal[
    "empty",
    "too large",
    "truncated archive",
    "decompression bomb",
    "nested too deeply",
    "malformed row",
    "missing text field",
    "vanished",
    "unreadable",
    "unsupported kind",
    "corrupt file",
    "address refused",
    "refused by robots.txt",
    "fetch failed",
    "not a feed",
]
"""Every reason that a document can leave the way with at the read stage; the last four, where it is fetched."""

REASONS: tuple[Reason, ...] = get_args(Reason)

Kind = Literal["text", "html", "jsonl", "json", "csv", "tsv", "parquet", "warc", "feed", "zip", "tar"]
"""What the bytes of an input are, once decompressed."""

Fact = Literal["text", "html", "title", "url", "authors", "published", "fetched_at", "input_id", "source_hint"]
"""What a row can say about its document; the keys of a field map."""

CsvDialect = Literal["auto", "standard", "backslash"]
"""How a quotation mark inside a cell is written: doubled (``standard``, RFC 4180), after a backslash as Spark and MySQL
do, or ``auto``: as the file's beginning shows."""

FACTS: tuple[Fact, ...] = get_args(Fact)

HEAD_BYTES = 64 * 1024
"""What is looked at to tell a kind, and what is kept of a document that cannot be read: a screenful for a person."""


class InputError(UsageError):
    """Bad configuration of the inputs, found before anything is read; the message names the value and the remedy."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read. The limits keep hostile input from deciding memory or time; none is met by news."""

    field_map: Mapping[str, str] = field(default_factory=dict)
    """Our fact -> their field; what is not mapped is found by the names in ``field_names.toml``.
    A dotted name reaches into objects: ``article.body``."""
    stdin_kind: Kind | None = None
    """What standard input holds; None: told by its first bytes."""
    csv_dialect: CsvDialect = "auto"
    max_document_bytes: int = 20 * 1024 * 1024
    """Of one document, row or record. The longest real article page is below 5 MB, inline images included."""
    max_expansion_ratio: float = 200.0
    """Bytes out for each byte in. JSON Lines of news come to 3-10, logs to 50; a bomb to 1,000."""
    expansion_floor_bytes: int = 100 * 1024 * 1024
    """Output up to which no ratio is judged: this much does no harm."""
    max_members: int = 1_000_000
    """Members that are read of one archive."""
    max_nesting: int = 4
    """Archives and compressions inside each other; ``page.html.gz`` in a ``tar.gz`` is 3."""

    def __post_init__(self) -> None:
        for fact in self.field_map:
            if fact not in FACTS:
                guess = did_you_mean(fact, FACTS) or f"use one of {', '.join(FACTS)}"
                raise InputError(f"field map: unknown fact {fact!r} (--map {fact}=...); {guess}")
        if self.stdin_kind is not None and self.stdin_kind not in get_args(Kind):
            raise InputError(f"stdin_kind: unknown kind {self.stdin_kind!r}; use one of {', '.join(get_args(Kind))}")
        if self.csv_dialect not in get_args(CsvDialect):
            known = ", ".join(get_args(CsvDialect))
            raise InputError(f"csv_dialect: unknown dialect {self.csv_dialect!r}; use one of {known}")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that could not be read, and why.

    ``document.content`` holds at most the first 64 KiB of what was there; for a damaged file, of the file.
    """

    document: RawDocument
    rejection: Rejection


class StreamFault(Exception):
    """The bytes of an input cannot be had, or not all of them: caught where a document is made of it."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail
