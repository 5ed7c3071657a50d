"""WARC records: responses only, decoded, bounded, cut short or garbled."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.reading import ReadOptions, Unreadable, read
from flows.reading.streams import Stream
from flows.reading.warc import read_warc
from tests.flows.reading.helpers import STORY, documents, outcomes, texts
from transforms.records import RawDocument

PAGE = f"<html><body><p>{STORY}</p></body></html>".encode()


def record(
    body: bytes = PAGE,
    *,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=ISO-8859-1"),),
    status: str = "200 OK",
    kind: str = "response",
    url: str = "https://harbourpost.example/a",
    length: int | None = None,
) -> bytes:
    http = f"HTTP/1.1 {status}\r\n".encode() + b"".join(f"{name}: {value}\r\n".encode() for name, value in headers)
    block = http + b"\r\n" + body
    warc = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-03T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block) if length is None else length}"
    )
    return warc.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def write(path: Path, *records: bytes, gz: bool = False) -> Path:
    path.write_bytes(b"".join(gzip.compress(each) for each in records) if gz else b"".join(records))
    return path


def encoded(encoding: str, body: bytes) -> bytes:
    return record(body, headers=(("Content-Type", "text/html"), ("Content-Encoding", encoding)))


@pytest.mark.parametrize("gz", [False, True])
def test_a_file_as_crawlers_write_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gz: bool) -> None:
    monkeypatch.setattr(WARCWriter, "_create_temp_file", lambda self: io.BytesIO())  # its own is never closed
    with (tmp_path / "a.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=gz)
        writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "test"}))
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        for url in ("https://a.example/1", "https://a.example/2"):
            date = {"WARC-Date": "2024-05-03T10:00:00Z"}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(PAGE), http_headers=http, warc_headers_dict=date
                )
            )
    found = documents(tmp_path / "a.warc.gz")
    assert [(each.url, each.origin_row) for each in found] == [("https://a.example/1", 2), ("https://a.example/2", 3)]
    assert {(each.content, each.media_type, each.charset) for each in found} == {(PAGE, "text/html", "utf-8")}
    assert found[0].fetched_at == dt.datetime(2024, 5, 3, 10, tzinfo=dt.UTC)


def test_what_is_no_document_is_skipped_and_counted(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.warc",
        record(kind="request"),
        record(status="301 Moved"),
        record(status="404 Not Found"),
        record(headers=(("Content-Type", "image/png"),)),
        record(STORY.encode(), headers=()),
        record(STORY.encode(), headers=(("Content-Type", "text/plain"),)),
    )
    reader = read([str(path)], ReadOptions())
    (found,) = reader
    assert isinstance(found, RawDocument)
    assert (found.media_type, found.charset, found.origin_row) == ("text/plain", None, 6)
    assert reader.skipped_records == 5


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", pa.compress(PAGE, codec="brotli", asbytes=True)),
        ("zstd", pa.compress(PAGE, codec="zstd", asbytes=True)),
        ("deflate, gzip", gzip.compress(zlib.compress(PAGE))),
        ("identity", PAGE),
        ("gzip", PAGE),
        ("br", PAGE),
    ],
)
def test_content_encodings(tmp_path: Path, encoding: str, body: bytes) -> None:
    assert texts(write(tmp_path / "a.warc", encoded(encoding, body))) == [PAGE.decode()]


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("gzip", b"\x1f\x8b\x08oops and more", "corrupt file"),
        ("deflate", b"oops and more", "corrupt file"),
        ("br", b"\xff\xff\xffoops and more", "corrupt file"),
        ("compress", b"oops", "unsupported kind"),
        ("gzip", gzip.compress(bytes(5_000_000)), "too large"),
        ("br", pa.compress(bytes(5_000_000), codec="brotli", asbytes=True), "too large"),
        ("deflate", zlib.compress(bytes(5_000_000)), "too large"),
    ],
)
def test_bad_content_encodings_cost_only_their_record(tmp_path: Path, encoding: str, body: bytes, reason: str) -> None:
    path = write(tmp_path / "a.warc", encoded(encoding, body), record())
    found = outcomes(path, max_document_bytes=1_000_000)
    assert texts(path, max_document_bytes=1_000_000) == [f"<{reason}>", PAGE.decode()]
    assert isinstance(found[0], Unreadable)
    assert found[0].document.url == "https://harbourpost.example/a"


def test_chunked_bodies(tmp_path: Path) -> None:
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (PAGE[:20], PAGE[20:])) + b"0\r\n\r\n"
    headers = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))
    path = write(tmp_path / "a.warc", record(chunked, headers=headers), record(PAGE, headers=headers))
    assert texts(path) == [PAGE.decode()] * 2


@pytest.mark.parametrize("gz", [False, True])
def test_a_cut_file_gives_the_records_before_and_one_rejection(tmp_path: Path, gz: bool) -> None:
    path = write(tmp_path / "a.warc", record(), record(), record(), gz=gz)
    path.write_bytes(path.read_bytes()[:-60])
    assert texts(path) == [PAGE.decode(), PAGE.decode(), "<truncated archive>"]


def test_a_file_cut_inside_a_header(tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc", record(), record()[:50])
    assert texts(path) == [PAGE.decode(), "<truncated archive>"]


@pytest.mark.parametrize("length", [10, 70, 400, 600, 5000, 10**17])
def test_a_wrong_content_length_costs_only_its_record(tmp_path: Path, length: int) -> None:
    path = write(tmp_path / "a.warc", record(), record(length=length), *[record()] * 3)
    found = texts(path)
    assert found[0] == PAGE.decode()
    assert [text for text in found if text.startswith(("<c", "<t"))] != []
    assert found.count(PAGE.decode()) == (1 if length == 10**17 else 4)


@pytest.mark.parametrize("length", ["", "-5", "many", "9" * 30])
def test_no_valid_content_length(tmp_path: Path, length: str) -> None:
    bad = record().replace(b"Content-Length: ", b"Content-Length: " + length.encode() + b"\r\nX-Old: ")
    assert texts(write(tmp_path / "a.warc", record(), bad, record())) == [
        PAGE.decode(),
        "<corrupt file>",
        PAGE.decode(),
    ]


def test_garbage_between_records(tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc", record(), b"garbage " * 5000 + b"\r\n\r\n", record())
    assert texts(path) == [PAGE.decode(), "<corrupt file>", PAGE.decode()]


def test_a_header_without_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc", b"WARC/1.0\r\n" + b"X: y\r\n" * 1000 + b"\r\n\r\n", record())
    assert texts(path) == ["<corrupt file>", PAGE.decode()]


def test_a_response_without_http(tmp_path: Path) -> None:
    block = b"no http here"
    bad = record().split(b"\r\n\r\n")[0] + b"\r\n\r\n" + block + b"\r\n\r\n"
    bad = bad.replace(b"Content-Length: ", b"Content-Length: %d\r\nX-Old: " % len(block))
    assert texts(write(tmp_path / "a.warc", bad, record()))[-1] == PAGE.decode()


def test_an_empty_page(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "a.warc", record(b""))) == ["<empty>"]


def test_large_records_are_passed_over(tmp_path: Path) -> None:
    large = record(b"x" * 900_000)
    video = record(b"x" * 900_000, kind="request")
    path = write(tmp_path / "a.warc", large, video, record())
    assert texts(path, max_document_bytes=100_000) == ["<too large>", PAGE.decode()]
    path = write(tmp_path / "b.warc", record(), large[:800_000])
    assert texts(path, max_document_bytes=100_000) == [PAGE.decode(), "<truncated archive>"]


@given(
    st.lists(
        st.one_of(st.binary(max_size=30), st.sampled_from([record(), record()[:90], b"WARC/1.0\r\n", b"\r\n\r\n"])),
        max_size=6,
    )
)
def test_no_bytes_crash_the_reader(pieces: list[bytes]) -> None:
    from flows.reading.options import StreamFault

    try:
        found = list(read_warc(Stream(piece for piece in pieces if piece), "x", ReadOptions(), lambda: None))
    except StreamFault as fault:
        assert fault.reason == "truncated archive"
    else:
        assert all(isinstance(each, RawDocument | Unreadable) for each in found)


def plain_record(body: bytes, kind: str, content_type: str) -> bytes:
    """A record without HTTP around its content."""
    return (
        (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://harbourpost.example/a\r\n"
            f"WARC-Date: 2024-05-03T10:00:00Z\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        + body
        + b"\r\n\r\n"
    )


@pytest.mark.parametrize("name", ["a.warc", "crawl.warc.wet", "crawl.warc.wet.gz", "crawl"])
def test_texts_without_http_around_them_are_read(tmp_path: Path, name: str) -> None:
    path = write(
        tmp_path / name,
        plain_record(b"Software-Info: x", "warcinfo", "application/warc-fields"),
        plain_record(STORY.encode(), "conversion", "text/plain"),
        plain_record(PAGE, "resource", "text/html; charset=UTF-8"),
        plain_record(b"\x89PNG", "resource", "image/png"),
        gz=name.endswith(".gz"),
    )
    found = documents(path)
    assert [(each.content, each.media_type, each.charset, each.origin_row) for each in found] == [
        (STORY.encode(), "text/plain", "utf-8", 2),
        (PAGE, "text/html", "utf-8", 3),
    ]
    assert found[0].url == "https://harbourpost.example/a"
    assert found[0].fetched_at == dt.datetime(2024, 5, 3, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize("page", [PAGE, b"<!DOCTYPE html>\n" + PAGE, b"  <!-- x --><HTML>" + PAGE])
def test_a_page_is_told_without_a_content_type(tmp_path: Path, page: bytes) -> None:
    (found,) = documents(write(tmp_path / "a.warc", record(page, headers=(("Server", "x"),))))
    assert (found.content, found.media_type, found.charset) == (page, "text/html", None)


ROBOTS = b"User-agent: GPTBot\nDisallow: /\n"
TDM = b'[{"location": "/news/*", "tdm-reservation": 1}]'
TEXT = (("Content-Type", "application/octet-stream"),)


def test_what_headers_and_the_sites_rules_say_about_rights_goes_with_the_page(tmp_path: Path) -> None:
    html = (("Content-Type", "text/html"), ("X-Robots-Tag", "noai"))
    path = write(
        tmp_path / "a.warc",
        record(ROBOTS, headers=TEXT, url="https://harbourpost.example/robots.txt"),
        record(TDM, headers=TEXT, url="https://harbourpost.example/.well-known/tdmrep.json"),
        record(headers=html, url="https://harbourpost.example/news/a"),
        record(url="https://bayherald.example/news/a"),
    )
    ours, others = documents(path)
    assert ours.rights == (
        "header robots: noai",
        "robots.txt disallow: GPTBot",
        "tdmrep.json tdm-reservation: 1",
    )
    assert others.rights == ()


def test_rules_that_a_site_does_not_have_say_nothing(tmp_path: Path) -> None:
    rules = record(ROBOTS, headers=TEXT, url="https://harbourpost.example/robots.txt", status="404 Not Found")
    assert documents(write(tmp_path / "a.warc", rules, record()))[0].rights == ()


def test_rights_have_no_part_in_the_id(tmp_path: Path) -> None:
    rules = record(ROBOTS, headers=TEXT, url="https://harbourpost.example/robots.txt")
    (with_rules,) = documents(write(tmp_path / "a.warc", rules, record()))
    (without,) = documents(write(tmp_path / "b.warc", record()))
    assert with_rules.doc_id == without.doc_id
    assert (with_rules.rights, without.rights) == (("robots.txt disallow: GPTBot",), ())
