"""kill -9 of a loading process at random moments: what was committed is there, nothing is there by half."""

import random
import signal
import subprocess
import sys
from pathlib import Path

from tests.warehouse import killed_loader
from tests.warehouse.loads import NOW, ledger_problems, rows
from transforms.records import Ledger
from warehouse import Warehouse

KILLS = 5
MOST_STATEMENTS = 150
"""Opening a new warehouse, and some seven batches."""
ROOT = Path(__file__).parent.parent.parent


def kill_after(statements: int, path: Path, published: Path, run_id: str) -> None:
    """Start the loader and kill it as soon as it has begun so many statements."""
    command = [sys.executable, killed_loader.__file__, str(path), str(published), run_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}) as process:
        assert process.stdout
        for _ in range(statements):
            assert process.stdout.readline() == b"statement\n"
        process.send_signal(signal.SIGKILL)


def test_kill_9_at_random_moments_leaves_whole_batches(tmp_path: Path) -> None:
    path, published = tmp_path / "work.duckdb", tmp_path / "out" / "published.duckdb"
    chance = random.Random(20240504)
    for kill in range(KILLS):
        kill_after(chance.randint(1, MOST_STATEMENTS), path, published, f"run {kill}")
        with Warehouse.open(path) as warehouse:
            assert not ledger_problems(warehouse)
            [(articles,)] = rows(warehouse, "SELECT count(*) FROM articles JOIN stripped_lines USING (doc_id)")
            assert articles % killed_loader.ARTICLES_IN_A_BATCH in (0, 10)
    with Warehouse.open(path) as warehouse:
        warehouse.begin_run("last", [], "r1", NOW)
        assert {run.state for run in warehouse.runs()} == {"running", "interrupted"}
        assert sum((run.ledger for run in warehouse.runs()), Ledger()).loaded > 0
        warehouse.publish(published)
        [(articles,)] = rows(warehouse, "SELECT count(*) FROM articles")
    with Warehouse.open_published(published) as reader:
        assert reader.query("SELECT count(*) AS n FROM articles").to_pylist() == [{"n": articles}]
    assert [each.name for each in published.parent.iterdir()] == [published.name]
