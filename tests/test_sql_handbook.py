"""docs/sql.md says what is so: its schema, its queries, their answers. Run this file as a program to write it anew."""

from __future__ import annotations

import contextlib
import doctest
import json
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.cli.answers import Format, written
from flows.run import RunResult
from warehouse import PublishedWarehouse, Warehouse

ROOT = Path(__file__).resolve().parents[1]
HANDBOOK = ROOT / "docs" / "sql.md"
REMEDY = "write it anew with: python tests/test_sql_handbook.py, and read what changed"
WIDTH = 118
SHOWN_ROWS = 6
QUESTION = re.compile(r"^#### ([^\n]+)\n\n((?:[^`#\n][^\n]*\n)*)\n?```sql\n(.*?)```\n", re.M | re.S)
ANSWER = re.compile(r"(```sql\n(.*?)```\n)(?:\n```text\n.*?```\n)?", re.S)

OBJECTS = """
SELECT table_name AS name, 'table' AS kind, comment FROM duckdb_tables() WHERE database_name = 'warehouse'
UNION ALL
SELECT view_name, 'view', comment FROM duckdb_views() WHERE database_name = 'warehouse' AND NOT internal
ORDER BY kind, name
"""
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, comment
FROM duckdb_columns() WHERE database_name = 'warehouse' ORDER BY table_name, column_index
"""


def questions() -> list[tuple[str, str, str]]:
    """Title, words and SQL of each query."""
    text = HANDBOOK.read_text(encoding="utf-8")
    return QUESTION.findall(text)


def build(folder: Path, *commands: str) -> Path:
    """What commands make of the samples in a folder of their own; the published database."""
    with contextlib.chdir(folder):
        for command in commands:
            result = CliRunner().invoke(app, shlex.split(command), catch_exceptions=False)
            assert result.exit_code == 0, result.output
    return folder / "warehouse" / "published.duckdb"


def schema(published: PublishedWarehouse) -> str:
    """Every table and view with its columns, as Markdown."""
    columns: dict[str, list[str]] = {}
    for row in published.query(COLUMNS).to_pylist():
        comment = row["comment"].replace("|", "\\|")
        columns.setdefault(row["table_name"], []).append(f"| `{row['column_name']}` | {row['data_type']} | {comment} |")
    parts = []
    for row in published.query(OBJECTS).to_pylist():
        head = f"### {row['name']}\n\n{row['kind'].capitalize()}. {row['comment']}\n\n| column | type | what it is |\n"
        parts.append(head + "|---|---|---|\n" + "\n".join(columns[row["name"]]) + "\n")
    return "\n".join(parts)


def answer(published: PublishedWarehouse, sql: str) -> str:
    """The first rows of an answer as a table; nothing for an empty one."""
    table = published.query(sql)
    if not table.num_rows:
        return ""
    pieces = written(Format.TABLE, table.schema, table.slice(0, SHOWN_ROWS).to_batches(), WIDTH)
    return "\n```text\n" + "".join(pieces) + "```\n"


def with_answers(text: str, published: PublishedWarehouse) -> str:
    """The handbook with the schema and the answers of a database."""
    before, rest = text.split("<!-- begin: schema -->\n")
    after = rest.split("<!-- end: schema -->")[1]
    before = ANSWER.sub(lambda found: found[1] + answer(published, found[2]), before)
    return f"{before}<!-- begin: schema -->\n{schema(published)}<!-- end: schema -->{after}"


@pytest.fixture(scope="module")
def published(
    samples_run: tuple[Path, RunResult], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PublishedWarehouse]:
    folder = tmp_path_factory.mktemp("sql")
    shutil.copytree(samples_run[0], folder, symlinks=True, dirs_exist_ok=True)
    with Warehouse.open_published(build(folder, "relate", "score")) as opened:
        yield opened


def test_the_handbook_says_what_the_database_says(published: PublishedWarehouse) -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    assert text == with_answers(text, published), REMEDY


def test_there_are_enough_queries_and_each_question_is_asked_once() -> None:
    titles = [title for title, _, _ in questions()]
    text = HANDBOOK.read_text(encoding="utf-8")
    assert len(titles) >= 20
    assert len(titles) == len(set(titles)) == text.count("\n#### ") == text.count("```sql")


@pytest.mark.parametrize(("title", "words", "sql"), questions(), ids=[title for title, _, _ in questions()])
def test_a_query_has_rows_or_says_why_not(title: str, words: str, sql: str, published: PublishedWarehouse) -> None:
    assert title.endswith("?")
    assert words.strip()
    assert bool(published.query(sql).num_rows) != ("Empty is right" in words)


def test_the_examples_in_python_are_what_python_answers(
    published: PublishedWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.path.parent.parent)
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    examples = "".join(re.findall(r"```python\n(.*?)```\n", page, re.S))
    test = doctest.DocTestParser().get_doctest(examples, {}, "docs/python.md", None, None)
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert len(test.examples) >= 15
    assert result.failed == 0, "".join(said)


def test_the_commands_of_the_handbook_run(published: PublishedWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published.path.parent.parent)
    Path("report.sql").write_text("FROM runs_overview", encoding="utf-8")
    lines = re.findall(r"^ {4}(?:echo \"(.*?)\" \| )?copydesk (.+?)(?:  +#.*)?$", HANDBOOK.read_text("utf-8"), re.M)
    assert len(lines) >= 8
    for piped, line in lines:
        result = CliRunner().invoke(app, shlex.split(line), input=piped, catch_exceptions=False)
        assert result.exit_code == 0, (line, result.output)
        assert result.stdout.strip(), line


def test_a_found_sample_is_the_one_that_the_handbook_shows(published: PublishedWarehouse) -> None:
    command = ["search", "ferry", "carrow point", "--json", "--published", str(published.path)]
    found = json.loads(CliRunner().invoke(app, command, catch_exceptions=False).stdout)
    assert found["total"] == 2
    assert all("Carrow" in article["title"] for article in found["articles"])


def main() -> None:
    """Write the schema and the answers of the handbook anew."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "samples").symlink_to(ROOT / "samples")
        with Warehouse.open_published(build(Path(name), "run samples", "relate", "score")) as published:
            HANDBOOK.write_text(with_answers(HANDBOOK.read_text("utf-8"), published), encoding="utf-8")


if __name__ == "__main__":
    main()
