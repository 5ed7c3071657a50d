"""All commands over many real articles, from the first file to the last report.

    python -m bench.ingest_scale [--articles 200000] [--folder FOLDER]

The articles of ``../shared/data`` are repeated with other words (see :mod:`bench.changed_words`) and taken through
``run``, ``relate``, ``score``, ``report``, ``maintain`` and ``reclean`` with the default settings. Printed are the
seconds, the processor's seconds and the most memory of each command's processes, and the documents per second of the
first and the last batches of the run. 200,000 articles take about an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bench.changed_words import write_articles
from bench.measure import measure
from warehouse import Warehouse

ARTICLES = Path(__file__).parent.parent.parent / "shared" / "data" / "articles"
ENDS = 5
"""Batches at each end of the run whose rates are compared."""

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Write the input, and take every command once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000, help="how many")
    parser.add_argument("--input", type=Path, default=ARTICLES, help="folder with *.jsonl.gz of id, domain, title, ...")
    parser.add_argument("--folder", type=Path, help="keep input and databases here")
    options = parser.parse_args()
    if not options.input.is_dir():
        sys.exit(f"skipped: no data in {options.input}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        write_articles(options.input, folder / "input", options.articles)
        places = {"warehouse": "work.duckdb", "published": "published.duckdb", "reports": "reports"}
        lines = [f"{name} = {json.dumps(str(folder / place))}" for name, place in places.items()]
        (folder / "copydesk.toml").write_text("\n".join(lines))
        failed = take_all(folder)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def take_all(folder: Path) -> list[str]:
    """Every command over the input in a folder; the names of those that failed."""
    console.print(f"{'command':<12}{'seconds':>9}{'processor':>11}{'peak MB':>9}")
    failed = []
    for command in ("run", "relate", "score", "report", "maintain", "reclean"):
        arguments = [command, *([str(folder / "input")] if command == "run" else [])]
        if command == "reclean":
            arguments.append("--all")
        try:
            taken = measure([sys.executable, "-m", "flows.cli", *arguments, "--config", str(folder / "copydesk.toml")])
        except subprocess.CalledProcessError as error:
            console.print(f"{command:<12}  failed: {error.output.strip()[-500:]}")
            failed.append(command)
            continue
        console.print(f"{command:<12}{taken.seconds:>9.1f}{taken.cpu_seconds:>11.1f}{taken.peak_megabytes:>9,.0f}")
        if command == "run":
            print_rates(folder / "published.duckdb")
    return failed


def print_rates(published: Path) -> None:
    """Documents per second at both ends of the last run; its first batch, which has the start in it, is left out."""
    sql = """
        SELECT read / epoch(settled_at - lag(settled_at) OVER (ORDER BY batch_number)) AS rate
        FROM batches
        WHERE run_id = (SELECT max(run_id) FROM runs)
        ORDER BY batch_number
    """
    with Warehouse.open_published(published) as warehouse:
        rates = [rate for rate in warehouse.query(sql)["rate"].to_pylist() if rate]
    if rates:
        first, last = statistics.median(rates[:ENDS]), statistics.median(rates[-ENDS:])
        console.print(f"  batches: {first:,.0f} documents/s at first, {last:,.0f} at last, {last / first:.2f} of it")


if __name__ == "__main__":
    main()
