"""Archives: members, nesting, path names, bombs, and what is cut short or damaged."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.reading import Unreadable
from tests.flows.reading.helpers import STORY, documents, only_unreadable, outcomes, texts

Members = list[tuple[str, bytes]]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def tarred(members: Members, mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


PACKED = {"a.zip": zipped, "a.tar": tarred, "a.tar.gz": lambda members: gzip.compress(tarred(members))}


@pytest.mark.parametrize("name", PACKED)
def test_members_of_every_kind(tmp_path: Path, name: str) -> None:
    parquet = io.BytesIO()
    pq.write_table(pa.table({"text": ["four"]}), parquet)
    members = [
        ("a/one.txt", b"one"),
        ("a/two.jsonl.gz", gzip.compress(b'{"text": "two"}\n{"text": "three"}\n')),
        ("four.parquet", parquet.getvalue()),
        ("inner.zip", zipped([("five.html", b"<html>five</html>")])),
        ("inner.tgz", gzip.compress(tarred([("six.csv", b"id,text\n1,six\n")]))),
        (".DS_Store", b"no"),
        ("__MACOSX/a/one.txt", b"no"),
    ]
    (tmp_path / name).write_bytes(PACKED[name](members))
    found = documents(tmp_path / name)
    assert [each.content for each in found] == [b"one", b"two", b"three", b"four", b"<html>five</html>", b"six"]
    assert [(each.origin, each.origin_row) for each in found] == [
        (f"{name}!a/one.txt", None),
        (f"{name}!a/two.jsonl.gz", 1),
        (f"{name}!a/two.jsonl.gz", 2),
        (f"{name}!four.parquet", 1),
        (f"{name}!inner.zip!five.html", None),
        (f"{name}!inner.tgz!six.csv", 2),
    ]


@pytest.mark.parametrize("name", ["a.tgz", "a.tar.gz", "a", "a.zip"])
def test_content_tells_an_archive_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(tarred([("x.txt", b"one")])))
    assert texts(tmp_path / name) == ["one"]


@pytest.mark.parametrize("name", PACKED)
def test_names_are_only_labels(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(PACKED[name]([("../../evil.txt", b"one"), ("/etc/x.txt", b"two")]))
    assert [each.origin for each in documents(tmp_path / "in" / name)] == [
        f"{name}!../../evil.txt",
        f"{name}!/etc/x.txt",
    ]
    assert [path.name for path in tmp_path.rglob("*")] == ["in", name]


@pytest.mark.parametrize("name", PACKED)
def test_a_bad_member_costs_only_itself(tmp_path: Path, name: str) -> None:
    cut = gzip.compress(b"x" * 99)[:-9]
    members = [("a.txt", b"one"), ("b.txt", b""), ("c", bytes(range(256))), ("d.txt.gz", cut), ("e.txt", b"two")]
    (tmp_path / name).write_bytes(PACKED[name](members))
    assert texts(tmp_path / name) == ["one", "<empty>", "<unsupported kind>", "<truncated archive>", "two"]


@pytest.mark.parametrize("name", PACKED)
def test_a_bomb_among_members_costs_only_itself(tmp_path: Path, name: str) -> None:
    bomb = gzip.compress(json.dumps({"text": "0" * 30_000_000}).encode())
    members = [("a.txt", b"one"), ("b.jsonl.gz", bomb), ("c.txt", b"two")]
    (tmp_path / name).write_bytes(PACKED[name](members))
    found = texts(tmp_path / name, expansion_floor_bytes=10_000_000)
    assert found[:2] == ["one", "<decompression bomb>"]
    assert name != "a.zip" or found[2] == "two"


def test_a_zip_bomb(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped([("a.jsonl", b"0" * 30_000_000), ("b.txt", b"two")]))
    assert texts(tmp_path / "a.zip", expansion_floor_bytes=10_000_000) == ["<decompression bomb>", "two"]


def test_an_archive_of_many_small_bombs_is_given_up(tmp_path: Path) -> None:
    members = [(f"{number}.jsonl", b"0" * 900_000) for number in range(50)]
    (tmp_path / "a.zip").write_bytes(zipped(members))
    found = texts(tmp_path / "a.zip", expansion_floor_bytes=1_000_000)
    assert found[-1] == "<decompression bomb>"
    assert len(found) < 50


def test_a_large_text_is_too_large_and_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped([("a.txt", b"x" * 50_000), ("b.txt", b"two")]))
    assert texts(tmp_path / "a.zip", max_document_bytes=1000) == ["<too large>", "two"]


def test_archives_inside_each_other_without_end(tmp_path: Path) -> None:
    data = zipped([("x.txt", STORY.encode())])
    for _ in range(10):
        data = zipped([("inner.zip", data), ("beside.txt", b"beside")])
    (tmp_path / "a.zip").write_bytes(data)
    assert texts(tmp_path / "a.zip") == ["<nested too deeply>", *["beside"] * 4]


def test_compression_without_end(tmp_path: Path) -> None:
    data = STORY.encode()
    for _ in range(6):
        data = gzip.compress(data)
    (tmp_path / "a.txt.gz").write_bytes(data)
    assert texts(tmp_path / "a.txt.gz") == ["<nested too deeply>"]
    assert texts(tmp_path / "a.txt.gz", max_nesting=6) == [STORY]


@pytest.mark.parametrize("name", PACKED)
def test_too_many_members(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PACKED[name]([(f"{number}.txt", b"one") for number in range(5)]))
    found = outcomes(tmp_path / name, max_members=3)
    assert texts(tmp_path / name, max_members=3) == ["one", "one", "one", "<too large>"]
    assert isinstance(found[-1], Unreadable)
    assert found[-1].rejection.detail.endswith("3 before it were read.")


def test_a_cut_zip(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped([("x.txt", STORY.encode())])[:-30])
    assert texts(tmp_path / "a.zip") == ["<truncated archive>"]


def test_a_zip_directory_that_is_damaged(tmp_path: Path) -> None:
    data = bytearray(zipped([("x.txt", STORY.encode())]))
    at = data.index(b"PK\x01\x02")
    data[at : at + 4] = b"oops"
    (tmp_path / "a.zip").write_bytes(data)
    assert texts(tmp_path / "a.zip") == ["<corrupt file>"]


def test_a_zip_directory_that_claims_to_be_endless(tmp_path: Path) -> None:
    data = bytearray(zipped([("x.txt", STORY.encode())]))
    struct.pack_into("<I", data, len(data) - 10, 0xF0000000)
    (tmp_path / "a.zip").write_bytes(data)
    assert texts(tmp_path / "a.zip") == ["<too large>"]


def test_a_zip_with_the_large_directory_format(tmp_path: Path) -> None:
    data = zipped([("x.txt", b"one")])
    end = data.index(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", data, end + 12)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    last = data[end : end + 8] + struct.pack("<HHIIH", 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    (tmp_path / "a.zip").write_bytes(data[:end] + record + locator + last)
    assert texts(tmp_path / "a.zip") == ["one"]


def test_a_damaged_zip_member_costs_only_itself(tmp_path: Path) -> None:
    data = bytearray(zipped([("x.txt", b"abc" + STORY.encode()), ("y.txt", b"two")], zipfile.ZIP_STORED))
    at = data.index(b"abc")
    data[at : at + 3] = b"xyz"
    (tmp_path / "a.zip").write_bytes(data)
    assert texts(tmp_path / "a.zip") == ["<corrupt file>", "two"]


def test_encrypted_and_unbounded_methods_are_refused(tmp_path: Path) -> None:
    data = bytearray(zipped([("x.txt", b"one"), ("y.txt", b"two")]))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert texts(tmp_path / "a.zip") == ["<unsupported kind>", "two"]
    (tmp_path / "b.zip").write_bytes(zipped([("x.txt", b"one")], zipfile.ZIP_LZMA))
    found = only_unreadable(tmp_path / "b.zip")
    assert found.rejection.reason == "unsupported kind"
    assert "deflate" in found.rejection.detail


def test_office_files_are_no_archives_of_news(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(zipped([("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]))
    assert texts(tmp_path / "a.docx") == ["<unsupported kind>"]


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_cut_tar_gz_gives_what_comes_before_and_one_rejection(tmp_path: Path, cut: float) -> None:
    members = [(f"{number}.txt", (f"text {number} " * 2000).encode()) for number in range(20)]
    data = gzip.compress(tarred(members))
    (tmp_path / "a.tar.gz").write_bytes(data[: int(len(data) * cut)])
    found = texts(tmp_path / "a.tar.gz")
    assert found[-1] == "<truncated archive>"
    assert all(text.startswith("text ") for text in found[:-1])
    assert len(found) > 1


@pytest.mark.parametrize("keep", [512 + 100, 512 * 3 + 200, 512 * 3])
def test_a_cut_tar(tmp_path: Path, keep: int) -> None:
    data = tarred([("a.txt", b"x" * 900), ("b.txt", b"y" * 900)])
    (tmp_path / "a.tar").write_bytes(data[:keep])
    found = texts(tmp_path / "a.tar")
    assert found in (["<truncated archive>"], ["x" * 900, "<truncated archive>"], ["x" * 900])
    assert (found[-1] == "x" * 900) == (keep == 512 * 3)


def test_a_tar_damaged_inside(tmp_path: Path) -> None:
    data = bytearray(tarred([("a.txt", b"one"), ("b.txt", b"two")]))
    data[1024:1100] = b"\xff" * 76
    (tmp_path / "a.tar").write_bytes(data)
    assert texts(tmp_path / "a.tar") == ["one", "<corrupt file>"]


def test_a_tar_whose_extended_header_would_fill_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type = tarfile.XHDTYPE
    info.size = 10**9
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.USTAR_FORMAT) + bytes(10_000))
    assert texts(tmp_path / "a.tar") == ["<corrupt file>"]


def test_links_and_sparse_files_in_a_tar(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
        sparse = tarfile.TarInfo("sparse.txt")
        header = bytearray(sparse.tobuf(tarfile.GNU_FORMAT))
        header[156:157] = tarfile.GNUTYPE_SPARSE
        header[386:482] = b"%011o\0%011o\0" % (0, 0) + bytes(72)
        header[482:483] = b"\0"
        header[483:495] = b"%011o\0" % 10**9
        header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:]) + 8 * 32)
        file.write(header)
        archive.offset = file.tell()
        note = tarfile.TarInfo("note.txt")
        note.size = 3
        archive.addfile(note, io.BytesIO(b"one"))
    (tmp_path / "a.tar").write_bytes(file.getvalue())
    assert texts(tmp_path / "a.tar") == ["<unsupported kind>", "one"]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    data = tarred([("caf?.txt", b"one")]).replace(b"caf?", b"caf\xe9")
    total = int(data[148:154], 8) + 0xE9 - ord("?")
    (tmp_path / "a.tar").write_bytes(data[:148] + b"%06o" % total + data[154:])
    (found,) = documents(tmp_path / "a.tar")
    assert found.origin == "a.tar!café.txt"


def test_bz2_tar(tmp_path: Path) -> None:
    (tmp_path / "a.tbz2").write_bytes(bz2.compress(tarred([("x.txt", b"one")])))
    assert texts(tmp_path / "a.tbz2") == ["one"]
