"""``copydesk report``."""

import json
import webbrowser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from tests.flows.report.warehouses import add_days, publish, run_id
from transforms.errors import UsageError
from warehouse import Warehouse


def report(published: Path, folder: Path, *words: str) -> Result:
    return CliRunner().invoke(
        app, ["report", *words, "--published", str(published), "--reports", str(folder)], terminal_width=200
    )


def test_it_writes_the_latest_run_and_the_overview(days: Path, tmp_path: Path) -> None:
    result = report(days, tmp_path)
    assert result.exit_code == 0, result.output
    assert result.output.split() == [str(tmp_path / "runs" / f"{run_id(7)}.html"), str(tmp_path / "overview.html")]


def test_it_writes_every_run(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "work.duckdb") as warehouse:
        add_days(warehouse, runs=2)
        published = publish(warehouse, tmp_path)
    written = json.loads(report(published, tmp_path / "reports", "--all", "--json").output)["reports"]
    assert len(written) == 1 + 2
    assert all(Path(path).exists() for path in written)


def test_it_writes_the_overview_alone(nothing: Path, tmp_path: Path) -> None:
    assert json.loads(report(nothing, tmp_path, "--overview", "--json").output)["reports"] == [
        str(tmp_path / "overview.html")
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "overview.html"]


def test_it_shows_the_report(nothing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    report(nothing, tmp_path, "--overview", "--open")
    assert shown == [(tmp_path / "overview.html").resolve().as_uri()]


@pytest.mark.parametrize("words", [["no-such-run"], ["a", "--all"], ["--all", "--overview"]])
def test_a_wrong_wish_is_a_wrong_use(nothing: Path, tmp_path: Path, words: list[str]) -> None:
    result = report(nothing, tmp_path, *words)
    assert result.exit_code == 2 or isinstance(result.exception, UsageError)  # which main makes the same exit code
    assert list(tmp_path.iterdir()) == []
