"""Maintenance as a whole: it keeps what the settings say, says what it did, and changes nothing in a dry run."""

import datetime as dt
import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.fetching.state import STATE_FILE, FetchError
from flows.maintain import maintain
from flows.run import run
from flows.settings import Settings, load_settings
from tests.flows.conftest import MakeSettings
from tests.news import make_articles, write_jsonl
from warehouse import ForeignCopy, QuarantineFilter, Warehouse

pytestmark = pytest.mark.usefixtures("stages_here")

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp()


@pytest.fixture(scope="module")
def loaded(stages_here: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse that has had a run: ten articles, and a document in quarantine."""
    folder = tmp_path_factory.mktemp("loaded")
    write_jsonl(folder / "news" / "news.jsonl", make_articles(10))
    (folder / "news" / "short.txt").write_text("Too short.", encoding="utf-8")
    databases = {"warehouse": folder / "db" / "work.duckdb", "published": folder / "db" / "published.duckdb"}
    made = load_settings({"workers": 2, **databases}, environment={})
    assert run(made, [str(folder / "news")]).summary.quarantined == 1
    return folder


@pytest.fixture
def settings(loaded: Path, make_settings: MakeSettings, tmp_path: Path) -> Settings:
    """Settings with a copy of that warehouse."""
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    return make_settings(reports=tmp_path / "reports", fetched=tmp_path / "fetched")


def age(settings: Settings, days: int) -> None:
    """Let everything in the database have happened so many days earlier."""
    with Warehouse.open(settings.warehouse) as warehouse:
        for table, column in (("quarantine", "quarantined_at"), ("runs", "started_at")):
            warehouse._connection.execute(f"UPDATE {table} SET {column} = {column} - INTERVAL {days} DAYS")


def test_a_sound_warehouse_is_found_sound(settings: Settings) -> None:
    result = maintain(settings)
    assert result.problems == 0
    assert result.prunings == ()
    examined = {one.verification: one.examined for one in result.verifications}
    assert (examined["ledger"], examined["text digests"], examined["raw documents"]) == (1, 10, 1)
    assert examined["published copy"] == 1
    with Warehouse.open_published(settings.published) as published:
        [state] = published.query("SELECT state FROM maintenances").column("state").to_pylist()
        assert state == "finished"
        assert published.query("FROM verifications").num_rows == len(result.verifications)


def test_what_is_too_old_goes_on_record_and_a_dry_run_only_tells(settings: Settings) -> None:
    age(settings, 200)
    old = settings.reports / "runs" / "20200101T000000-abcdef.html"
    old.parent.mkdir(parents=True)
    for path in (old, settings.reports / "overview.html", settings.reports / "runs" / "new.html"):
        path.write_text("a report", encoding="utf-8")
    os.utime(old, (LONG_AGO, LONG_AGO))
    os.utime(settings.reports / "overview.html", (LONG_AGO, LONG_AGO))
    planned = maintain(settings, dry_run=True)
    assert [(one.what, one.pruned) for one in planned.prunings] == [("raw documents", 1), ("reports", 1)]
    assert old.exists()
    done = maintain(settings)
    assert [(one.what, one.pruned, one.bytes) for one in done.prunings] == [
        (one.what, one.pruned, one.bytes) for one in planned.prunings
    ]
    assert sorted(path.name for path in settings.reports.rglob("*.html")) == ["new.html", "overview.html"]
    with Warehouse.open_published(settings.published) as published:
        assert published.query("SELECT what FROM prunings ORDER BY what").column("what").to_pylist() == [
            "raw documents",
            "reports",
        ]
        [row] = published.quarantined(QuarantineFilter())
        assert (row.retryable, row.reason != "") == (False, True)
    assert maintain(settings).prunings == ()


def test_fetched_files_go_once_read_and_only_where_that_is_asked_for(settings: Settings) -> None:
    folder = settings.fetched
    folder.mkdir()
    names = {"read": "20200101T080000-aaaaaa", "unread": "20200101T090000-bbbbbb", "new": "20200101T100000-cccccc"}
    files = {what: folder / f"{name}.warc.gz" for what, name in names.items()} | {"foreign": folder / "mine.warc.gz"}
    for what, path in files.items():
        path.write_bytes(b"a WARC file")
        os.utime(path, None if what == "new" else (LONG_AGO, LONG_AGO))
    memory = json.dumps({"unread": [files["unread"].name]})
    (folder / STATE_FILE).write_text(memory, encoding="utf-8")
    assert maintain(settings).prunings == ()
    asked = settings.model_copy(update={"keep_fetched_days": 30})
    for dry_run in (True, False):
        [pruning] = maintain(asked, dry_run=dry_run).prunings
        assert files["read"].exists() == dry_run
        assert (pruning.what, pruning.pruned, pruning.bytes) == ("fetched files", 1, len(b"a WARC file"))
        assert pruning.examples == (files["read"].name,)
    assert all(path.exists() for what, path in files.items() if what != "read")
    assert (folder / STATE_FILE).read_text(encoding="utf-8") == memory
    with Warehouse.open_published(settings.published) as published:
        assert published.query("SELECT what FROM prunings").column("what").to_pylist() == ["fetched files"]
    assert maintain(asked).prunings == ()


def test_where_it_cannot_be_told_what_is_unread_no_fetched_file_goes(settings: Settings) -> None:
    settings.fetched.mkdir()
    file = settings.fetched / "20200101T080000-aaaaaa.warc.gz"
    file.touch()
    os.utime(file, (LONG_AGO, LONG_AGO))
    (settings.fetched / STATE_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(FetchError, match="damaged"):
        maintain(settings.model_copy(update={"keep_fetched_days": 30}))
    assert file.exists()


def test_a_pruned_document_says_so_when_it_is_shown_or_tried_again(settings: Settings) -> None:
    age(settings, 200)
    maintain(settings)
    where = ["--published", str(settings.published)]
    with Warehouse.open_published(settings.published) as published:
        [row] = published.quarantined(QuarantineFilter())
    shown = CliRunner().invoke(app, ["quarantine", "show", row.doc_id, *where])
    assert "raw document is gone" in " ".join(shown.output.split())
    retried = CliRunner().invoke(app, ["quarantine", "retry", *where, "--warehouse", str(settings.warehouse)])
    assert "1 document cannot be tried again" in " ".join(retried.output.split())


@pytest.mark.parametrize(
    ("damage", "verification"),
    [
        ("UPDATE articles SET text = text || ' forged' WHERE title IS NOT NULL", "text digests"),
        ("UPDATE runs SET run_id = 'other'", "published copy"),
        ("UPDATE batches SET loaded = loaded + 1", "ledger"),
    ],
)
def test_damage_is_found_and_ends_the_command_with_1(settings: Settings, damage: str, verification: str) -> None:
    with Warehouse.open(settings.warehouse) as warehouse:
        warehouse._connection.execute(damage)
    where = ["--warehouse", str(settings.warehouse), "--published", str(settings.published)]
    told = CliRunner().invoke(app, ["maintain", "--dry-run", "--json", *where])
    assert told.exit_code == 1
    found = {one["verification"]: one for one in json.loads(told.output)["verifications"]}
    assert found[verification]["problems"] > 0
    assert found[verification]["example"]


def test_what_is_no_published_copy_is_named_and_not_replaced(settings: Settings) -> None:
    settings.published.chmod(0o644)
    settings.published.write_bytes(b"no database")
    with pytest.raises(ForeignCopy, match="move this one away"):
        maintain(settings)
    assert settings.published.read_bytes() == b"no database"
    settings.published.unlink()
    assert maintain(settings).problems == 0


def test_a_file_with_holes_is_written_anew(settings: Settings) -> None:
    with Warehouse.open(settings.warehouse) as warehouse:
        warehouse._connection.execute("CREATE TABLE filler AS SELECT md5(range::VARCHAR) AS t FROM range(400_000)")
        warehouse._connection.checkpoint()
        warehouse._connection.execute("CREATE TABLE behind AS FROM filler LIMIT 100_000")
        warehouse._connection.checkpoint()
        warehouse._connection.execute("DROP TABLE filler")
    size = settings.warehouse.stat().st_size
    result = maintain(settings)
    assert (result.compacted, result.problems) == (True, 0)
    assert result.after.total < result.before.total
    assert settings.warehouse.stat().st_size < size
    assert run(settings, [str(settings.warehouse.parent.parent / "news")]).summary.unchanged == 11
