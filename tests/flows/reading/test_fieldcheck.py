"""Misspelt field names and files without a text are refused before anything is read; what was meant is said."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.reading import InputError, Reader, ReadOptions
from tests.flows.reading.helpers import STORY

MEANT = {"boddy": "body", "wbe": "web"}


def table(folder: Path, kind: str, **columns: str) -> Path:
    """A file of two rows with these columns."""
    path = folder / f"news.{kind}"
    names, values = list(columns), list(columns.values())
    if kind == "csv":
        path.write_text("\n".join([",".join(names), *[",".join(f'"{value}"' for value in values)] * 2]))
    elif kind == "jsonl":
        path.write_text("\n".join([json.dumps(columns)] * 2))
    elif kind == "json":
        path.write_text(json.dumps([columns] * 2))
    else:
        pq.write_table(pa.table({name: [value] * 2 for name, value in columns.items()}), path)
    return path


def check(*inputs: Path, **field_map: str) -> tuple[str, ...]:
    return Reader([str(each) for each in inputs], ReadOptions(field_map=field_map)).check_fields()


KINDS = pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "parquet"])


@KINDS
@pytest.mark.parametrize("inside", [False, True], ids=["file", "folder"])
@pytest.mark.parametrize("field_map", [{"text": "boddy"}, {"text": "body", "url": "wbe"}], ids=str)
def test_a_misspelt_field_is_refused_with_what_was_meant(
    tmp_path: Path, kind: str, inside: bool, field_map: dict[str, str]
) -> None:
    path = table(tmp_path, kind, headline="Ferry", body=STORY, web="https://x.example/1")
    wrong = next(name for name in field_map.values() if name in MEANT)
    with pytest.raises(
        InputError, match=f"no.* field '{wrong}'.*did you mean {MEANT[wrong]}.*'headline', 'body', 'web'"
    ):
        check(tmp_path if inside else path, **field_map)


@KINDS
def test_fields_that_are_there_pass(tmp_path: Path, kind: str) -> None:
    path = table(tmp_path, kind, headline="Ferry", lede=STORY, web="https://x.example/1")
    assert check(path, tmp_path, text="lede", url="web", title="headline") == ()


@KINDS
def test_a_file_that_was_named_and_has_no_text_is_refused(tmp_path: Path, kind: str) -> None:
    path = table(tmp_path, kind, titel="Ferry", artcle_txt=STORY)
    with pytest.raises(InputError, match=f"{path.name}: .*'titel', 'artcle_txt'.*--map text=artcle_txt"):
        check(path)
    assert check(tmp_path) == (), "in a folder it costs itself only"


def test_a_field_that_stands_in_another_file_passes(tmp_path: Path) -> None:
    table(tmp_path, "csv", body=STORY, link="https://x.example/1")
    table(tmp_path, "jsonl", body=STORY)
    assert check(tmp_path, text="body", url="link") == ()


def test_objects_may_have_a_field_further_on(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"body": STORY}] * 30 + [{"body": STORY, "web": "https://x.example/1"}]
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    assert check(path, text="body", url="web") == ()
    [note] = check(path, text="body", published="day")
    assert "'day'" in note


def test_names_inside_objects_are_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"article": {"body": STORY}, "metadata": {"site": {"name": "Post"}}}))
    assert check(path, text="article.body", source_hint="metadata.site.name") == ()
    with pytest.raises(InputError, match=r"did you mean article\.body"):
        check(path, text="article.boddy")


def test_pages_and_streams_have_no_fields_to_miss(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<p>{STORY}</p>")
    assert check(tmp_path, Path("-"), tmp_path / "a.html", text="lede") == ()


def test_an_input_of_which_nothing_could_be_read_is_named(tmp_path: Path) -> None:
    good, bad, none = tmp_path / "good.txt", tmp_path / "bad", tmp_path / "none.json"
    good.write_text(STORY)
    bad.mkdir()
    (bad / "a.csv").write_text("name,price\nshoe,3\n")
    none.write_text("[]")
    reader = Reader([str(good), str(bad), str(none)], ReadOptions())
    assert len(list(reader)) == 2
    assert [(one.input, one.why[:30]) for one in reader.fruitless] == [
        (str(bad), "missing text field: No field h"),
        (str(none), "there is no document in it"),
    ]
