"""Decompression: bounded, streamed, and told apart by content."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable

import pytest
import zstandard

from flows.reading.decompress import MAX_OUTPUT_BYTES, Compression, Expansion, compression_of, decompressed
from flows.reading.options import ReadOptions, StreamFault

PACK: dict[Compression, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
NOISE = random.Random(1).randbytes(300_000)


def unpack(blob: bytes, compression: Compression, step: int = 1000, **options: int) -> list[bytes]:
    consumed = 0

    def chunks():  # type: ignore[no-untyped-def]
        nonlocal consumed
        for at in range(0, len(blob), step):
            consumed += step
            yield blob[at : at + step]

    return list(decompressed(chunks(), compression, Expansion(lambda: consumed, ReadOptions(**options))))


def until_fault(blob: bytes, compression: Compression, **options: int) -> tuple[bytes, StreamFault]:
    pieces: list[bytes] = []
    expansion = Expansion(lambda: len(blob), ReadOptions(**options))
    with pytest.raises(StreamFault) as caught:
        pieces.extend(decompressed(iter([blob]), compression, expansion))
    return b"".join(pieces), caught.value


@pytest.mark.parametrize("compression", PACK)
@pytest.mark.parametrize("step", [1, 7, 1000, 10**6])
def test_round_trip_in_any_pieces(compression: Compression, step: int) -> None:
    data = NOISE[:3000] + b"news " * 500
    blob = PACK[compression](data)
    assert compression_of(blob) == compression
    assert b"".join(unpack(blob, compression, step)) == data


@pytest.mark.parametrize("compression", PACK)
def test_several_members_are_one_file(compression: Compression) -> None:
    blob = PACK[compression](b"one ") + PACK[compression](b"two ") + PACK[compression](b"")
    assert b"".join(unpack(blob, compression)) == b"one two "


def test_padding_after_the_end_is_nothing() -> None:
    assert b"".join(unpack(gzip.compress(b"one") + bytes(5000), "gzip")) == b"one"


@pytest.mark.parametrize("compression", PACK)
def test_a_cut_comes_after_everything_before_it(compression: Compression) -> None:
    blob = PACK[compression](NOISE)
    found, fault = until_fault(blob[: len(blob) * 2 // 3], compression)
    assert fault.reason == "truncated archive"
    assert compression == "bzip2" or len(found) > 100_000  # bzip2 works by blocks of 900 kB
    assert NOISE.startswith(found)


@pytest.mark.parametrize("compression", PACK)
def test_a_missing_last_byte_is_a_cut(compression: Compression) -> None:
    found, fault = until_fault(PACK[compression](b"news")[:-1], compression)
    assert fault.reason == "truncated archive"
    assert b"news".startswith(found)


@pytest.mark.parametrize("compression", PACK)
def test_damage(compression: Compression) -> None:
    blob = bytearray(PACK[compression](NOISE))
    blob[10:200] = bytes(190)
    _, fault = until_fault(bytes(blob), compression)
    assert fault.reason in ("corrupt file", "truncated archive")


def test_garbage_behind_a_member_is_reported_after_it() -> None:
    found, fault = until_fault(gzip.compress(b"news") + b"garbage behind the end", "gzip")
    assert (found, fault.reason) == (b"news", "corrupt file")


@pytest.mark.parametrize("compression", PACK)
def test_a_bomb_is_stopped_soon_after_the_floor(compression: Compression) -> None:
    blob = PACK[compression](bytes(80_000_000))
    found, fault = until_fault(blob, compression, expansion_floor_bytes=1_000_000)
    assert fault.reason == "decompression bomb"
    assert "200 times" in fault.detail
    assert len(found) <= 70_000_000


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz"])
def test_pieces_are_bounded(compression: Compression) -> None:
    blob = PACK[compression](bytes(20_000_000))
    assert max(map(len, unpack(blob, compression, step=10**6))) <= MAX_OUTPUT_BYTES


def test_small_files_of_any_ratio_pass() -> None:
    assert len(b"".join(unpack(gzip.compress(bytes(5_000_000)), "gzip", step=10**6))) == 5_000_000


def test_a_member_reports_to_its_archive_which_stands_more() -> None:
    archive = Expansion(lambda: 1, ReadOptions(expansion_floor_bytes=100))
    for _ in range(11):
        Expansion(lambda: 1000, ReadOptions(expansion_floor_bytes=100), archive).add(99)
    assert archive.exceeds(1000)
    assert not archive.exceeds(1100)


def test_plain_bytes_are_no_compression() -> None:
    assert compression_of(b"The ferry") is None
