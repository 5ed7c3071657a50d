"""Rows of JSON, CSV and Parquet: which column is which fact, and what a bad row says."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading import Unreadable
from flows.reading.csvrows import read_csv
from flows.reading.documents import one_line
from flows.reading.fields import FieldMapper, known_names, opened, utc_time
from flows.reading.jsonrows import read_json, read_json_lines
from flows.reading.options import FACTS, InputError, ReadOptions
from flows.reading.streams import Stream
from tests.flows.reading.helpers import STORY, documents, only_unreadable, outcomes, texts
from transforms.records import RawDocument


def write_lines(path: Path, *rows: Any) -> Path:
    path.write_bytes(b"\n".join(row if isinstance(row, bytes) else orjson.dumps(row) for row in rows) + b"\n")
    return path


def one(row: dict[str, Any], **field_map: str) -> RawDocument:
    """The document of one JSON row."""
    mapper = FieldMapper(ReadOptions(field_map=field_map))
    found = mapper.document(row, mapper.plan_of(row), "x.jsonl", 1)
    assert isinstance(found, RawDocument), found
    return found


# Which field states which fact


def test_a_row_with_usual_names() -> None:
    row = {
        "id": 17,
        "url": " https://harbourpost.example/a ",
        "domain": "harbourpost.example",
        "title": "Ferry",
        "authors": "Ana Ruiz, Tom Wu",
        "date": "2024-05-03",
        "text": STORY,
        "crawl_date": "2024-05-04T10:00:00+02:00",
    }
    found = one(opened(row))
    assert (found.content, found.media_type, found.charset) == (STORY.encode(), "text/plain", "utf-8")
    assert (found.input_id, found.url, found.source_hint) == ("17", "https://harbourpost.example/a", row["domain"])
    assert (found.title, found.authors, found.published) == ("Ferry", ("Ana Ruiz", "Tom Wu"), "2024-05-03")
    assert found.fetched_at == dt.datetime(2024, 5, 4, 8, tzinfo=dt.UTC)
    assert (found.origin, found.origin_row) == ("x.jsonl", 1)


@pytest.mark.parametrize(
    ("fact", "names"), [(fact, [*known_names()[fact]]) for fact in FACTS if fact not in ("text", "html")]
)
def test_every_known_name_is_found(fact: str, names: list[str]) -> None:
    for name in names:
        found = one({"text": STORY, name.upper(): "2024-05-03"})
        value = getattr(found, fact)
        assert value in ("2024-05-03", ("2024-05-03",), dt.datetime(2024, 5, 3, tzinfo=dt.UTC)), name


@pytest.mark.parametrize("name", ["Article Text", "articleBody", "maintext", "full-text", "TEXT", "body"])
def test_text_names_in_any_writing(name: str) -> None:
    assert one({name: STORY}).content == STORY.encode()


def test_no_name_stands_for_two_facts() -> None:
    names = [name for known in known_names().values() for name in known]
    assert len(names) == len(set(names))


def test_the_better_name_wins_and_an_empty_one_yields() -> None:
    assert one({"content": "teaser", "text": STORY}).content == STORY.encode()
    assert one({"text": " ", "content": STORY}).content == STORY.encode()
    assert one({"text": STORY, "url": None, "link": "https://a.example"}).url == "https://a.example"


def test_a_mapped_field_is_the_only_one() -> None:
    row = {"text": "not this", "html": "<p>nor this</p>", "lede": STORY, "slug": "ferry", "title": "no"}
    found = one(row, text="lede", title="slug")
    assert (found.content, found.title) == (STORY.encode(), "ferry")


def test_a_dotted_name_reaches_into_objects() -> None:
    assert one({"article": {"body": STORY}}, text="article.body").content == STORY.encode()
    assert one({"a.b": STORY}, text="a.b").content == STORY.encode()


def test_metadata_kept_in_an_object() -> None:
    row = {"text": STORY, "id": "9", "metadata": {"url": "https://a.example/1", "headline": "Ferry", "n": 1}}
    assert (one(row).url, one(row).title) == ("https://a.example/1", "Ferry")


def test_html_wins_over_text() -> None:
    found = one({"text": STORY, "html": f"<p>{STORY}</p>"})
    assert (found.media_type, found.content) == ("text/html", f"<p>{STORY}</p>".encode())
    assert one({"text": STORY, "html": None}).media_type == "text/plain"


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        (f"<!DOCTYPE html><html><body>{STORY}</body></html>", "text/html"),
        (f'\n <html lang="en"><body>{STORY}', "text/html"),
        (f"<p class='x'>{STORY}</p>", "text/html"),
        (f"<b>{STORY}</b>", "text/plain"),
        (f"<p {STORY}", "text/plain"),
        (f"<i>n</i> {STORY}", "text/plain"),
        (f"{STORY} <p>tags</p>", "text/plain"),
    ],
)
def test_a_text_field_that_holds_a_page(text: str, media_type: str) -> None:
    assert one({"text": text}).media_type == media_type


@pytest.mark.parametrize(
    ("value", "content"),
    [
        (["First.", "Second."], b"First.\nSecond."),
        ([{"text": "First."}, None, 3], b"First.\n3"),
        ({"rendered": "<p>One</p>"}, b"<p>One</p>"),
        (12.5, b"12.5"),
        (b"caf\xe9", b"caf\xe9"),
    ],
)
def test_text_that_is_not_a_string(value: Any, content: bytes) -> None:
    assert one({"content": value}).content == content


@pytest.mark.parametrize(
    ("value", "authors"),
    [
        ("Ben Wolf", ("Ben Wolf",)),
        ("Ben Wolf; Ana Ruiz, PhD", ("Ben Wolf", "Ana Ruiz, PhD")),
        ("Ben Wolf, Jr., Ana Ruiz", ("Ben Wolf, Jr.", "Ana Ruiz")),
        ("['Ben Wolf', 'Ana Ruiz']", ("Ben Wolf", "Ana Ruiz")),
        (["Ben Wolf", "Ben Wolf", None, "Ana\nRuiz"], ("Ben Wolf", "Ana Ruiz")),
        ([{"@type": "Person", "name": "Ben Wolf"}], ("Ben Wolf",)),
        ({"name": "Ben Wolf"}, ("Ben Wolf",)),
        (" , ", ()),
        ("[]", ()),
        ("nan", ()),
        (float("nan"), ()),
        (["None", "Ben Wolf"], ("Ben Wolf",)),
        ("Nan Wolf", ("Nan Wolf",)),
        (None, ()),
        (True, ()),
    ],
)
def test_authors(value: Any, authors: tuple[str, ...]) -> None:
    assert one({"text": STORY, "author": value}).authors == authors


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2024-05-03", dt.datetime(2024, 5, 3)),
        ("2024-05-03T10:00:00Z", dt.datetime(2024, 5, 3, 10)),
        ("2024-05-03 10:00:00", dt.datetime(2024, 5, 3, 10)),
        ("20240503100000", dt.datetime(2024, 5, 3, 10)),
        (1714730400, dt.datetime(2024, 5, 3, 10)),
        (1714730400000, dt.datetime(2024, 5, 3, 10)),
        (dt.datetime(2024, 5, 3, 10), dt.datetime(2024, 5, 3, 10)),
        (dt.date(2024, 5, 3), dt.datetime(2024, 5, 3)),
        ({"$date": "2024-05-03"}, dt.datetime(2024, 5, 3)),
        ("yesterday", None),
        (float("nan"), None),
        (10**40, None),
        (True, None),
        ([1], None),
        ({}, None),
    ],
)
def test_times(value: Any, time: dt.datetime | None) -> None:
    assert utc_time(value) == (time.replace(tzinfo=dt.UTC) if time else None)


def test_facts_are_single_printable_lines() -> None:
    assert one_line("Ferry\n  to\x00 Holm\u00a0Island\x1b ") == "Ferry to Holm Island"
    assert one_line("caf\udce9") == "café"
    assert one_line(" \n ") is None


@given(st.text(st.characters()) | st.text())
def test_facts_can_always_be_encoded(value: str) -> None:
    line = one_line(value)
    assert line is None or line.encode().decode() == line


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.dates() | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "text", "x"]), inner),
)


@given(st.dictionaries(st.sampled_from(["text", "html", "title", "authors", "date", "url", "crawl_date"]), values))
def test_no_row_crashes(row: dict[str, Any]) -> None:
    mapper = FieldMapper(ReadOptions())
    found = mapper.document(row, mapper.plan_of(row), "x.jsonl", 1)
    assert isinstance(found, RawDocument | Unreadable)


@pytest.mark.parametrize("name", ["_source", "data", "article", "fields"])
def test_an_envelope_is_opened(name: str) -> None:
    row = {"id": "7", name: {"title": "Ferry", "body": STORY, "url": "https://harbourpost.example/7", "id": None}}
    found = one(opened(row))
    assert (found.content, found.title, found.input_id) == (STORY.encode(), "Ferry", "7")
    assert found.url == "https://harbourpost.example/7"


@pytest.mark.parametrize(
    "around",
    [
        lambda rows: {"status": "ok", "totalResults": 2, "articles": rows},
        lambda rows: {"response": {"docs": rows}},
        lambda rows: {"hits": {"total": 2, "hits": [{"_id": "1", "_source": row} for row in rows]}},
    ],
)
def test_the_answer_of_an_interface_is_as_many_documents(
    tmp_path: Path, around: Callable[[list[dict[str, str]]], dict[str, Any]]
) -> None:
    rows = [{"title": "Ferry", "content": STORY}, {"title": "Pier", "content": STORY + " Again."}]
    path = tmp_path / "a.json"
    path.write_bytes(orjson.dumps([around(rows), {"text": "last"}]))
    found = documents(path)
    assert [(each.title, each.origin_row) for each in found] == [("Ferry", 1), ("Pier", 2), (None, 3)]


def test_plans_are_bounded() -> None:
    mapper = FieldMapper(ReadOptions())
    for number in range(2500):
        mapper.plan((f"field{number}",))
    assert len(mapper._plans) <= 1000


# JSON Lines


def test_a_bad_line_in_a_good_file_costs_only_itself(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "one"}, b'{"text": "two', b"", {"text": "three"})
    found = outcomes(path)
    assert [each.content if isinstance(each, RawDocument) else None for each in found] == [b"one", None, b"three"]
    bad = found[1]
    assert isinstance(bad, Unreadable)
    assert bad.rejection.reason == "malformed row"
    assert bad.rejection.detail.startswith("Line 2: column 10: Unterminated string")
    assert (bad.document.origin, bad.document.origin_row, bad.document.content) == ("a.jsonl", 2, b'{"text": "two')


@pytest.mark.parametrize("line", [b"[1]", b'"text"', b"12", b"null", b"[" * 5000, b'{"text": ' + b"9" * 5000 + b"}"])
def test_lines_that_are_no_row(tmp_path: Path, line: bytes) -> None:
    assert texts(write_lines(tmp_path / "a.jsonl", {"text": "one"}, line)) == ["one", "<malformed row>"]


def test_deep_nesting_costs_only_itself(tmp_path: Path) -> None:
    deep = b'{"text": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert texts(write_lines(tmp_path / "a.jsonl", deep, {"text": "two"})) == ["<malformed row>", "two"]


def test_a_row_without_text_field_names_what_it_has(tmp_path: Path) -> None:
    found = only_unreadable(write_lines(tmp_path / "a.jsonl", {"lede": "one", "slug": "x"}))
    assert found.rejection.reason == "missing text field"
    assert "'lede', 'slug'" in found.rejection.detail
    assert "--map text=" in found.rejection.detail


def test_a_mapped_field_that_is_missing_is_named(tmp_path: Path) -> None:
    found = only_unreadable(write_lines(tmp_path / "a.jsonl", {"text": "one"}), field_map={"text": "lede"})
    assert found.rejection.reason == "missing text field"
    assert "'lede'" in found.rejection.detail


@pytest.mark.parametrize("text", ["", " \n", None, "NaN", "\\N"])
def test_an_empty_row(tmp_path: Path, text: str | None) -> None:
    found = only_unreadable(write_lines(tmp_path / "a.jsonl", {"text": text, "id": "a7"}))
    assert (found.rejection.reason, found.document.input_id) == ("empty", "a7")


def test_a_long_line_costs_only_itself(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "one"}, {"text": "x" * 900_000}, {"text": "three"})
    found = outcomes(path, max_document_bytes=100_000)
    assert texts(path, max_document_bytes=100_000) == ["one", "<too large>", "three"]
    assert len(found[1].document.content) == 64 * 1024  # type: ignore[union-attr]


def test_what_other_parsers_write_is_taken(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl",
        b'{"text": "lone \\ud83d", "title": "\\ud83d"}',
        b'{"text": "score", "score": NaN}',
        b'{"text": "caf\xe9", "title": "caf\xe9"}',
        b"\0\0\0" + b'{"text": "zeros before"}',
        b'{"text": "first", "text": "last"}',
        b'{"text": "nul \\u0000 inside"}',
    )
    found = documents(path)
    assert [each.content for each in found] == [
        "lone �".encode(),
        b"score",
        b"caf\xe9",
        b"zeros before",
        b"last",
        b"nul \0 inside",
    ]
    assert [each.charset for each in found] == ["utf-8", "utf-8", None, "utf-8", "utf-8", "utf-8"]
    assert (found[0].title, found[2].title) == ("�", "café")


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
def test_marks_and_crlf(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text": "café"}\r\n{"text": "two"}\r\n'.encode(charset))
    assert texts(path) == ["café", "two"]


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_no_bytes_crash_the_json_readers(pieces: list[bytes]) -> None:
    for reader in (read_json_lines, read_json):
        for found in reader(Stream(iter(pieces)), "x", FieldMapper(ReadOptions()), ReadOptions(max_document_bytes=20)):
            assert isinstance(found, RawDocument | Unreadable)


# JSON


@given(st.lists(st.dictionaries(st.text(max_size=3), st.text('"\\{}[],:x', max_size=6)), max_size=5), st.integers(1, 9))
def test_objects_of_an_array_are_cut_out_whole(rows: list[dict[str, str]], step: int) -> None:
    rows = [{**row, "text": json.dumps(row)} for row in rows]
    for data in (json.dumps(rows), json.dumps(rows, indent=2), "\n".join(map(json.dumps, rows))):
        pieces = (data.encode()[at : at + step] for at in range(0, len(data), step))
        found = list(read_json(Stream(pieces), "x", FieldMapper(ReadOptions()), ReadOptions()))
        assert [each.content.decode() for each in found if isinstance(each, RawDocument)] == [
            row["text"] for row in rows
        ]


def test_an_array_of_objects(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"text": "one"}, {"text": "two", "more": {"a": [1, {}]}}], indent=1))
    assert [(each.content, each.origin_row) for each in documents(path)] == [(b"one", 1), (b"two", 2)]


def test_one_object_over_several_lines(tmp_path: Path) -> None:
    for name in ("a.json", "a.jsonl", "bare"):
        (tmp_path / name).write_text(json.dumps({"text": "one", "title": "x"}, indent=1))
        assert texts(tmp_path / name) == ["one"]


def test_an_array_called_jsonl(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('[{"text": "one"},\n{"text": "two"}]')
    assert texts(tmp_path / "a.jsonl") == ["one", "two"]


def test_an_array_with_bad_pieces(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"text": "one"}, 7, {"text": nope}, [1], {"text": "two"}, "x"]')
    assert texts(tmp_path / "a.json") == ["one", *["<malformed row>"] * 3, "two", "<malformed row>"]


def test_an_array_that_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"text": "one"}, {"text": "tw')
    assert texts(tmp_path / "a.json") == ["one", "<malformed row>"]


def test_a_large_object_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"text": "one"}, {"text": "x" * 500_000}, {"text": "three"}]))
    assert texts(tmp_path / "a.json", max_document_bytes=1000) == ["one", "<too large>", "three"]


def test_an_object_of_any_depth_costs_only_itself(tmp_path: Path) -> None:
    deep = '{"text": "x", "a": ' + "[" * 100_000 + "]" * 100_000 + "}"
    (tmp_path / "a.json").write_text(f'[{{"text": "one"}}, {deep}, {{"text": "three"}}]')
    assert texts(tmp_path / "a.json") == ["one", "<malformed row>", "three"]


def test_a_file_of_opening_brackets_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[" * 1_100_000)
    assert texts(tmp_path / "a.json") == ["<nested too deeply>"]


# CSV


def test_csv_with_quotes_line_breaks_and_crlf(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'\xef\xbb\xbfid,Text,url\r\n1,"one, ""two""\r\nthree",u\r\n\r\n2,four,v\r\n')
    found = documents(tmp_path / "a.csv")
    assert [each.content for each in found] == [b'one, "two"\r\nthree', b"four"]
    assert [(each.origin_row, each.input_id, each.url) for each in found] == [(2, "1", "u"), (5, "2", "v")]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_delimiter(tmp_path: Path, mark: str) -> None:
    (tmp_path / "a.csv").write_text(mark.join(["id", "text", "url"]) + "\n" + mark.join(["1", "one", "u"]))
    assert texts(tmp_path / "a.csv") == ["one"]


def test_tsv(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text('text, more\tid\nHe said 5", no less\t1\n')
    assert texts(tmp_path / "a.tsv", field_map={"text": "text, more"}) == ['He said 5", no less']


def test_an_unclosed_quote_costs_only_its_line(tmp_path: Path) -> None:
    rows = ["id,text", '1,"one"', '2,"never closed', '3,"three, and more"', "4,four", '5,"fi\nve"']
    (tmp_path / "a.csv").write_text("\n".join(rows) + "\n")
    found = outcomes(tmp_path / "a.csv")
    assert texts(tmp_path / "a.csv") == ["one", "<malformed row>", "three, and more", "four", "fi\nve"]
    assert isinstance(found[1], Unreadable)
    assert found[1].document.content == b'2,"never closed'
    assert found[1].rejection.detail.startswith("Line 3: ")
    assert [each.origin_row for each in found if isinstance(each, RawDocument)] == [2, 4, 5, 6]


def test_an_unclosed_quote_in_a_long_file_is_bounded(tmp_path: Path) -> None:
    rows = ["id,text", '1,"never closed', *(f"{number},text {number}" for number in range(5000))]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    found = texts(tmp_path / "a.csv", max_document_bytes=2000)
    assert found == ["<malformed row>", *(f"text {number}" for number in range(5000))]


def test_a_file_built_to_be_slow_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n" + 'y",x","\n' * 20_000)
    found = texts(tmp_path / "a.csv", max_document_bytes=2000)
    assert found[-1] == "<corrupt file>"
    assert len(found) < 200


@pytest.mark.parametrize("row", ["1,2,3", "1", '1,"a"b'])
def test_rows_of_another_width(tmp_path: Path, row: str) -> None:
    (tmp_path / "a.csv").write_text(f"id,text\n{row}\n2,two\n")
    assert texts(tmp_path / "a.csv") == ["<malformed row>", "two"]


def test_empty_columns_too_many_are_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text,id\n1,one,,,\n")
    assert [(each.content, each.input_id) for each in documents(tmp_path / "a.csv")] == [(b"one", "1")]


def test_a_csv_without_text_column_is_one_rejection(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,lede\n" + "1,one\n" * 50)
    found = only_unreadable(tmp_path / "a.csv")
    assert found.rejection.reason == "missing text field"
    assert "'id', 'lede'" in found.rejection.detail


def test_fields_longer_than_the_modules_own_limit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1," + "x" * 300_000)
    assert [len(text) for text in texts(tmp_path / "a.csv")] == [300_000]


def test_blank_lines_before_the_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\n \nid,text\n1,one\n")
    assert [(each.content, each.origin_row) for each in documents(tmp_path / "a.csv")] == [(b"one", 4)]


@pytest.mark.parametrize("content", ["\n", '"id,text'])
def test_no_columns(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    assert texts(tmp_path / "a.csv")[0] in ("<corrupt file>", "<missing text field>")


def test_csv_lines_beyond_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,one\n2," + "x" * 5000 + "\n3,three\n")
    assert texts(tmp_path / "a.csv", max_document_bytes=1000) == ["one", "<too large>", "three"]
    (tmp_path / "b.csv").write_text("id,text," + "x" * 5000 + "\n3,three\n")
    assert texts(tmp_path / "b.csv", max_document_bytes=1000) == ["<corrupt file>"]


def test_csv_in_another_encoding_keeps_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("title,text\ncafé,Das Café\n".encode("latin-1"))
    (found,) = documents(tmp_path / "a.csv")
    assert (found.content, found.charset, found.title) == ("Das Café".encode("latin-1"), None, "café")


def test_nul_bytes_in_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"title,text\na\0b,one\0two\n")
    (found,) = documents(tmp_path / "a.csv")
    assert (found.content, found.title) == (b"one\0two", "a b")


@given(st.lists(st.tuples(st.text(max_size=9), st.text('",;\nx', max_size=9)), max_size=6), st.integers(1, 50))
def test_what_csv_writes_is_read(rows: list[tuple[str, str]], step: int) -> None:
    rows = [(title.replace("\r", ""), f"a{text}") for title, text in rows]
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([("title", "text"), *rows])
    data = file.getvalue().encode("utf-8", "replace")
    pieces = (data[at : at + step] for at in range(0, len(data), step))
    found = list(read_csv(Stream(pieces), "x", FieldMapper(ReadOptions()), ReadOptions()))
    assert [each.content.decode() for each in found if isinstance(each, RawDocument)] == [text for _, text in rows]


@given(st.lists(st.sampled_from([b'"', b",", b"\n", b"x", b"\r", b"\0", b"\xe9"]), max_size=60))
def test_no_bytes_crash_the_csv_reader(pieces: list[bytes]) -> None:
    stream = Stream(iter([b"id,text\n", *pieces]))
    numbers = [
        found.origin_row if isinstance(found, RawDocument) else found.document.origin_row
        for found in read_csv(stream, "x", FieldMapper(ReadOptions()), ReadOptions())
    ]
    assert numbers == sorted(numbers)  # type: ignore[type-var]


# Parquet


def write_parquet(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_parquet_rows(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "a.parquet",
        {
            "body": ["one", None, "three"],
            "author": [["Ana Ruiz"], [], None],
            "published": [dt.date(2024, 5, 3)] * 3,
            "fetched_at": [dt.datetime(2024, 5, 4)] * 3,
            "unused": [b"x" * 1000] * 3,
        },
    )
    first, second, third = outcomes(path)
    assert isinstance(first, RawDocument)
    assert (first.content, first.authors, first.published) == (b"one", ("Ana Ruiz",), "2024-05-03")
    assert first.fetched_at == dt.datetime(2024, 5, 4, tzinfo=dt.UTC)
    assert isinstance(second, Unreadable)
    assert second.rejection.reason == "empty"
    assert isinstance(third, RawDocument)
    assert third.origin_row == 3


def test_pages_in_bytes_keep_their_bytes(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"html": [b"<html>caf\xe9</html>"]})
    (found,) = documents(path)
    assert (found.content, found.charset, found.media_type) == (b"<html>caf\xe9</html>", None, "text/html")


def test_parquet_without_text_column(tmp_path: Path) -> None:
    found = only_unreadable(write_parquet(tmp_path / "a.parquet", {"lede": ["one"], "id": [1]}))
    assert found.rejection.reason == "missing text field"
    assert "'lede', 'id'" in found.rejection.detail


def test_parquet_texts_beyond_the_limit(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"text": ["one", "x" * 5000]})
    assert texts(path, max_document_bytes=1000) == ["one", "<too large>"]


def test_parquet_that_states_a_bomb(tmp_path: Path) -> None:
    table = {"text": ["0" * 3_000_000 + str(number) for number in range(4)]}
    path = write_parquet(tmp_path / "a.parquet", table, compression="zstd", use_dictionary=False)
    assert texts(path, expansion_floor_bytes=1_000_000) == ["<decompression bomb>"]


@pytest.mark.parametrize("cut", [4, 100, -100])
def test_damaged_parquet(tmp_path: Path, cut: int) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"text": [STORY * 10] * 10})
    path.write_bytes(path.read_bytes()[:cut])
    assert texts(path) == ["<corrupt file>"]


def test_parquet_damaged_inside(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"text": [STORY + str(number) for number in range(99)]})
    data = bytearray(path.read_bytes())
    data[10:400] = b"\xff" * 390
    path.write_bytes(data)
    assert texts(path) == ["<corrupt file>"]


def test_a_file_called_parquet_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("no")
    assert texts(tmp_path / "a.parquet") == ["<corrupt file>"]


# Objects in rows, as they are and as text


SAID = {
    "url": "https://harbourpost.example/a",
    "title": "Ferry",
    "authors": ["Ana Ruiz"],
    "date": "2024-05-03T10:00:00Z",
}


def said_by(found: RawDocument) -> tuple[Any, ...]:
    return found.url, found.title, found.authors, found.published


@pytest.mark.parametrize("name", ["metadata", "meta"])
@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("kind", ["jsonl", "json", "parquet", "csv"])
def test_a_nested_object_states_facts_in_every_kind_of_file(
    tmp_path: Path, kind: str, as_text: bool, name: str
) -> None:
    said: Any = json.dumps(SAID) if as_text else SAID
    path = tmp_path / f"a.{kind}"
    match kind:
        case "jsonl":
            write_lines(path, {"text": STORY, name: said})
        case "json":
            path.write_bytes(orjson.dumps([{"text": STORY, name: said}]))
        case "parquet":
            pq.write_table(pa.Table.from_pylist([{"text": STORY, name: said}]), path)
        case _:
            with path.open("w", newline="") as file:
                csv.writer(file).writerows([["text", name], [STORY, json.dumps(SAID)]])
    (found,) = documents(path)
    assert said_by(found) == (SAID["url"], "Ferry", ("Ana Ruiz",), SAID["date"])


@pytest.mark.parametrize("value", ["{", "{not json}", "[1]", "", None, 7, "{\ud800"])
def test_a_nested_text_that_is_no_object_states_nothing(value: Any) -> None:
    found = one(opened({"text": STORY, "meta": value, "title": "Ferry"}))
    assert (found.title, found.url) == ("Ferry", None)


# Dialects of CSV


def test_a_spreadsheet_names_its_delimiter_in_a_first_line(tmp_path: Path) -> None:
    for number, first in enumerate(["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;"]):
        path = tmp_path / f"{number}.csv"
        path.write_text(f'{first}\r\ntitle, long;text\r\nFerry;"{STORY}"\r\n', encoding="utf-8")
        (found,) = documents(path)
        assert (found.content, found.origin_row) == (STORY.encode(), 3)


BACKSLASHED = 'id,title,text\n1,"The \\"last\\" ferry","He said \\"no\\", and left.\nShe stayed."\n2,\\N,"Plain text"\n'


@pytest.mark.parametrize("dialect", ["auto", "backslash"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_quotation_marks_after_a_backslash(tmp_path: Path, dialect: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(BACKSLASHED, encoding=encoding)
    first, second = documents(path, csv_dialect=dialect)
    assert (first.title, first.content.decode()) == ('The "last" ferry', 'He said "no", and left.\nShe stayed.')
    assert (second.input_id, second.title) == ("2", None)


def test_a_backslash_is_a_character_where_quotation_marks_are_doubled(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    texts_of = ["C:\\dir\\", 'He said "no" \\ and left', 'a \\"quoted\\" word', STORY]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["text"], *([each] for each in texts_of)])
    assert texts(path) == texts_of
    assert texts(path, csv_dialect="standard") == texts_of


def test_a_dialect_that_is_not_known_is_refused() -> None:
    with pytest.raises(InputError, match="csv_dialect: unknown dialect 'mysql'; use one of auto"):
        ReadOptions(csv_dialect="mysql")  # type: ignore[arg-type]
