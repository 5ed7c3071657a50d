"""A shared folder: local paths and URLs mean the same on every machine, and a wrong one says what to do."""

from pathlib import Path

import pytest

from flows.cluster.storage import SharedFolder
from flows.settings import SettingsError


def test_a_relative_path_becomes_an_address_that_holds_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = SharedFolder.at("shared").below("run")
    assert folder.url == f"file://{tmp_path}/shared/run"
    assert SharedFolder.at(folder.url).path == folder.path == f"{tmp_path}/shared/run"


def test_any_fsspec_storage_will_do() -> None:
    folder = SharedFolder.at("memory://copydesk").below("run")
    file = folder.write("a")
    file.stream.write(b"text")
    assert "a" not in folder.names()
    file.keep()
    with folder.read("a") as stream:
        assert stream.read() == b"text"
    SharedFolder.at("memory://copydesk").remove("run")
    assert folder.names() == []


def test_what_is_not_there_can_be_removed_and_listed(tmp_path: Path) -> None:
    folder = SharedFolder.at(str(tmp_path / "none"))
    folder.remove("a")
    assert folder.names() == []


@pytest.mark.parametrize(("url", "words"), [("s3://bucket/x", "s3fs"), ("nothing://x", "fsspec")])
def test_a_storage_that_cannot_be_had_says_what_to_do(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        SharedFolder.at(url)
