"""Inputs: files, folders, globs, URLs, their order, and the origins that documents get."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import fsspec
import pytest

from flows.reading import InputError, ReadOptions, Unreadable, read
from flows.reading.options import Kind
from tests.flows.reading.helpers import STORY, documents, only_unreadable, outcomes, texts


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "inbox"
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/deeper/d.txt", ".hidden.txt", ".cache/e.txt"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.stem)
    return root


def origins(*inputs: str | Path) -> list[str]:
    return [each.origin for each in documents(*inputs)]


ALL = ["inbox/a.txt", "inbox/b.txt", "inbox/sub/c.txt", "inbox/sub/deeper/d.txt"]


def test_a_directory_is_read_whole_sorted_without_hidden_files(tree: Path) -> None:
    assert origins(tree) == ALL
    assert origins(f"{tree}/") == ALL


def test_origins_hold_no_path_of_the_machine(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, text in ((tree, "."), (tree / "sub", ".."), (tree.parent, "inbox"), (tree.parent, "./inbox/")):
        monkeypatch.chdir(folder)
        assert origins(text) == ALL
    assert origins(tree / "a.txt") == ["a.txt"]


def test_the_place_has_no_part_in_an_id(tree: Path) -> None:
    (tree.parent / "moved").mkdir()
    (tree / "a.txt").rename(tree.parent / "moved" / "renamed.txt")
    (tree / "a.txt").write_text("a")
    assert documents(tree / "a.txt")[0].doc_id == documents(tree.parent / "moved")[0].doc_id


def test_a_hidden_file_that_is_named_is_read(tree: Path) -> None:
    assert texts(tree / ".hidden.txt") == [".hidden"]


def test_globs(tree: Path) -> None:
    assert origins(f"{tree}/*.txt") == ALL[:2]
    assert origins(f"{tree}/**/*.txt") == ALL
    assert origins(f"{tree}/*/c.tx?") == ["inbox/sub/c.txt"]
    assert origins(f"{tree}/s*") == ALL[2:]
    assert origins(f"{tree.parent}/in*") == [f"{tree.parent.name}/{name}" for name in ALL]


def test_a_glob_in_the_working_directory(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert origins("*.txt") == ["a.txt", "b.txt"]
    assert origins("sub/*.txt") == ["sub/c.txt"]


def test_a_name_with_glob_characters_is_a_name(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").write_text("one")
    assert texts(tmp_path / "a[1].txt") == ["one"]


def test_inputs_keep_their_order(tree: Path) -> None:
    assert texts(tree / "b.txt", tree / "a.txt") == ["b", "a"]


@pytest.mark.parametrize("text", ["{}/none", "{}/*.none", "{}/empty", "{}/dangling"])
def test_an_input_that_matches_nothing_fails_first(tree: Path, text: str) -> None:
    (tree / "empty").mkdir()
    (tree / "dangling").symlink_to(tree / "none")
    with pytest.raises(InputError, match="check the spelling"):
        read([str(tree), text.format(tree)])


@pytest.mark.parametrize("inputs", [[], ["-", "-"]])
def test_inputs_that_make_no_sense(inputs: list[str]) -> None:
    with pytest.raises(InputError):
        read(inputs)


def test_a_field_map_of_unknown_facts_fails_first() -> None:
    with pytest.raises(InputError, match=r"'texxt'.*did you mean text"):
        ReadOptions(field_map={"texxt": "body"})


def test_an_unknown_kind_of_standard_input_fails_first() -> None:
    with pytest.raises(InputError, match="'docx'"):
        ReadOptions(stdin_kind="docx")  # type: ignore[arg-type]


def test_links_that_loop_end(tree: Path) -> None:
    (tree / "sub" / "up").symlink_to(tree)
    (tree / "sub" / "self").symlink_to(tree / "sub" / "self")
    (tree / "twin").symlink_to(tree / "sub")
    found = outcomes(tree)
    assert sorted(each.content for each in found if not isinstance(each, Unreadable)) == [b"a", b"b", b"c", b"d"]
    assert [each.rejection.reason for each in found if isinstance(each, Unreadable)] == ["unreadable"]


def test_a_file_that_vanishes(tree: Path) -> None:
    reader = iter(read([str(tree)]))
    next(reader)
    (tree / "b.txt").unlink()
    found = next(reader)
    assert isinstance(found, Unreadable)
    assert (found.rejection.reason, found.document.origin) == ("vanished", "inbox/b.txt")
    assert "Run again" in found.rejection.detail
    assert len(list(reader)) == 2


def test_a_link_to_nothing_has_vanished(tree: Path) -> None:
    (tree / "sub" / "x.txt").symlink_to(tree / "none")
    assert "<vanished>" in texts(tree)


def test_a_file_that_may_not_be_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.open

    def refuse(path: Path, *arguments: object, **options: object) -> object:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return original(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    found = outcomes(tree)
    assert isinstance(found[1], Unreadable)
    assert found[1].rejection.reason == "unreadable"
    assert found[1].rejection.detail == "Permission denied. Give read permission."
    assert len(found) == 4


def test_a_directory_that_may_not_be_listed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.iterdir

    def refuse(path: Path) -> object:
        if path.name == "sub":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert texts(tree) == ["a", "b", "<unreadable>"]


def test_pipes_in_a_directory_do_not_block(tree: Path) -> None:
    os.mkfifo(tree / "sub" / "pipe")
    assert "<unsupported kind>" in texts(tree)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.txt").write_text("one")
    assert [each.origin for each in documents(tmp_path)] == [f"{tmp_path.name}/café.txt"]


# Standard input


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b'{"text": "one"}\n{"text": "two"}\n', None, ["one", "two"]),
        (STORY.encode(), None, [STORY]),
        (b"text\none\n", "csv", ["one"]),
        (b'{"text": "one"}', "text", ['{"text": "one"}']),
        (b"", None, ["<empty>"]),
    ],
)
def test_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, kind: Kind | None, expected: list[str]
) -> None:
    (tmp_path / "in").write_bytes(content)
    with (tmp_path / "in").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert texts("-", stdin_kind=kind) == expected
        assert not file.closed


# URLs


@pytest.fixture
def memory() -> fsspec.AbstractFileSystem:
    filesystem = fsspec.filesystem("memory")
    for name in ("bucket/news/a.txt", "bucket/news/sub/b.jsonl", "bucket/news/.hidden"):
        filesystem.pipe(f"/{name}", b'{"text": "two"}' if name.endswith("jsonl") else b"one")
    yield filesystem
    filesystem.rm("/bucket", recursive=True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("memory://bucket/news", ["news/a.txt", "news/sub/b.jsonl"]),
        ("memory://bucket/news/", ["news/a.txt", "news/sub/b.jsonl"]),
        ("memory://bucket/news/a.txt", ["a.txt"]),
        ("memory://bucket/news/*.txt", ["news/a.txt"]),
        ("memory://bucket/*/sub/*", ["bucket/news/sub/b.jsonl"]),
    ],
)
def test_urls(memory: fsspec.AbstractFileSystem, url: str, expected: list[str]) -> None:
    assert origins(url) == expected
    reader = read([url])
    list(reader)
    assert reader.bytes_read == reader.total_bytes > 0


def test_a_url_that_vanishes(memory: fsspec.AbstractFileSystem) -> None:
    reader = read(["memory://bucket/news/a.txt"])
    memory.rm("/bucket/news/a.txt")
    assert [each.rejection.reason for each in reader if isinstance(each, Unreadable)] == ["vanished"]


def test_file_urls_are_files(tree: Path) -> None:
    (tree / "with space.txt").write_text("spaced")
    assert texts(f"file://{tree}/with%20space.txt") == ["spaced"]


def test_a_url_with_nothing_there(memory: fsspec.AbstractFileSystem) -> None:
    with pytest.raises(InputError, match="nothing is at 'memory://bucket/none'"):
        read(["memory://bucket/none"])


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(InputError, match="s3fs") as caught:
        read(["s3://user:secret@bucket/news"])
    assert "secret" not in str(caught.value)


def test_an_unknown_protocol() -> None:
    with pytest.raises(InputError, match="nonsense"):
        read(["nonsense://bucket/news"])


def test_a_damaged_remote_file(memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe("/bucket/news/a.parquet", b"PAR1 and no more")
    assert only_unreadable("memory://bucket/news/a.parquet").rejection.reason == "corrupt file"
