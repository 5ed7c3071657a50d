"""Kinds of input: by name, by content where the name is missing or lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.reading.kinds import base_name, kind_of, looks_like_page
from flows.reading.options import Kind, StreamFault
from tests.flows.reading.helpers import only_unreadable

PROSE = b"The ferry to Holm Island will run every hour from May."


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", PROSE, "text"),
        ("a.TEXT", PROSE, "text"),
        ("a.md", b"# Ferry", "text"),
        ("a.html", b"<p>x", "html"),
        ("a.htm", b"<p>x", "html"),
        ("a.xhtml", b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html>', "html"),
        ("a.jsonl", b'{"a": 1}\n{', "jsonl"),
        ("a.ndjson", b'{"a": 1}\n{', "jsonl"),
        ("a.json", b'{"a": 1}\n{', "json"),
        ("a.csv", b"a,b", "csv"),
        ("a.tsv", b"a\tb", "tsv"),
        # The content tells otherwise
        ("a.txt", b"\n<!doctype HTML>\n<html>", "html"),
        ("a.txt", b"<!-- saved --><html>", "html"),
        ("a.html", PROSE, "text"),
        ("a.jsonl", b"[\n{", "json"),
        ("a.jsonl", b'{\n"text"', "json"),
        ("a.txt", b"PK\x03\x04", "zip"),
        ("a.csv", b"PAR1", "parquet"),
        ("a.bin", b"WARC/1.1\r\n", "warc"),
        ("a", bytes(257) + b"ustar", "tar"),
        # Containers are believed, their readers say what is wrong
        ("a.zip", b"x", "zip"),
        ("a.warc", b"x", "warc"),
        # No extension, or an unknown one
        ("a", PROSE, "text"),
        ("a.2024-05-03", PROSE, "text"),
        ("a", b"\xef\xbb\xbf  <html>", "html"),
        ("a", b'{"text": "x"}', "json"),
        ("a", b' [ {"text"', "json"),
        ("a", b"[Update] The ferry", "text"),
        ("a", b"id,title,text\n1,2,3", "csv"),
        ("a", b'"id";"Article Text"\n1,2', "csv"),
        ("a", b"Text, body and soul, he said.", "text"),
        ("a", b"Content, not form", "text"),
        ("a", b"text", "text"),
        # Odd text is text
        ("a.txt", PROSE * 9 + b"\0\0\0" + PROSE, "text"),
        ("a.txt", "Die Fähre".encode("utf-16"), "text"),
        ("a.txt", "Die Fähre".encode("utf-16-le"), "text"),
        ("a.txt", "Die Fähre".encode("utf-32"), "text"),
        ("a.txt", "Фериботът".encode("koi8-r"), "text"),
        ("a.txt", "フェリー".encode("iso-2022-jp"), "text"),
    ],
)
def test_kinds(name: str, head: bytes, kind: Kind) -> None:
    assert kind_of(name, head) == kind


@pytest.mark.parametrize(
    ("name", "head", "what"),
    [
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.txt", b"{\\rtf1", "RTF"),
        ("a.html", b"\x89PNG\r\n", "PNG"),
        ("a", b"\xff\xd8\xff\xe0", "JPEG"),
        ("a.css", b"body {}", ".css"),
        ("a", b'<?xml version="1.0"?><urlset>', "XML"),
        ("map.xml", b"<urlset>", ".xml"),
        ("a.bin", bytes(range(256)), "binary"),
        ("a.txt", bytes(1000), "binary"),
    ],
)
def test_kinds_that_are_not_read(name: str, head: bytes, what: str) -> None:
    with pytest.raises(StreamFault, match=what) as caught:
        kind_of(name, head)
    assert caught.value.reason == "unsupported kind"


def test_a_binary_file_ends_as_a_rejection(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(bytes(range(256)) * 1000)
    found = only_unreadable(tmp_path / "a.txt")
    assert found.rejection.reason == "unsupported kind"
    assert found.document.content == (bytes(range(256)) * 1000)[: 64 * 1024]


@pytest.mark.parametrize(
    ("name", "base"),
    [("a.txt.gz", "a.txt"), ("a.TGZ", "a.tar"), ("a.jsonl.ZST", "a.jsonl"), ("a.txt", "a.txt"), ("a", "a")],
)
def test_names_without_compression(name: str, base: str) -> None:
    assert base_name(name) == base


def test_hostile_starts_are_judged_quickly() -> None:
    for start in (b"<!--" * 100_000, b" " * 500_000, b"<?xml " * 100_000, b"<!-- -->" * 100_000):
        assert not looks_like_page(start)
