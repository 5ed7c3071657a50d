"""Settings: what wins, and what a wrong one says."""

from pathlib import Path

import pytest

from flows.settings import SettingsError, load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "copydesk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_hold_without_file_or_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(environment={})
    assert settings.warehouse == Path("warehouse/copydesk.duckdb")
    assert settings.workers >= 1


def test_command_line_wins_over_environment_over_file(tmp_path: Path) -> None:
    file = write(tmp_path, "workers = 1\nbatch_documents = 10\ndocument_seconds = 1.5")
    environment = {"COPYDESK_WORKERS": "2", "COPYDESK_BATCH_DOCUMENTS": "20"}
    settings = load_settings({"workers": 3, "published": None}, config_file=file, environment=environment)
    assert (settings.workers, settings.batch_documents, settings.document_seconds) == (3, 20, 1.5)


def test_the_working_folders_file_is_read_where_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "workers = 7")
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}).workers == 7


@pytest.mark.parametrize(
    ("text", "environment", "words"),
    [
        ("wrokers = 2", {}, ["wrokers", "copydesk.toml", "did you mean", "workers"]),
        ("workers = 0", {}, ["workers = 0", "copydesk.toml", "greater than or equal to 1"]),
        ("", {"COPYDESK_WORKERS": "many"}, ["workers = 'many'", "environment", "integer"]),
        ("", {"COPYDESK_WROKERS": "2"}, ["wrokers", "environment"]),
        ("workers = ", {}, ["copydesk.toml", "TOML"]),
    ],
)
def test_a_wrong_setting_names_key_value_origin_and_remedy(
    tmp_path: Path, text: str, environment: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(config_file=write(tmp_path, text), environment=environment)
    assert all(word in str(raised.value) for word in words), raised.value


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load_settings(config_file=tmp_path / "nowhere.toml", environment={})


@pytest.mark.parametrize(("written", "meant"), [("workrs", "workers"), ("WORKERS", "workers"), ("reprots", "reports")])
def test_a_misspelt_setting_is_answered_with_the_one_that_is_meant(tmp_path: Path, written: str, meant: str) -> None:
    file = tmp_path / "copydesk.toml"
    file.write_text(f"{written} = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"did you mean .*{meant}"):
        load_settings(config_file=file, environment={})
