"""The read stage: inputs in, documents out, one at a time.

Puts the pieces of this package together: what an input means, how it is compressed, of what kind it is, who reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from io import SEEK_END, BufferedReader
from typing import BinaryIO, cast

from flows.reading.archives import Member, ReadMember, read_tar, read_zip
from flows.reading.csvrows import read_csv
from flows.reading.decompress import LONGEST_MAGIC, Expansion, compression_of, decompressed
from flows.reading.discovery import Source, discover
from flows.reading.documents import Outcome, unreadable, whole_document
from flows.reading.fields import FieldMapper
from flows.reading.jsonrows import read_json, read_json_lines
from flows.reading.kinds import base_name, kind_of
from flows.reading.options import HEAD_BYTES, Kind, ReadOptions, StreamFault
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


class Reader:
    """Iterates over ``RawDocument | Unreadable``: in the order of the inputs, files by name, rows as they stand.

    One row or document is held at a time, whatever the input's size; the list of files is held whole.
    """

    def __init__(self, inputs: Sequence[str], options: ReadOptions) -> None:
        self._options = options
        self._mapper = FieldMapper(options)
        self._found = discover(inputs)
        self.total_bytes = sum(found.total_bytes for found in self._found)
        """Sizes of the files as they were found, compressed as they are; streams of unknown size not counted."""
        self.bytes_read = 0
        """Of the files, so far, compressed as they are."""
        self.skipped_records = 0
        """WARC records, so far, that are no documents: requests, redirects, images."""

    def __iter__(self) -> Iterator[Outcome]:
        self.bytes_read = self.skipped_records = 0
        for found in self._found:
            for source in found.sources():
                yield from self._read_source(source)

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
                yield from self._read_entry(self._entry(source, counted, before))
            if size is not None:  # a reader that jumps has read parts twice or not at all
                self.bytes_read = before + size

    def _entry(self, source: Source, file: Counted, before: int) -> _Entry:
        return _Entry(
            name=source.origin.rpartition("/")[2],
            origin=source.origin,
            stream=Stream(file_chunks(file)),
            expansion=Expansion(lambda: self.bytes_read - before, self._options),
            file=file if file.seekable() else None,
            kind=self._options.stdin_kind if source.is_stdin else None,
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
            yield unreadable(fault.reason, fault.detail + delivered, entry.origin, content=head)
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
            case "parquet":
                outcomes = self._read_parquet(entry)
            case "warc":
                outcomes = self._read_warc(entry)
            case "zip":
                outcomes = self._read_zip(entry)
            case "tar":
                outcomes = self._read_tar(entry)
        return outcomes

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
