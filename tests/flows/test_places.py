"""What a run that is started from Prefect's page may be given."""

from pathlib import Path
from typing import Any

import pytest

from flows.scheduled.parameters import IngestParameters, RescoreParameters
from flows.scheduled.places import Places
from flows.settings import SettingsError, load_settings


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A worker's folder, with a folder of somebody else beside it and a link to that."""
    folder = tmp_path / "desk"
    (folder / "news").mkdir(parents=True)
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "diary.txt").write_text("Dear diary", encoding="utf-8")
    (folder / "link").symlink_to(tmp_path / "private")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    "text",
    ["news", "news/*.jsonl", "news/../news", "feed:https://harbourpost.example/rss", "sitemap:https://a.example/s.xml"],
)
def test_inputs_below_the_working_folder_and_of_the_web_are_read(here: Path, text: str) -> None:
    assert IngestParameters(inputs=(text,)).chosen_inputs(load_settings()) == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "/etc/passwd",
        "../private",
        "../private/*.txt",
        "news/../../private/diary.txt",
        "news/*/../../../private/diary.txt",
        "link",
        "link/diary.txt",
        "link/*",
        "urls:/etc/passwd",
        "urls:../private/diary.txt",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "local:///etc/passwd",
        "simplecache::file:///etc/passwd",
        "zip::/etc/passwd",
        "zip://*::/etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "s3://bucket/news",
    ],
)
def test_other_inputs_are_refused(here: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="run_folders"):
        IngestParameters(inputs=(text,)).chosen_inputs(load_settings())


def test_what_the_settings_name_may_be_given(here: Path) -> None:
    settings = load_settings(
        {"inputs": ("s3://bucket/news", "../private/*.txt"), "run_folders": ("s3://ours/a", "/srv/news")},
        environment={},
    )
    places = Places.of(settings)
    for text in (
        "s3://bucket/news",
        "s3://bucket/news/2026.jsonl",
        "../private/diary.txt",
        "s3://ours/a/b",
        "/srv/news/x",
    ):
        places.require_input(text)
    for text in ("s3://bucket/news2", "s3://ours/a/../b", "zip://x::s3://ours/a/b", "/srv/newspaper"):
        with pytest.raises(SettingsError):
            places.require_input(text)


@pytest.mark.parametrize("name", ["warehouse", "published", "config"])
def test_databases_and_settings_elsewhere_are_refused(here: Path, name: str) -> None:
    for path in ("../private/diary.txt", "link/new.duckdb", "/etc/copydesk.toml"):
        with pytest.raises(SettingsError, match=f"{name} = .*run_folders"):
            RescoreParameters(**{name: Path(path)}).settings()


def test_a_settings_file_cannot_lead_elsewhere(here: Path) -> None:
    (here / "news" / "own.toml").write_text('reports = "../private"', encoding="utf-8")
    with pytest.raises(SettingsError, match="reports = "):
        RescoreParameters(config=Path("news/own.toml")).settings()


def test_the_settings_file_of_the_service_may_lead_anywhere(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = here.parent / "private" / "own.toml"
    config.write_text('reports = "../private/reports"', encoding="utf-8")
    roots = Places.of(load_settings(config_file=config), config).roots
    given: dict[str, Any] = {"run_folders": roots}
    monkeypatch.setattr("flows.scheduled.parameters.load_settings", _with(given))
    assert RescoreParameters(config=config).settings().reports == Path("../private/reports")


def _with(given: dict[str, Any]) -> Any:
    def load(overrides: dict[str, Any] | None = None, *, config_file: Path | None = None) -> Any:
        return load_settings(given | (overrides or {}), config_file=config_file, environment={})

    return load
