"""``copydesk config``: every value with its origin, no secret told, and what cannot be used named."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.configured import check_settings
from flows.settings import Settings, SettingsError, child_environment, load_settings, trace_settings


def shown(arguments: list[str], environment: Mapping[str, str]) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["config", "show", "--json", *arguments], env=dict(environment))
    assert result.exit_code == 0, result.output
    return {row["key"]: row for row in json.loads(result.output)}


def test_every_setting_is_shown_with_its_origin(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("workers = 3\nbatch_documents = 7", encoding="utf-8")
    rows = shown(["--config", str(file)], {"COPYDESK_BATCH_DOCUMENTS": "9"})
    assert list(rows) == list(Settings.model_fields)
    assert (rows["workers"]["value"], rows["workers"]["origin"]) == (3, str(file))
    assert (rows["batch_documents"]["value"], rows["batch_documents"]["origin"]) == (9, "environment")
    assert rows["document_seconds"]["origin"] == "default"
    assert all(row["description"] for row in rows.values())


def test_a_value_of_the_command_line_has_that_origin() -> None:
    traced = trace_settings({"workers": 5}, environment={})
    assert (traced.origins["workers"], traced.origins["warehouse"]) == ("command line", "default")


def test_only_what_was_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(shown(["--changed"], {"COPYDESK_WORKERS": "3"})) == ["workers"]
    assert "defaults" in CliRunner().invoke(app, ["config", "show", "--changed"]).output


def test_a_webhooks_address_is_told_nobody() -> None:
    address = {"COPYDESK_NOTIFY_URL": "https://hooks.example/T0KEN"}
    assert shown([], address)["notify_url"]["value"] == "**********"
    assert "T0KEN" not in repr(load_settings(environment=address))
    with pytest.raises(SettingsError, match=r"notify_url = \(secret\).*https://") as raised:
        load_settings(environment={"COPYDESK_NOTIFY_URL": "hooks.example/T0KEN"})
    assert "T0KEN" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "inputs"),
    [("news", ("news",)), ('["news", "more, news"]', ("news", "more, news")), ("a,b", ("a,b",))],
)
def test_a_variable_holds_one_input_or_a_list_of_them(text: str, inputs: tuple[str, ...]) -> None:
    assert load_settings(environment={"COPYDESK_INPUTS": text}).inputs == inputs


def test_a_variable_that_is_no_list_says_so() -> None:
    with pytest.raises(SettingsError, match=r"inputs.*environment.*not valid JSON"):
        load_settings(environment={"COPYDESK_INPUTS": '["news"'})


def test_things_are_kept_for_ever_where_one_says_never() -> None:
    assert load_settings(environment={"COPYDESK_KEEP_SCORE_DAYS": "never"}).keep_score_days is None
    with pytest.raises(SettingsError, match="keep_score_days = '0'"):
        load_settings(environment={"COPYDESK_KEEP_SCORE_DAYS": "0"})


def test_a_child_has_the_settings_of_its_parent() -> None:
    given = {
        "inputs": ("news", "more"),
        "warehouse": Path("db/work.duckdb"),
        "field_map": {"text": "body"},
        "ingest_cron": "",
        "workers": None,
    }
    environment = child_environment(given, {"OTHER": "1"})
    ours = {key: value for key, value in environment.items() if key.startswith("COPYDESK_")}
    child = load_settings(environment=ours)
    assert environment["OTHER"] == "1"
    assert {key: getattr(child, key) for key in given if key != "workers"} == {
        key: value for key, value in given.items() if key != "workers"
    }


def test_settings_that_can_be_used_have_no_problem(tmp_path: Path) -> None:
    places = {"warehouse": tmp_path / "db" / "work.duckdb", "published": tmp_path / "db" / "published.duckdb"}
    folders = {"reports": tmp_path / "reports", "prefect_folder": tmp_path / "prefect"}
    assert check_settings(load_settings({"inputs": str(tmp_path), **places, **folders}, environment={})) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("inputs", "nowhere", ["inputs = 'nowhere'", "make it"]),
        ("ingest_cron", "hourly please", ["ingest_cron = 'hourly please'", "cron expression", "0 * * * *"]),
        ("rules_folder", "nowhere", ["rules_folder", "nowhere", "name one"]),
        ("contract", "nowhere.toml", ["contract", "nowhere.toml"]),
        ("overrides", "nowhere.toml", ["overrides", "nowhere.toml"]),
        ("reports", __file__, ["reports", "cannot be written to"]),
    ],
)
def test_what_cannot_be_used_is_named_with_a_remedy(tmp_path: Path, key: str, value: str, words: list[str]) -> None:
    settings = load_settings({"inputs": str(tmp_path), key: value}, environment={})
    [problem] = [problem for problem in check_settings(settings) if key in problem]
    assert all(word in problem for word in words), problem


def test_a_wrong_name_in_a_contract_is_named_with_its_file(tmp_path: Path) -> None:
    contract = tmp_path / "mine.toml"
    contract.write_text('remove = ["title mising"]', encoding="utf-8")
    settings = load_settings({"inputs": str(tmp_path), "contract": str(contract)}, environment={})
    [problem] = [problem for problem in check_settings(settings) if "contract" in problem]
    assert all(word in problem for word in ("mine.toml", "remove = 'title mising'", "did you mean title missing"))


def test_the_command_ends_with_2_where_something_is_wrong(tmp_path: Path) -> None:
    environment = {"COPYDESK_INPUTS": str(tmp_path), "COPYDESK_REPORT_CRON": "x"}
    result = CliRunner().invoke(app, ["config", "check", "--json"], env=environment)
    assert result.exit_code == 2
    assert "report_cron" in json.loads(result.output)["problems"][0]
    fine = CliRunner().invoke(app, ["config", "check"], env=environment | {"COPYDESK_REPORT_CRON": ""})
    assert (fine.exit_code, "can be used" in fine.output) == (0, True)
