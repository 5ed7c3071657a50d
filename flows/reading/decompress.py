"""Decompression in bounded pieces, with a judge who stops bombs.

Each decompressor hands out everything before a cut or a damage and then raises ``StreamFault``. Archives with members
do not belong here.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Literal, Protocol

import zstandard

from flows.reading.options import ReadOptions, StreamFault

Compression = Literal["gzip", "zstd", "bzip2", "xz"]

MAGIC: dict[bytes, Compression] = {
    b"\x1f\x8b\x08": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}

LONGEST_MAGIC = max(map(len, MAGIC))

SUFFIXES: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz"}

MAX_WINDOW_BYTES = 128 * 1024 * 1024
"""Memory that a zstd or xz stream may ask for; the highest ordinary presets need 128 and 65 MiB."""

ZSTD_FEED_BYTES = 2048
"""Compressed bytes given to zstd at once: its decoder takes no output limit, and 4 bytes can stand for 128 KiB."""

MAX_OUTPUT_BYTES = 1024 * 1024
"""Handed out at once by the other decoders."""


class Expansion:
    """What the decompressors over one file or member have put out, judged against what went in.

    A member's expansion reports to its archive's, which stands ten times the floor: one bomb is one bad member, many
    are a bad archive.
    """

    def __init__(self, consumed: Callable[[], int], options: ReadOptions, parent: Expansion | None = None) -> None:
        self._consumed = consumed
        self._options = options
        self._parent = parent
        self._produced = 0

    def add(self, size: int) -> None:
        """Counts ``size`` bytes of output.

        Raises:
            StreamFault: ``decompression bomb``.
        """
        self._produced += size
        if self.exceeds(self._options.expansion_floor_bytes):
            raise StreamFault("decompression bomb", self.finding())
        if self._parent:
            self._parent.count(size)

    def count(self, size: int) -> None:
        """Counts without judging."""
        self._produced += size

    def exceeds(self, floor: int) -> bool:
        """Whether the output is beyond ``floor`` and out of all proportion to the input."""
        return self._produced > floor and self._produced > max(1, self._consumed()) * self._options.max_expansion_ratio

    def finding(self) -> str:
        """The two sizes, for a person."""
        return (
            f"{self._consumed():,} compressed bytes had become {self._produced:,} and more, over"
            f" {self._options.max_expansion_ratio:g} times. If it is genuine, decompress it first."
        )


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """zlib's decoder with the interface of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)


class _Zstd:
    """zstandard's decoder with the interface of those of bz2 and lzma; bounds its output by feeding little."""

    def __init__(self) -> None:
        self._decoder = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES).decompressobj()
        self._waiting = memoryview(b"")

    @property
    def eof(self) -> bool:
        return bool(self._decoder.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._decoder.unused_data) + bytes(self._waiting)

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if data:
            self._waiting = memoryview(bytes(self._waiting) + data)
        pieces: list[bytes] = []
        size = 0
        while self._waiting and not self._decoder.eof and size < max_length:
            pieces.append(self._decoder.decompress(self._waiting[:ZSTD_FEED_BYTES]))
            size += len(pieces[-1])
            self._waiting = self._waiting[ZSTD_FEED_BYTES:]
        return b"".join(pieces)


def _xz() -> _Decoder:
    return lzma.LZMADecompressor(memlimit=MAX_WINDOW_BYTES)


_DECODERS: dict[Compression, Callable[[], _Decoder]] = {
    "gzip": _Gzip,
    "zstd": _Zstd,
    "bzip2": bz2.BZ2Decompressor,
    "xz": _xz,
}


def compression_of(head: bytes) -> Compression | None:
    """Told by the first bytes; a file name proves nothing."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)


def decompressed(chunks: Iterator[bytes], compression: Compression, expansion: Expansion) -> Iterator[bytes]:
    """The decompressed bytes of one or more members one after the other, in pieces of about a mebibyte at most.

    Raises:
        StreamFault: ``truncated archive``, ``corrupt file`` or ``decompression bomb``, after every byte before it.
    """
    decoder = _DECODERS[compression]()
    for data in chunks:
        rest = data
        while rest:
            if decoder.eof:
                rest = rest.lstrip(b"\0")  # padding between members and at the end
                if not rest:
                    break
                decoder = _DECODERS[compression]()
            for piece in _fed(decoder, rest, compression):
                expansion.add(len(piece))
                yield piece
            rest = decoder.unused_data if decoder.eof else b""
    if not decoder.eof:
        raise StreamFault(
            "truncated archive", f"The {compression} data ends before its end mark. Fetch the file again."
        )


def _fed(decoder: _Decoder, data: bytes, compression: Compression) -> Iterator[bytes]:
    waiting = data
    while not decoder.eof and (waiting or not decoder.needs_input):
        try:
            piece = decoder.decompress(waiting, MAX_OUTPUT_BYTES)
        except (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError) as error:
            raise StreamFault(
                "corrupt file", f"The {compression} data is damaged: {error}. Fetch the file again."
            ) from error
        waiting = b""
        if piece:
            yield piece
