"""Answers as text: whole for programs, fitted to the terminal for people, and no document can steer either."""

import csv
import io
import json
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from flows.cli import answers
from flows.cli.answers import Format, show, written

TABLE = pa.table(
    {
        "title": ["A short one", "x" * 200, None],
        "words": pa.array([1200, 7, None], pa.int64()),
        "share": [0.123456789, 1.0, None],
        "authors": [["Ann", "Bo"], [], None],
    }
)


def text_of(form: Format, table: pa.Table = TABLE, width: int | None = None, rows: int = 2) -> str:
    return "".join(written(form, table.schema, table.to_batches(max_chunksize=rows), width))


def test_json_and_json_lines_are_whole() -> None:
    rows = json.loads(text_of(Format.JSON))
    assert rows == [json.loads(line) for line in text_of(Format.JSONL).splitlines()] == TABLE.to_pylist()
    assert json.loads(text_of(Format.JSON, TABLE.slice(0, 0))) == []


def test_sums_are_numbers_in_json() -> None:
    sums = pa.table({"n": pa.array([3], pa.decimal128(38, 0)), "half": pa.array([2], pa.decimal128(5, 1))})
    assert text_of(Format.JSONL, sums) == '{"n":3,"half":2}\n'


def test_csv_is_whole_and_has_lists_as_json() -> None:
    rows = list(csv.reader(io.StringIO(text_of(Format.CSV))))
    assert rows[0] == TABLE.column_names
    assert rows[1] == ["A short one", "1200", "0.123456789", '["Ann","Bo"]']
    assert rows[2][0] == "x" * 200
    assert text_of(Format.CSV, TABLE.slice(0, 0)) == "title,words,share,authors\n"


def test_markdown_cannot_be_broken_by_a_cell() -> None:
    odd = pa.table({"a": ["x | y", "<script>alert(1)</script>", "two\nlines"]})
    lines = text_of(Format.MARKDOWN, odd).splitlines()
    assert lines == ["| a |", "| --- |", "| x \\| y |", "| &lt;script>alert(1)&lt;/script> |", "| two lines |"]


def test_a_table_shortens_wide_texts() -> None:
    lines = text_of(Format.TABLE).splitlines()
    assert lines[2].split() == ["A", "short", "one", "1,200", "0.123457", "Ann,", "Bo"]
    assert "x" * 59 + "…" in lines[3]
    assert lines[4].split() == ["-", "-", "-", "-"]


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_a_table_fits_the_terminal(width: int) -> None:
    lines = text_of(Format.TABLE, width=width).splitlines()
    assert max(map(len, lines[:5])) <= width
    assert ("fit here" in lines[-1]) == (width < 34)


def test_wide_characters_count_twice() -> None:
    lines = text_of(Format.TABLE, pa.table({"t": ["図書館が復活した", "ab"], "u": ["x", "y"]}), width=12).splitlines()
    assert lines[2].startswith("図書館が…")
    assert lines[3].endswith("  y")


def test_later_pieces_keep_the_columns_of_the_first() -> None:
    long = pa.table({"n": ["a", "b", "a long text at last"]})
    assert text_of(Format.TABLE, long, rows=2).splitlines()[-1] == "…"


def test_text_cannot_steer_the_terminal() -> None:
    odd = pa.table({"a\x1b[31m": ["\x1b[2J\x07\u202egone"]})
    shown = text_of(Format.TABLE, odd)
    assert not set("\x1b\x07\u202e") & set(shown)


def test_an_answer_without_columns_is_empty() -> None:
    assert text_of(Format.JSON, pa.table({})) == "[]\n"
    assert text_of(Format.TABLE, pa.table({})).strip() == ""


def test_a_terminal_gets_a_pager_and_a_pipe_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pager = tmp_path / "less"
    pager.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/options\ncat > {tmp_path}/paged\n')
    pager.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    show(iter(["piped\n"]))
    assert capsys.readouterr().out == "piped\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show(iter(["one\n", "two\n"]))
    assert (tmp_path / "paged").read_text() == "one\ntwo\n"
    monkeypatch.setattr(answers.shutil, "which", lambda name: None)
    show(iter(["no pager\n"]))
    assert capsys.readouterr().out == "no pager\n"


def test_a_reader_who_leaves_the_pager_ends_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "less").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "less").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield "x" * 10_000 + "\n"

    show(endless())  # type: ignore[arg-type]
    assert taken > 0
