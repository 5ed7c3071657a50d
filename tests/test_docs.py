"""The README and the docs say what is so: their commands run, their tables name what is there."""

import functools
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
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
USING = (ROOT / "docs" / "using.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GROUPS = {"config", "quarantine", "rules", "ratings", "stories", "sources"}
NEEDS_MORE_THAN_THE_REPOSITORY = {
    "serve",
    "dump.jsonl.gz",
    "crawl/*.warc.gz",
    "-",
    "notify",
    "--install-completion",
    "s3://bucket/news/",
    "s3://bucket/copydesk",
    "feed:URL",
    "urls:LIST",
    "FOLDER",
    "DOC_ID",
    "FILE",
}


def copydesk_commands() -> list[list[str]]:
    pages = README + USING + SETTINGS
    lines = re.findall(r"^ {4}(?:\.venv/bin/)?copydesk (.+?)(?:  +#.*)?$", pages, re.MULTILINE)
    return [shlex.split(line) for line in lines]


def test_the_documents_name_the_commands_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "test-all", "lint", "bench", "quality"):
        assert f"make {target}" in (README if target in {"run", "test"} else CONTRIBUTING)
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.usefixtures("stages_here")
def test_the_readmes_commands_run(after_the_samples: Path) -> None:
    (after_the_samples / "incoming").mkdir()  # the default of the setting inputs
    assert CliRunner().invoke(app, ["run", "samples"], catch_exceptions=False).exit_code == 0
    tried = 0
    for command in copydesk_commands():
        if NEEDS_MORE_THAN_THE_REPOSITORY.isdisjoint(command):
            result = CliRunner().invoke(app, command, catch_exceptions=False)
            assert result.exit_code == 0, (command, result.output)
            tried += 1
    assert tried >= 5


@functools.cache
def help_of(*words: str) -> str:
    return CliRunner().invoke(app, [*words, "--help"], terminal_width=200).output


def test_the_commands_that_were_not_run_exist_with_their_options() -> None:
    for command in copydesk_commands():
        words = [word for word in command if word.startswith("--")]
        deeper = command[1:2] if command[0] in GROUPS else []
        shown = help_of(command[0]) + help_of(command[0], *deeper)
        assert all(word in shown for word in words), command


def test_every_setting_is_documented_with_its_default() -> None:
    for key, field in Settings.model_fields.items():
        [row] = [line for line in SETTINGS.splitlines() if line.startswith(f"| `{key}` ")]
        assert str(field.description) in row
        if isinstance(field.default, int | float | Path):
            assert f"`{field.default}`" in row


def test_every_table_and_view_is_documented(tmp_path: Path) -> None:
    Warehouse.open(tmp_path / "work.duckdb").close()
    with Warehouse.open(tmp_path / "work.duckdb") as warehouse:
        warehouse.publish(tmp_path / "published.duckdb")
    with Warehouse.open_published(tmp_path / "published.duckdb") as published:
        names = published.query(
            "SELECT table_name AS name FROM duckdb_tables() UNION ALL "
            "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).column("name")
    assert [name for name in names.to_pylist() if name != "migrations" and f"`{name}`" not in USING] == []


def test_the_rule_shown_holds_its_own_examples(tmp_path: Path) -> None:
    [rule] = re.findall(r"^ {4}(\[\[rule\]\]\n(?:    .+\n)+)", USING, re.MULTILINE)
    (tmp_path / "own.toml").write_text(re.sub(r"^ {4}", "", rule, flags=re.MULTILINE), encoding="utf-8")
    rules = read_tool_parts(Settings(rules_folder=tmp_path)).rulebook.rules
    assert any(rule.id.endswith("harbour-weather-promo") for rule in rules)


def test_links_in_the_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), (document.name, target)


def test_the_readmes_example_is_what_explain_shows() -> None:
    [example] = re.findall(r"samples/text/ferry.txt` shows.*?\n\n(.*?)\n\nThe text that goes", README, re.DOTALL)
    shown = CliRunner().invoke(app, ["explain", str(ROOT / "samples/text/ferry.txt")], terminal_width=1000).output
    output = " ".join(shown.split())
    for line in example.splitlines():
        assert " ".join(line.removesuffix(" ...").split()) in output
