"""Kills a run of real articles at random moments and looks at what is left: ``python -m bench.kills``.

Each try is ``kill -9`` of the whole process group, and the same command again; the last one may finish. Nothing may be
lost or doubled, and the ledger must balance. The test suite does the same with a smaller input and fewer kills.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from warehouse import Warehouse

ARTICLES = Path(__file__).parent.parent.parent / "shared" / "data" / "articles"
EARLIEST_SECONDS = 1.0

console = Console(highlight=False)


def main() -> None:
    """Kill so many runs, let the last one finish, and compare with a run that nobody disturbed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--input", type=Path, default=ARTICLES, help="what is run")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not options.input.exists():
        sys.exit(f"skipped: no data in {options.input}")
    with tempfile.TemporaryDirectory() as temporary:
        calm, killed = Path(temporary) / "calm", Path(temporary) / "killed"
        started = time.perf_counter()
        _finish(options.input, calm)
        whole = time.perf_counter() - started
        console.print(f"undisturbed: {whole:.0f} s; now {options.kills} kills between {EARLIEST_SECONDS:g} s and that")
        chance = random.Random(options.seed)
        for number in range(options.kills):
            seconds = chance.uniform(EARLIEST_SECONDS, whole)
            done = _killed_after(seconds, options.input, killed)
            console.print(f"  kill {number + 1} after {seconds:.1f} s{': had finished; begun anew' if done else ''}")
            if done:
                _compare(calm, killed)
                killed = Path(temporary) / f"killed-{number + 1}"
        _finish(options.input, killed)
        _compare(calm, killed)


def _start(source: Path, folder: Path) -> subprocess.Popen[bytes]:
    folder.mkdir(exist_ok=True)
    databases = ["--warehouse", str(folder / "work.duckdb"), "--published", str(folder / "published.duckdb")]
    command = [sys.executable, "-m", "flows.cli", "run", str(source), *databases]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _killed_after(seconds: float, source: Path, folder: Path) -> bool:
    """Whether the run was quicker than its killer."""
    process = _start(source, folder)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True


def _finish(source: Path, folder: Path) -> None:
    if code := _start(source, folder).wait():
        sys.exit(f"the run ended with {code}; try it by hand: copydesk run {source}")


FACTS = {
    "articles": "SELECT count(*) AS n FROM articles",
    "distinct articles": "SELECT count(DISTINCT article_id) AS n FROM articles",
    "documents": "SELECT count(*) AS n FROM documents",
    "documents by outcome": "SELECT hash(list((outcome, n) ORDER BY outcome)) AS n FROM "
    "(SELECT outcome, count(*) AS n FROM documents GROUP BY outcome)",
    "texts": "SELECT bit_xor(hash(article_id, text, title)) AS n FROM articles",
    "cuts": "SELECT count(*) AS n FROM stripped_lines",
    "revisions": "SELECT count(*) AS n FROM article_revisions",
    "ledger faults": "SELECT count(*) AS n FROM ledger_check",
    "orphans": "SELECT count(*) AS n FROM orphaned_duplicates",
}
"""What must be the same whether a run was killed or not."""


def _compare(calm: Path, killed: Path) -> None:
    differing = 0
    with (
        Warehouse.open_published(calm / "published.duckdb") as one,
        Warehouse.open_published(killed / "published.duckdb") as other,
    ):
        for what, sql in FACTS.items():
            [expected], [found] = (warehouse.query(sql)["n"].to_pylist() for warehouse in (one, other))
            differing += expected != found
            console.print(f"  {what}: {expected} undisturbed, {found} after the kills")
    console.print("[red]something was lost or doubled" if differing else "nothing was lost or doubled")
    if differing:
        sys.exit(1)


if __name__ == "__main__":
    main()
