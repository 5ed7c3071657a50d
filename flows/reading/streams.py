"""Bytes in pieces: looking ahead, reading on, splitting lines, all in bounded memory.

Where the bytes come from (files, decompressors, archive members) and what they mean do not belong here.
"""

from __future__ import annotations

import codecs
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from flows.reading.options import HEAD_BYTES, StreamFault

CHUNK_BYTES = 128 * 1024
"""Read at once: large enough that calls cost nothing, small enough to stay in the processor's cache."""

SPOOL_BYTES = 16 * 1024 * 1024
"""A copy of a stream up to this size is held in memory, beyond it on disk."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes; none at the end."""


def file_chunks(file: Readable) -> Iterator[bytes]:
    """The bytes of an open file.

    Raises:
        StreamFault: ``unreadable``, where the machine cannot deliver them.
    """
    while True:
        try:
            chunk = file.read(CHUNK_BYTES)
        except OSError as error:
            raise StreamFault("unreadable", f"Reading stopped: {error}. Check the disk or the connection.") from error
        if not chunk:
            return
        yield chunk


class Stream:
    """A one-way stream that can look ahead.

    A fault of the chunks below is raised only after every byte before it has been handed out, and again by each later
    read. ``fault`` is known as soon as it is met ahead, ``failed`` is set when it has been raised.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = b""
        self._at = 0
        self.fault: StreamFault | None = None
        self.failed = False

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer at the end, without taking them."""
        while len(self._buffer) - self._at < size and self._fill():
            pass
        return self._buffer[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer before the end or a fault."""
        if len(self._buffer) - self._at < size:
            self._gather(size)
        taken = self._buffer[self._at : self._at + size]
        self._at += len(taken)
        if not taken and size:
            self._raise_fault()
        return taken

    def readline(self, limit: int) -> bytes:
        """The next line with its LF, at most ``limit`` bytes of it."""
        searched = self._at
        while (end := self._buffer.find(b"\n", searched)) < 0 and len(self._buffer) - self._at < limit:
            offset = len(self._buffer) - self._at
            if not self._fill():
                break
            searched = self._at + offset
        return self.read(min(limit, end + 1 - self._at) if end >= 0 else limit)

    def skip(self, size: int) -> int:
        """Passes over ``size`` bytes; returns how many there were."""
        left = size
        while left and (taken := self.read(min(left, CHUNK_BYTES))):
            left -= len(taken)
        return size - left

    def skip_to(self, marker: bytes) -> bool:
        """Passes over everything before ``marker``; whether it was found."""
        while (found := self._buffer.find(marker, self._at)) < 0:
            self._at = max(self._at, len(self._buffer) - len(marker) + 1)
            if not self._fill():
                self._at = len(self._buffer)
                return False
        self._at = found
        return True

    def unread(self, data: bytes) -> None:
        """Puts ``data`` back in front."""
        self._buffer = data + self._buffer[self._at :]
        self._at = 0

    def chunks(self) -> Iterator[bytes]:
        """Everything that is left, in pieces."""
        rest, self._buffer, self._at = self._buffer[self._at :], b"", 0
        if rest:
            yield rest
        while self._fill():
            piece, self._buffer = self._buffer, b""
            yield piece
        self._raise_fault()

    def _raise_fault(self) -> None:
        if self.fault:
            self.failed = True
            raise self.fault

    def _gather(self, size: int) -> None:
        """Fills the buffer up to ``size`` bytes, joining the pieces once."""
        pieces = [self._buffer[self._at :]]
        held = len(pieces[0])
        self._buffer, self._at = b"", 0
        while held < size and self._fill():
            pieces.append(self._buffer)
            held += len(self._buffer)
            self._buffer = b""
        self._buffer = b"".join(pieces)

    def _fill(self) -> bool:
        if self.fault:
            return False
        try:
            chunk = next(self._chunks, b"")
        except StreamFault as fault:
            self.fault = fault
            return False
        self._buffer = self._buffer[self._at :] + chunk if self._at < len(self._buffer) else chunk
        self._at = 0
        return bool(chunk)


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line beyond the limit, of which only the first bytes were kept."""

    head: bytes


def lines(chunks: Iterator[bytes], limit: int) -> Iterator[bytes | TooLong]:
    """The lines without their LF; one of more than ``limit`` bytes is passed over without being held."""
    parts: list[bytes] = []
    held = 0
    skipping = False
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        if others:
            if not skipping:
                yield from _whole(b"".join([*parts, first]), limit)
            last = others.pop()
            yield from _checked(others, limit, len(chunk))
            skipping, parts, held = False, [last], len(last)
        elif not skipping:
            parts.append(first)
            held += len(first)
        if held > limit:
            yield TooLong(b"".join(parts)[:HEAD_BYTES])
            skipping, parts, held = True, [], 0
    if held:
        yield from _whole(b"".join(parts), limit)


def _whole(line: bytes, limit: int) -> Iterator[bytes | TooLong]:
    yield line if len(line) <= limit else TooLong(line[:HEAD_BYTES])


def _checked(found: list[bytes], limit: int, longest: int) -> Iterator[bytes | TooLong]:
    if longest <= limit:  # no line of a chunk is longer than the chunk
        yield from found
    else:
        for line in found:
            yield from _whole(line, limit)


def to_utf8(stream: Stream) -> Iterator[bytes]:
    """What is left of the stream without its byte order mark, recoded to UTF-8 where the mark says UTF-16 or UTF-32.

    Bytes without a mark pass as they are.
    """
    head = stream.peek(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            stream.read(len(mark))
            return stream.chunks() if name == "utf-8" else _recoded(stream.chunks(), name)
    return stream.chunks()


def _recoded(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


class Counted(io.RawIOBase):
    """An open file that reports every read, for progress and for judging expansion; otherwise as ``io.RawIOBase``."""

    def __init__(self, file: Readable, count: Callable[[int], None]) -> None:
        self._file = file
        self._count = count

    def readable(self) -> bool:  # noqa: D102
        return True

    def seekable(self) -> bool:  # noqa: D102
        seekable = getattr(self._file, "seekable", None)
        return bool(seekable and seekable())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:  # noqa: D102
        return int(cast(BinaryIO, self._file).seek(offset, whence))

    def tell(self) -> int:  # noqa: D102
        return int(cast(BinaryIO, self._file).tell())

    def read(self, size: int = -1) -> bytes:  # noqa: D102
        data = self._file.read(size)
        self._count(len(data))
        return data

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # noqa: D102
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:  # noqa: D102
        close = getattr(self._file, "close", None)
        if close and not self.closed:
            close()
        super().close()


def spooled(chunks: Iterator[bytes]) -> BinaryIO:
    """A seekable copy of a stream, on disk where it is large; the caller closes it."""
    copy = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
    try:
        for chunk in chunks:
            copy.write(chunk)
    except (StreamFault, OSError):
        copy.close()
        raise
    copy.seek(0)
    return cast(BinaryIO, copy)
