"""Streams: lines of bounded length, whatever the size of the input."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.options import StreamFault
from flows.reading.streams import Counted, Stream, TooLong, file_chunks, lines, spooled, to_utf8

PIECES = st.lists(st.binary(max_size=8).map(lambda data: data.replace(b"x", b"\n")), max_size=12)


def cut_after(*pieces: bytes) -> Iterator[bytes]:
    yield from pieces
    raise StreamFault("truncated archive", "cut")


@given(PIECES)
def test_lines_are_those_of_the_whole(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    expected = whole.split(b"\n")
    assert list(lines(iter(pieces), 1000)) == (expected if expected[-1] else expected[:-1])


@given(PIECES, st.integers(0, 6))
def test_a_long_line_costs_only_itself(pieces: list[bytes], limit: int) -> None:
    expected = b"".join(pieces).split(b"\n")
    found = list(lines(iter(pieces), limit))
    assert len(found) == len(expected if expected[-1] else expected[:-1])
    for line, original in zip(found, expected, strict=False):
        assert isinstance(line, TooLong) == (len(original) > limit)
        assert isinstance(line, TooLong) or line == original


@given(PIECES, st.lists(st.tuples(st.sampled_from(["peek", "read", "readline", "skip"]), st.integers(0, 9))))
def test_a_stream_reads_as_a_file_does(pieces: list[bytes], steps: list[tuple[str, int]]) -> None:
    file = io.BytesIO(b"".join(pieces))
    stream = Stream(piece for piece in pieces if piece)
    for step, size in steps:
        if step == "peek":
            at = file.tell()
            assert stream.peek(size) == file.read(size)
            file.seek(at)
        elif step == "read":
            assert stream.read(size) == file.read(size)
        elif step == "readline":
            assert stream.readline(size) == file.readline(size)
        else:
            assert stream.skip(size) == len(file.read(size))
    assert b"".join(stream.chunks()) == file.read()


@given(PIECES, st.binary(min_size=1, max_size=3))
def test_a_marker_is_found_across_pieces(pieces: list[bytes], marker: bytes) -> None:
    whole = b"".join(pieces)
    stream = Stream(piece for piece in pieces if piece)
    assert stream.skip_to(marker) == (marker in whole)
    assert stream.read(1000) == (whole[whole.index(marker) :] if marker in whole else b"")


def test_a_fault_comes_after_every_byte_before_it_and_again() -> None:
    stream = Stream(cut_after(b"abc", b"def"))
    assert stream.peek(100) == b"abcdef"
    assert stream.read(4) == b"abcd"
    assert stream.read(4) == b"ef"
    for _ in range(2):
        with pytest.raises(StreamFault, match="cut"):
            stream.read(1)


def test_chunks_of_a_cut_stream_end_with_the_fault() -> None:
    stream = Stream(cut_after(b"abc"))
    chunks = stream.chunks()
    assert next(chunks) == b"abc"
    with pytest.raises(StreamFault):
        next(chunks)


def test_what_is_put_back_is_read_again() -> None:
    stream = Stream(iter([b"abc"]))
    stream.unread(stream.read(2))
    assert stream.read(9) == b"abc"


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32", "utf-8"])
def test_marked_text_becomes_utf8(charset: str) -> None:
    data = "naïve\n\U0001f600".encode(charset)
    stream = Stream(data[at : at + 3] for at in range(0, len(data), 3))
    assert b"".join(to_utf8(stream)).decode() == "naïve\n\U0001f600"


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_marked_text_of_either_byte_order(mark: str) -> None:
    assert b"".join(to_utf8(Stream(iter(["\ufeffab".encode(mark)])))) == b"ab"


def test_a_disk_that_fails_is_a_fault() -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(StreamFault, match="Input/output error") as caught:
        list(file_chunks(Broken()))
    assert caught.value.reason == "unreadable"


def test_a_counted_file_counts_and_closes() -> None:
    counts: list[int] = []
    file = io.BytesIO(b"abcdef")
    counted = Counted(file, counts.append)
    assert counted.seekable()
    assert io.BufferedReader(counted, 4).read(5) == b"abcde"
    assert sum(counts) == 6
    counted.close()
    assert file.closed


def test_a_spooled_copy_of_a_cut_stream_is_closed() -> None:
    with pytest.raises(StreamFault):
        spooled(cut_after(b"abc"))
    with spooled(iter([b"abc"])) as copy:
        assert copy.read() == b"abc"
