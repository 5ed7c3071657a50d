"""The read stage: inputs in, documents out, one at a time.

Puts the pieces of this package together: what an input means, how it is compressed, of what kind it is, who reads it.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from io import SEEK_END, BufferedReader
from typing import BinaryIO, cast

from flows.reading.archives import Member, ReadMember, read_tar, read_zip
from flows.reading.csvrows import read_csv
from flows.reading.decompress import LONGEST_MAGIC, Expansion, compression_of, decompressed
from flows.reading.discovery import Found, Source, discover, without_secrets
from flows.reading.documents import Outcome, unreadable, whole_document
from flows.reading.fieldcheck import (
    LOOKED_AT_BYTES,
    LOOKED_AT_FILES,
    LOOKED_AT_ROWS,
    NotingMapper,
    judge_file,
    judge_map,
)
from flows.reading.fields import FieldMapper
from flows.reading.jsonrows import read_json, read_json_lines
from flows.reading.kinds import base_name, kind_of
from flows.reading.options import HEAD_BYTES, Kind, ReadOptions, StreamFault, Unreadable
from flows.reading.streams import CHUNK_BYTES, Counted, Stream, file_chunks, spooled

_LOOKED_AT_BYTES = 8 * 1024
"""Of which a kind is told: beyond the signature of tar, and enough to tell binary from text."""


def read(inputs: Sequence[str], options: ReadOptions | None = None) -> Reader:
    """The documents of the inputs: files, directories, globs, ``-`` for standard input, fsspec URLs.

    Raises:
        InputError: an input matches nothing or its driver is missing; before anything is read.
    """
    return Reader(inputs, options or ReadOptions())


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file or member on its way through its layers of compression."""

    name: str
    origin: str
    stream: Stream
    expansion: Expansion
    nesting: int = 0
    file: Counted | None = None
    """The same bytes, seekable, where there is such a file."""
    kind: Kind | None = None
    """Where the caller said it."""
    size: int | None = None
    """Bytes of the file; None of a stream, and of what is inside an archive."""


@dataclass(frozen=True, slots=True)
class Fruitless:
    """An input of which nothing could be read."""

    input: str
    why: str
    """What became of the first thing in it, in a sentence."""


