"""The README and the docs say what is so: their commands run, their tables name what is there."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.settings import Settings
from flows.tools import read_tool_parts
from warehouse import Warehouse

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GROUPS = {"config", "quarantine", "rules", "ratings", "stories", "sources"}
NEEDS_MORE_THAN_THE_REPOSITORY = {
    "serve",
    "dump.jsonl.gz",
    "crawl/*.warc.gz",
    "-",
    "s3://bucket/news/",
    "s3://bucket/copydesk",
    "feed:URL",
    "urls:LIST",
    "FOLDER",
    "DOC_ID",
    "FILE",
}


def copydesk_commands() -> list[list[str]]:
    lines = re.findall(r"^ {4}(?:\.venv/bin/)?copydesk (.+?)(?:  +#.*)?$", README, re.MULTILINE)
    return [shlex.split(line) for line in lines]


def test_the_readme_names_the_two_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "lint", "bench", "quality"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_readmes_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["run", "samples"], catch_exceptions=False).exit_code == 0
    tried = 0
    for command in copydesk_commands():
        if NEEDS_MORE_THAN_THE_REPOSITORY.isdisjoint(command):
            result = CliRunner().invoke(app, command, catch_exceptions=False)
            assert result.exit_code == 0, (command, result.output)
            tried += 1
    assert tried >= 5


def test_the_commands_that_were_not_run_exist_with_their_options() -> None:
    for command in copydesk_commands():
        words = [word for word in command if word.startswith("--")]
        shown = CliRunner().invoke(app, [command[0], "--help"], terminal_width=200).output
        deeper = [word for word in command[1:2] if command[0] in GROUPS]
        shown += CliRunner().invoke(app, [command[0], *deeper, "--help"], terminal_width=200).output
        assert all(word in shown for word in words), command


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    for key, field in Settings.model_fields.items():
        [row] = [line for line in README.splitlines() if line.startswith(f"| `{key}` ")]
        assert str(field.description) in row
        if isinstance(field.default, int | float | Path):
            assert f"`{field.default}`" in row


def test_every_table_and_view_is_in_the_readme(tmp_path: Path) -> None:
    Warehouse.open(tmp_path / "work.duckdb").close()
    with Warehouse.open(tmp_path / "work.duckdb") as warehouse:
        warehouse.publish(tmp_path / "published.duckdb")
    with Warehouse.open_published(tmp_path / "published.duckdb") as published:
        names = published.query(
            "SELECT table_name AS name FROM duckdb_tables() UNION ALL "
            "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).column("name")
    assert [name for name in names.to_pylist() if name != "migrations" and f"`{name}`" not in README] == []


def test_the_readmes_rule_holds_its_own_examples(tmp_path: Path) -> None:
    [rule] = re.findall(r"^ {4}(\[\[rule\]\]\n(?:    .+\n)+)", README, re.MULTILINE)
    (tmp_path / "own.toml").write_text(re.sub(r"^ {4}", "", rule, flags=re.MULTILINE), encoding="utf-8")
    rules = read_tool_parts(Settings(rules_folder=tmp_path)).rulebook.rules
    assert any(rule.id.endswith("harbour-weather-promo") for rule in rules)


def test_links_in_the_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), (document.name, target)


def test_the_readmes_example_is_what_explain_shows() -> None:
    [example] = re.findall(r"samples/text/ferry.txt` shows.*?\n\n(.*?)\n\nThe text that goes", README, re.DOTALL)
    shown = CliRunner().invoke(app, ["explain", str(ROOT / "samples/text/ferry.txt")], terminal_width=1000).output
    output = " ".join(shown.split())
    for line in example.splitlines():
        assert " ".join(line.removesuffix(" ...").split()) in output
