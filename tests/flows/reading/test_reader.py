"""The reader as a whole: ids, progress, mixed folders, and hostile files between good ones."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from flows.reading import Reader, ReadOptions, Unreadable, read
from flows.reading.discovery import Found, Source
from flows.reading.documents import Facts, document, unreadable
from tests.flows.reading.helpers import STORY, documents, only_unreadable, outcomes, texts
from transforms.records import RawDocument

# Ids


def doc_id(
    content: bytes = b"text", media_type: str = "text/plain", charset: str | None = None, **facts: object
) -> str:
    found = document(content, media_type, "x", 1, charset, Facts(**facts))  # type: ignore[arg-type]
    assert isinstance(found, RawDocument)
    return found.doc_id


def test_an_id_is_the_same_on_every_machine() -> None:
    found = document(b"text", "text/html", "x", None, "utf-8", Facts(url="u", input_id="i", title="t", authors=("a",)))
    assert isinstance(found, RawDocument)
    assert found.doc_id == "725861fc3a6104f12a0fe625"


def test_everything_that_is_known_has_part_in_an_id() -> None:
    ids = [
        doc_id(),
        doc_id(b"other"),
        doc_id(media_type="text/html"),
        doc_id(charset="utf-8"),
        *(doc_id(**{name: "x"}) for name in ("url", "input_id", "title", "published", "source_hint")),
        doc_id(authors=("x",)),
        doc_id(authors=("x", "y")),
    ]
    assert len(set(ids)) == len(ids)


def test_a_rejection_is_found_again_and_tells_rows_apart() -> None:
    ids = [
        unreadable("empty", "x", "a/x.txt").document.doc_id,
        unreadable("vanished", "x", "a/x.txt").document.doc_id,
        unreadable("empty", "x", "a/y.txt").document.doc_id,
        unreadable("malformed row", "x", "a/x.txt", 1, b"{").document.doc_id,
        unreadable("malformed row", "x", "a/x.txt", 2, b"{").document.doc_id,
        unreadable("malformed row", "x", "a/x.txt", 2, b"}").document.doc_id,
        unreadable("empty", "x", "a/x.txt", 1, b"", Facts(url="u")).document.doc_id,
    ]
    assert len(set(ids)) == len(ids)
    assert ids[0] == unreadable("empty", "y", "elsewhere/x.txt").document.doc_id
    assert ids[3] == unreadable("malformed row", "y", "b.jsonl", 1, b"{").document.doc_id


def test_reading_again_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one"}\n{bad\n{"lede": 1}\n{"text": ""}\n')
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.bin").write_bytes(bytes(1000))
    reader = read([str(tmp_path)])
    assert list(reader) == list(reader) == outcomes(tmp_path)
    assert len({each.doc_id if isinstance(each, RawDocument) else each.document.doc_id for each in reader}) == 6


# Whole documents


def test_text_and_pages_keep_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffDie Fähre\r\n\0".encode("utf-16"))
    (tmp_path / "b.html").write_bytes(b'<meta charset="utf-8"><p>caf\xe9')
    first, second = documents(tmp_path)
    assert (first.content, first.media_type) == ((tmp_path / "a.txt").read_bytes(), "text/plain")
    assert (second.content, second.media_type) == ((tmp_path / "b.html").read_bytes(), "text/html")
    assert {first.charset, second.charset, first.origin_row, second.url} == {None}


@pytest.mark.parametrize("content", [b"", b" \r\n\t"])
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a"])
def test_an_empty_file(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert only_unreadable(tmp_path / name).rejection.reason == "empty"


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json", "a.parquet", "a.zip", "a.tar", "a.warc", "a.txt.gz"])
def test_an_empty_file_of_any_kind(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert only_unreadable(tmp_path / name).rejection.reason == "empty"


def test_an_empty_compressed_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b""))
    assert only_unreadable(tmp_path / "a.txt.gz").rejection.reason == "empty"


def test_a_document_beyond_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 1001)
    (tmp_path / "b.txt").write_bytes(b"y" * 1000)
    found = outcomes(tmp_path, max_document_bytes=1000)
    assert isinstance(found[0], Unreadable)
    assert found[0].rejection.reason == "too large"
    assert "max_document_bytes" in found[0].rejection.detail
    assert found[0].document.content == b"x" * 1001
    assert isinstance(found[1], RawDocument)


def test_a_cut_text_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(STORY.encode() * 5)[:-12])
    found = only_unreadable(tmp_path / "a.txt.gz")
    assert found.rejection.reason == "truncated archive"
    assert found.document.content.startswith(STORY[:10].encode())


def test_a_cut_jsonl_gives_the_rows_before_and_one_rejection(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"text": f"{STORY} {number * 7919}"}).encode() + b"\n" for number in range(3000))
    for name, data in (("a.jsonl.gz", gzip.compress(lines)), ("a.jsonl.zst", zstandard.compress(lines))):
        (tmp_path / name).write_bytes(data[: len(data) * 2 // 3])
        found = outcomes(tmp_path / name)
        assert len(found) > 1000
        assert all(isinstance(each, RawDocument) for each in found[:-1])
        assert isinstance(found[-1], Unreadable)
        assert found[-1].rejection.reason == "truncated archive"
        assert f"{len(found) - 1:,} before it were read" in found[-1].rejection.detail


def test_broken_files_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    """The second one would count as unchanged, and no row would name it."""
    lines = b"".join(json.dumps({"text": f"{STORY} {number * 7919}"}).encode() + b"\n" for number in range(3000))
    data = gzip.compress(lines)
    parquet = b"PAR1" + b"x" * 200_000
    for day, share in (("1", 0.5), ("2", 0.6), ("3", 0.6)):
        (tmp_path / day).mkdir()
        (tmp_path / day / "news.jsonl.gz").write_bytes(data[: int(len(data) * share)])
        (tmp_path / day / "news.parquet").write_bytes(parquet + b"x" * int(share * 10))
        (tmp_path / day / f"bomb{day}.txt.gz").write_bytes(gzip.compress(b"0" * 30_000_000))
    found = [one for one in outcomes(tmp_path, expansion_floor_bytes=1 << 20) if isinstance(one, Unreadable)]
    ids = {(one.document.origin, one.document.doc_id) for one in found}
    assert len(ids) == len(found) == 9
    by_name = {origin.partition("/")[2]: doc_id for origin, doc_id in ids}
    distinct = set(by_name.values())
    assert len(distinct) == 7, "files of days 2 and 3 are the same, but for the names of their bombs"
    assert by_name["2/news.jsonl.gz"] == by_name["3/news.jsonl.gz"] != by_name["1/news.jsonl.gz"]


def test_a_gzip_bomb(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text": "one"}\n' + b" " * 30_000_000))
    assert texts(tmp_path / "a.jsonl.gz", expansion_floor_bytes=10_000_000) == ["one", "<decompression bomb>"]


def test_compressed_without_saying_so_and_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(b'{"text": "one"}\n'))
    (tmp_path / "b.jsonl.gz").write_bytes(b'{"text": "two"}\n')
    assert texts(tmp_path) == ["one", "two"]


def test_garbage_called_gzip(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(b"\x1f\x8b\x08" + b"\xff" * 500)
    assert only_unreadable(tmp_path / "a.txt.gz").rejection.reason == "corrupt file"


def test_a_disk_that_fails_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 1000:
                raise OSError(5, "Input/output error")
            return super().read(1000)

    line = json.dumps({"text": "x" * 85}).encode() + b"\n"
    for name, expected in (("a.jsonl", 10), ("a.zip", 0)):
        data = line * 100 if name == "a.jsonl" else b"PK\x03\x04" + bytes(5000)
        source = Source(name, lambda data=data: Failing(data))  # type: ignore[misc]
        found = Found(lambda source=source: iter([source]), 1)  # type: ignore[misc]
        monkeypatch.setattr("flows.reading.reader.discover", lambda inputs, found=found: [found])
        *before, last = read([name])
        assert len(before) == expected
        assert isinstance(last, Unreadable)
        assert last.rejection.reason == "unreadable"
        assert "Input/output error" in last.rejection.detail


# Streaming


class Endless(io.RawIOBase):
    """A file of a given size that is made while it is read, and counts how far that has come."""

    def __init__(self, line: bytes, size: int) -> None:
        self._block = line * (200_000 // len(line) + 1)
        self._left = size
        self.given = 0

    def read(self, size: int = -1, /) -> bytes:
        part = self._block[: min(len(self._block), self._left)]
        self._left -= len(part)
        self.given += len(part)
        return part


def reader_of(name: str, file: Endless, monkeypatch: pytest.MonkeyPatch, **options: int) -> Reader:
    found = Found(lambda: iter([Source(name, lambda: file)]), 0)
    monkeypatch.setattr("flows.reading.reader.discover", lambda inputs: [found])
    return read([name], ReadOptions(**options))


ROW = json.dumps({"text": STORY, "url": "https://harbourpost.example/a"}).encode()
LONG_ROW = json.dumps({"text": STORY * 50, "url": "https://harbourpost.example/a"}).encode()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.jsonl", LONG_ROW + b"\n"),
        ("a.json", LONG_ROW + b",\n"),
        ("a.csv", b'"text","' + b"x" * 5000 + b'"\n'),
        ("a.jsonl", b"x" * 100_000),
        ("a.json", b'["' + b"x" * 100_000),
        ("a.csv", b'"text",id\n"' + b"x" * 100_000 + b"\n"),
        ("a.txt", STORY.encode()),
        ("a.warc", b"WARC/1.0\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000 + b"\r\n\r\n"),
        ("a.warc", b"garbage\r\n\r\n"),
        ("a.warc", b"WARC/1.0\r\nContent-Length: 99999999999\r\n\r\n"),
        ("a.tar", bytes(257) + b"ustar" + bytes(250)),
    ],
)
def test_memory_is_bounded_whatever_the_size(name: str, line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Endless(line, 20_000_000)
    reader = reader_of(name, file, monkeypatch, max_document_bytes=500_000)
    tracemalloc.start()
    for _ in reader:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
    assert name in ("a.txt", "a.tar") or file.given == 20_000_000


def test_documents_come_while_the_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Endless(ROW + b"\n", 10**15)
    reader = iter(reader_of("a.jsonl", file, monkeypatch))
    for _ in range(100):
        next(reader)
    assert file.given < 1_000_000


def test_files_are_closed_when_reading_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes((ROW + b"\n") * 10)
    reader = iter(read([str(tmp_path)]))
    next(reader)
    assert isinstance(reader, Iterator)
    reader.close()  # type: ignore[attr-defined]  # an unclosed file would be a warning, hence an error


# Progress


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.jsonl.gz").write_bytes(gzip.compress((ROW + b"\n") * 10))
    (tmp_path / "z.txt").write_bytes(b"x" * 5000)
    reader = read([str(tmp_path)], ReadOptions(max_document_bytes=1000))
    assert reader.total_bytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    seen = [reader.bytes_read for _ in reader]
    assert seen == sorted(seen)
    assert seen[0] > 0
    assert reader.bytes_read == reader.total_bytes


def test_options_have_no_effect_on_good_news(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    assert {field.name for field in dataclasses.fields(ReadOptions)} >= {"field_map", "stdin_kind"}
    assert documents(tmp_path) == list(Reader([str(tmp_path)], ReadOptions()))
