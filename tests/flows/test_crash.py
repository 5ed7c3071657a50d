"""Kills and readers: nothing is lost or doubled by kill -9, and a reader neither blocks a run nor is refused."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.run import run
from tests.flows.conftest import MakeSettings
from tests.flows.day import until
from tests.news import make_articles, write_jsonl
from warehouse import Warehouse

pytestmark = pytest.mark.usefixtures("stages_here")

KILLS = 4
ARTICLES = 200
LATEST_KILL_SECONDS = 3.0
"""After the first write to the database: however slow the start is, the kill meets a run."""


def copydesk_run(source: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flows.cli", "run", str(source), "--workers", "2"]
    databases = ["--warehouse", str(folder / "work.duckdb"), "--published", str(folder / "published.duckdb")]
    settings = folder / "settings.toml"
    settings.write_text("batch_documents = 20\n", encoding="utf-8")
    return subprocess.Popen(
        [*command, *databases, "--config", str(settings)], start_new_session=True, stdout=subprocess.DEVNULL
    )


def written_at(folder: Path) -> int:
    """When the database or its write-ahead log was last written, in nanoseconds; 0 where there is neither."""
    return max((path.stat().st_mtime_ns for path in folder.glob("work.duckdb*")), default=0)


def killed_run(source: Path, folder: Path, seconds: float) -> None:
    """Start a run, and kill its process group so many seconds after its first write, if it has not ended by then."""
    before = written_at(folder)
    process = copydesk_run(source, folder)
    until(lambda: written_at(folder) > before or process.poll() is not None)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.slow
def test_kill_9_of_the_whole_process_group_loses_and_doubles_nothing(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "news.jsonl", make_articles(ARTICLES))
    chance = random.Random(9)
    for _ in range(KILLS):
        killed_run(source, tmp_path, chance.uniform(0, LATEST_KILL_SECONDS))
    assert copydesk_run(source, tmp_path).wait() == 0
    with Warehouse.open_published(tmp_path / "published.duckdb") as warehouse:
        [counts] = warehouse.query(
            "SELECT count(*) AS rows, count(DISTINCT article_id) AS articles, count(DISTINCT url) AS urls FROM articles"
        ).to_pylist()
        assert counts == {"rows": ARTICLES, "articles": ARTICLES, "urls": ARTICLES}
        assert warehouse.query("FROM ledger_check").num_rows == 0
        states = set(warehouse.query("SELECT DISTINCT state FROM runs").column("state").to_pylist())
        assert states <= {"finished", "interrupted"}


READER = """
import sys
from pathlib import Path
from warehouse import Warehouse
with Warehouse.open_published(Path(sys.argv[1])) as warehouse:
    for line in sys.stdin:
        print(warehouse.query("SELECT count(*) AS n FROM articles").column("n")[0], flush=True)
"""


def test_a_reader_that_stays_open_through_three_runs_is_undisturbed(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "0.jsonl", make_articles(10, seed=0)))])
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(settings.published)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin
        assert reader.stdout
        for seed in (1, 2, 3):
            print("count", file=reader.stdin, flush=True)
            assert reader.stdout.readline() == "10\n"
            result = run(settings, [str(write_jsonl(tmp_path / f"{seed}.jsonl", make_articles(10, seed=seed)))])
            assert result.summary.loaded == 10
        print("count", file=reader.stdin, flush=True)
        assert reader.stdout.readline() == "10\n"
        reader.stdin.close()
    with Warehouse.open_published(settings.published) as warehouse:
        assert warehouse.query("SELECT count(*) AS n FROM articles").column("n").to_pylist() == [40]


@pytest.mark.parametrize("batch_documents", [7, 1000])
def test_publishing_never_leaves_a_half_file(tmp_path: Path, make_settings: MakeSettings, batch_documents: int) -> None:
    settings = make_settings(batch_documents=batch_documents)
    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", make_articles(20)))])
    assert sorted(path.name for path in settings.published.parent.iterdir()) == ["published.duckdb", "work.duckdb"]
