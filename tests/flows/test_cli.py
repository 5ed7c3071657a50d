"""The command line: what each command prints, its JSON, its exit codes, and that help comes at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app, main
from flows.cli.output import EXIT_FAILED, EXIT_HELD, EXIT_USAGE
from tests.news import make_articles, write_jsonl

COMMANDS = [
    ["run"],
    ["sql"],
    ["explain"],
    ["runs"],
    ["rules"],
    ["rules", "list"],
    ["rules", "check"],
    ["quarantine"],
    ["quarantine", "list"],
    ["quarantine", "show"],
    ["quarantine", "retry"],
    ["relate"],
    ["stories"],
    ["stories", "list"],
    ["stories", "show"],
]
HEAVY_MODULES = {"prefect", "great_expectations", "trafilatura", "duckdb", "pandas", "pyarrow"}


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def exit_code_of_main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["copydesk", *arguments])
    with pytest.raises(SystemExit) as raised:
        main()
    assert isinstance(raised.value.code, int)
    return raised.value.code


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with some news in it and one run done."""
    monkeypatch.chdir(tmp_path)
    broken = {"url": "https://harbourpost.example/short", "text": "Too short."}
    write_jsonl(tmp_path / "news.jsonl", [*make_articles(4), broken])
    assert call("run", "news.jsonl", "--workers", "1").exit_code == 0
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command: list[str]) -> None:
    result = call(*command, "--help")
    assert result.exit_code == 0
    assert len(result.output) > 100


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['copydesk', 'run', '--help']\n"
        "from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print(sorted({HEAVY_MODULES!r} & set(sys.modules)))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines()[-1] == "[]"


def test_run_says_where_to_look_and_what_to_try(here: Path) -> None:
    output = call("run", "news.jsonl").output
    assert "unchanged 5" in " ".join(output.split())
    assert "published.duckdb" in output
    assert output.count("copydesk sql") == 3


def test_the_queries_to_try_work(here: Path) -> None:
    from flows.summary import QUERIES_TO_TRY

    for query in QUERIES_TO_TRY:
        result = call("sql", query)
        assert result.exit_code == 0, query
        assert len(result.output.splitlines()) > 1, query


def test_run_json_is_the_ledger(here: Path) -> None:
    values = json.loads(call("run", "news.jsonl", "--json").stdout)
    assert (values["read"], values["unchanged"], values["state"]) == (5, 5, "finished")


def test_sql_formats(here: Path) -> None:
    query = "SELECT word_count > 5 AS long FROM articles LIMIT 2"
    assert json.loads(call("sql", query, "--format", "json").stdout) == [{"long": True}, {"long": True}]
    assert call("sql", query, "--format", "csv").stdout.splitlines()[0].strip('"') == "long"
    assert "first 1 rows" in call("sql", query, "--rows", "1").output


def test_quarantine_list_show_and_retry(here: Path) -> None:
    [row] = json.loads(call("quarantine", "list", "--json").stdout)
    assert row["stage"] == "validate"
    shown = call("quarantine", "show", row["doc_id"][:10]).output
    assert "Too short." in shown
    values = json.loads(call("quarantine", "retry", row["doc_id"], "--json").stdout)
    assert (values["read"], values["quarantined"]) == (1, 1)
    assert "Nothing in quarantine" in call("quarantine", "retry", "--reason", "no such reason").output


def test_explain_a_file_and_an_article(here: Path) -> None:
    from_file = call("explain", "news.jsonl", "--limit", "1").output
    assert "related link by rule" in from_file
    [doc] = json.loads(call("sql", "SELECT doc_id FROM articles LIMIT 1", "--format", "json").stdout)
    [values] = json.loads(call("explain", doc["doc_id"], "--json").stdout)
    parts = [part for line in values["lines"] for part in line]
    assert any(part["cut"] and part["text"].startswith("READ ALSO") for part in parts)
    assert any(item["kind"] == "related_link" for item in values["provenance"])


def test_explain_a_document_that_leaves_the_way(here: Path) -> None:
    (here / "empty.txt").write_text("")
    assert "quarantined at read: empty" in call("explain", "empty.txt").output


def test_runs_lists_what_happened(here: Path) -> None:
    [row] = json.loads(call("runs", "--json").stdout)
    assert (row["read"], row["loaded"], row["quarantined"], row["state"]) == (5, 4, 1, "finished")
    assert "finished" in call("runs").output


def test_rules_list_and_check(here: Path) -> None:
    rules = json.loads(call("rules", "list", "--kind", "copyright", "--json").stdout)
    assert rules
    assert all(rule["reason"] and rule["drop"] for rule in rules)
    assert "hold on their" in call("rules", "check").output


def test_document_text_cannot_steer_the_terminal(here: Path) -> None:
    [article] = make_articles(1, seed=5)
    article |= {"title": "Red [bold red]alert[/bold red] \x1b[31m in town", "url": "https://harbourpost.example/x"}
    write_jsonl(here / "odd.jsonl", [article])
    output = call("explain", "odd.jsonl").output
    assert "[bold red]alert" in output
    assert "\x1b[31m in" not in output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run", "no-such-file"], EXIT_USAGE),
        (["run", "news.jsonl", "--config", "no-such.toml"], EXIT_USAGE),
        (["run", "news.jsonl", "--map", "text"], EXIT_USAGE),
        (["run", "news.jsonl", "--workers", "0"], EXIT_USAGE),
        (["sql", "SELECT nonsense FROM nowhere"], EXIT_FAILED),
        (["sql", "SELECT 1", "--published", "absent.duckdb"], EXIT_FAILED),
        (["explain", "ffffff"], EXIT_USAGE),
        (["quarantine", "show", "ffffff"], EXIT_USAGE),
        (["runs"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_exit_codes(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert exit_code_of_main(monkeypatch, *arguments) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_wrong_rule_of_ones_own_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    packs = here / "packs"
    packs.mkdir()
    (packs / "own.toml").write_text('[[rule]]\nid = "mine"\nkind = "promo"\npattern = "(?=x)"\n')
    monkeypatch.setenv("COPYDESK_RULES_FOLDER", str(packs))
    assert exit_code_of_main(monkeypatch, "rules", "check") == EXIT_USAGE
    message = capsys.readouterr().err
    assert "own.toml" in message
    assert "mine" in message


def test_a_held_batch_has_an_exit_code_of_its_own(here: Path) -> None:
    broken = [{"url": f"https://harbourpost.example/b/{n}", "text": f"Nothing {n}"} for n in range(130)]
    write_jsonl(here / "broken.jsonl", [*make_articles(20, seed=3), *broken])
    result = call("run", "broken.jsonl")
    assert result.exit_code == EXIT_HELD
    assert "was held" in result.output