class Reader:
    """Iterates over ``RawDocument | Unreadable``: in the order of the inputs, files by name, rows as they stand.

    One row or document is held at a time, whatever the input's size; the list of files is held whole.
    """

    def __init__(self, inputs: Sequence[str], options: ReadOptions) -> None:
        self._options = options
        self._mapper = FieldMapper(options)
        self._inputs = tuple(inputs)
        self._found = discover(inputs)
        self.total_bytes = sum(found.total_bytes for found in self._found)
        """Sizes of the files as they were found, compressed as they are; streams of unknown size not counted."""
        self.bytes_read = 0
        """Of the files, so far, compressed as they are."""
        self.skipped_records = 0
        """WARC records, so far, that are no documents: requests, redirects, images."""
        self.fruitless: list[Fruitless] = []
        """Of the inputs so far."""

    def __iter__(self) -> Iterator[Outcome]:
        self.bytes_read = self.skipped_records = 0
        self.fruitless = []
        for name, found in zip(self._inputs, self._found, strict=True):
            yield from self._read_input(name, found)

    def check_fields(self) -> tuple[str, ...]:
        """Look at the first rows of files for the fields that are mapped, and for a text in each file that was named.

        Standard input is left out, for it cannot be read twice.

        Returns:
            A sentence about each mapped field that was not met and that rows further on may have.

        Raises:
            InputError: a mapped field is not there, or a file that was named has no field for the text.
        """
        met = NotingMapper(self._options)
        for name, found in zip(self._inputs, self._found, strict=True):
            for source in itertools.islice(found.sources(), LOOKED_AT_FILES):
                if source.is_stdin or not (found.is_one_file or met.missing()):
                    break
                here = self._look(source)
                if found.is_one_file:
                    judge_file(name, here)
                met.add(here)
        return judge_map(met)

    def _look(self, source: Source) -> NotingMapper:
        """What the first rows of a file have."""
        looking = copy.copy(self)
        met = looking._mapper = NotingMapper(self._options)
        looking.bytes_read = 0
        for _ in itertools.islice(looking._read_source(source), LOOKED_AT_ROWS):
            found = met.has_text and not met.missing()
            if found or not met.has_rows or not met.open_ended or looking.bytes_read > LOOKED_AT_BYTES:
                break
        return met

    def _read_input(self, name: str, found: Found) -> Iterator[Outcome]:
        first: str | None = None
        fruitless = True
        for source in found.sources():
            for outcome in self._read_source(source):
                if not isinstance(outcome, Unreadable):
                    fruitless = False
                elif first is None:
                    first = f"{outcome.rejection.reason}: {outcome.rejection.detail}"
                yield outcome
        if fruitless:
            self.fruitless.append(Fruitless(without_secrets(name), first or "there is no document in it"))

    def _read_source(self, source: Source) -> Iterator[Outcome]:
        try:
            file = source.open()
        except FileNotFoundError:
            detail = "The file was there when the run started and is gone. Run again, or restore it."
            yield unreadable("vanished", detail, source.origin)
        except StreamFault as fault:
            yield unreadable(fault.reason, fault.detail, source.origin)
        except OSError as error:
            yield unreadable("unreadable", f"{error.strerror or error}. Give read permission.", source.origin)
        else:
            before = self.bytes_read
            with closing(Counted(file, self._count)) as counted:
                size = _size(counted)
                yield from self._read_entry(self._entry(source, counted, before, size))
            if size is not None:  # a reader that jumps has read parts twice or not at all
                self.bytes_read = before + size

    def _entry(self, source: Source, file: Counted, before: int, size: int | None) -> _Entry:
        return _Entry(
            name=source.origin.rpartition("/")[2],
            origin=source.origin,
            stream=Stream(file_chunks(file)),
            expansion=Expansion(lambda: self.bytes_read - before, self._options),
            file=file if file.seekable() else None,
            kind=self._options.stdin_kind if source.is_stdin else None,
            size=size,
        )

    def _count(self, size: int) -> None:
        self.bytes_read += size

    def _skip_record(self) -> None:
        self.skipped_records += 1

    def _read_entry(self, entry: _Entry) -> Iterator[Outcome]:
        """The documents of one file or member; what keeps it from being read on ends as one ``Unreadable``."""
        count = 0
        head = b""
        try:
            entry = self._unpacked(entry)
            head = entry.stream.peek(HEAD_BYTES)
            if not head:
                raise entry.stream.fault or StreamFault("empty", "The file is empty.")
            for outcome in self._read_kind(entry, head):
                count += 1
                yield outcome
        except StreamFault as fault:
            delivered = f" {count:,} before it were read." if count else ""
            extent = f"{count} of {entry.size}"
            yield unreadable(fault.reason, fault.detail + delivered, entry.origin, content=head, extent=extent)
        except OSError as error:
            detail = f"Reading stopped: {error.strerror or error}. Check the disk or the connection."
            yield unreadable("unreadable", detail, entry.origin, content=head)

    def _unpacked(self, entry: _Entry) -> _Entry:
        while compression := compression_of(entry.stream.peek(LONGEST_MAGIC)):
            self._refuse_deeper(entry)
            inner = Stream(decompressed(entry.stream.chunks(), compression, entry.expansion))
            entry = replace(entry, name=base_name(entry.name), stream=inner, nesting=entry.nesting + 1, file=None)
        return replace(entry, name=base_name(entry.name))  # of a file that was decompressed without being renamed

    def _refuse_deeper(self, entry: _Entry) -> None:
        limit = self._options.max_nesting
        if entry.nesting >= limit:
            detail = f"More than {limit} archives or compressions are inside each other. Unpack it first."
            raise StreamFault("nested too deeply", detail)

    def _read_kind(self, entry: _Entry, head: bytes) -> Iterator[Outcome]:
        stream, origin, options = entry.stream, entry.origin, self._options
        outcomes: Iterator[Outcome]
        match entry.kind or kind_of(entry.name, head[:_LOOKED_AT_BYTES]):
            case "text":
                outcomes = whole_document(stream, "text/plain", origin, options)
            case "html":
                outcomes = whole_document(stream, "text/html", origin, options)
            case "jsonl":
                outcomes = read_json_lines(stream, origin, self._mapper, options)
            case "json":
                outcomes = read_json(stream, origin, self._mapper, options)
            case "csv" | "tsv" as kind:
                outcomes = read_csv(stream, origin, self._mapper, options, tabs=kind == "tsv")
            case kind:
                outcomes = self._read_members(entry, kind)
        return outcomes

    def _read_members(self, entry: _Entry, kind: Kind) -> Iterator[Outcome]:
        """The documents of what holds several by its nature."""
        match kind:
            case "feed":
                return self._read_feed(entry)
            case "parquet":
                return self._read_parquet(entry)
            case "warc":
                return self._read_warc(entry)
            case "zip":
                return self._read_zip(entry)
            case _:
                return self._read_tar(entry)

    def _read_feed(self, entry: _Entry) -> Iterator[Outcome]:
        from flows.reading.feedrows import read_feed

        return read_feed(entry.stream, entry.origin, self._options)

    def _read_warc(self, entry: _Entry) -> Iterator[Outcome]:
        from flows.reading.warc import read_warc

        return read_warc(entry.stream, entry.origin, self._options, self._skip_record)

    def _read_parquet(self, entry: _Entry) -> Iterator[Outcome]:
        from flows.reading.parquetrows import read_parquet

        with _seekable(entry) as file:
            yield from read_parquet(file, entry.origin, self._mapper, self._options)

    def _read_zip(self, entry: _Entry) -> Iterator[Outcome]:
        self._refuse_deeper(entry)
        with _seekable(entry) as file:
            yield from read_zip(file, entry.origin, entry.expansion, self._options, self._member_reader(entry))

    def _read_tar(self, entry: _Entry) -> Iterator[Outcome]:
        self._refuse_deeper(entry)
        return read_tar(entry.stream, entry.origin, entry.expansion, self._options, self._member_reader(entry))

    def _member_reader(self, archive: _Entry) -> ReadMember:
        def read_member(member: Member) -> Iterator[Outcome]:
            return self._read_entry(
                _Entry(
                    name=member.name.rpartition("/")[2],
                    origin=f"{archive.origin}!{member.name}",
                    stream=Stream(member.chunks),
                    expansion=member.expansion,
                    nesting=archive.nesting + 1,
                )
            )

        return read_member


def _size(file: Counted) -> int | None:
    if not file.seekable():
        return None
    size = file.seek(0, SEEK_END)
    file.seek(0)
    return size


def _seekable(entry: _Entry) -> BinaryIO:
    """The entry's bytes as a file to jump about in: its own, or a copy; to be closed."""
    if entry.file is None:
        return spooled(entry.stream.chunks())
    entry.file.seek(0)
    return cast(BinaryIO, BufferedReader(entry.file, CHUNK_BYTES))
