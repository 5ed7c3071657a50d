"""200,000 stored articles and DuckDB's default memory: what the end of a run, maintenance and reports ask.

    python -m bench.large [--articles 200000]

The tables are filled by SQL, with what decides the cost of a query: 60 lines of its own in each article, some that the
articles of a source share, one that all share; signatures without likeness; two years of days. A step that fails, or
takes the process beyond its memory, ends the program with code 1. Texts are made up, so the digests that `maintain`
looks at are wrong here.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from flows.maintain import maintain
from flows.relate import PORTION
from flows.report import write_overview_report, write_run_report
from flows.settings import Settings, load_settings
from flows.tools import read_contract
from tests.warehouse.loads import NOW, RUN, begin, load, make_load, numbered
from warehouse import Warehouse, WarehouseError, WarehouseOptions
from warehouse.connection import Connection
from warehouse.stories import Relations

SOURCES = 40
LINES = 60
MOST_MEGABYTES = 700
"""Of this process: the library, DuckDB's memory, and a portion of texts."""

_OWN = {
    "doc_id": "printf('%024x', n)",
    "article_id": "printf('a%023x', n)",
    "url": f"'https://s' || (n % {SOURCES}) || '.example/' || n",
    "domain": f"'s' || (n % {SOURCES}) || '.example'",
    "text": "repeat('The ferry ' || n || ' will run again on Friday. ', 60)",
    "text_sha256": "sha256(n::VARCHAR)",
    "title": "'Ferry ' || n",
    "published_on": "DATE '2024-01-01' + (n % 700)::INTEGER",
    "minhash": "unhex(array_to_string([md5((n * 64 + i)::VARCHAR) for i in range(64)], ''))",
    "keys": f"[(hash(n * {LINES} + i) >> 1)::BIGINT for i in range({LINES})]"
    " || [(hash('some' || (n % 400)) >> 1)::BIGINT, (hash('all') >> 1)::BIGINT]",
    "awaits_second_look": "true",
}
"""What differs from article to article; every other column is as in the first one."""

console = Console(highlight=False)


def main() -> None:
    """Fill a warehouse, and take every step once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        places = {"warehouse": folder / "w.duckdb", "published": folder / "p.duckdb", "reports": folder / "reports"}
        settings = load_settings(places, environment={})
        _timed(f"fill {count:,} articles", lambda: _fill(settings.warehouse, count))
        failed = [name for name, step in _steps(settings).items() if not _timed(name, step)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"{'peak':<40}{peak:>8,.0f} MB, at most {MOST_MEGABYTES}")
    sys.exit(bool(failed) or peak > MOST_MEGABYTES)


def _steps(settings: Settings) -> dict[str, Callable[[], object]]:
    published, reports = settings.published, settings.reports

    def opened(step: Callable[[Warehouse], object]) -> Callable[[], object]:
        def taken() -> None:
            options = WarehouseOptions(settings.database_megabytes, settings.workers)
            with Warehouse.open(settings.warehouse, options) as warehouse:
                step(warehouse)

        return taken

    return {
        "load one more batch of 5,000": opened(_load_more),
        "find recurring lines": opened(lambda warehouse: list(warehouse.recurring_lines(second_look=True))),
        "pass by what has none": opened(lambda warehouse: warehouse.pass_by("r1", second_look=True)),
        "end the second look": opened(Warehouse.end_second_look),
        "read a portion to relate": opened(lambda warehouse: Relations(warehouse).unrelated(PORTION)),
        "publish": opened(lambda warehouse: warehouse.publish(published)),
        "maintain": lambda: maintain(settings),
        "report of a run": lambda: write_run_report(published, reports, None, contract=read_contract(settings)),
        "report over time": lambda: write_overview_report(published, reports),
    }


def _timed(name: str, step: Callable[[], object]) -> bool:
    """Take a step and print its time; whether it went well."""
    began = time.perf_counter()
    try:
        step()
    except WarehouseError as error:
        console.print(f"{name:<40}  failed: {error}")
        return False
    console.print(f"{name:<40}{time.perf_counter() - began:>8.1f} s")
    return True


def _fill(path: Path, count: int) -> None:
    with Warehouse.open(path, WarehouseOptions(memory_megabytes=2000)) as warehouse:
        begin(warehouse)
        load(warehouse, [numbered(1)])
        for table in ("articles", "documents", "cleanings", "line_keys"):
            _multiply(warehouse._connection, table, count)


def _multiply(connection: Connection, table: str, count: int) -> None:
    """Fill a table with copies of its one row."""
    described = "SELECT column_name FROM duckdb_columns() WHERE database_name = 'warehouse' AND table_name = $table"
    columns = [name for (name,) in connection.rows(described, {"table": table})]
    values = ", ".join(f"{_OWN.get(name, f'first.{name}')} AS {name}" for name in columns)
    connection.execute(
        f"INSERT INTO {table} BY NAME SELECT {values} "
        f"FROM (SELECT * FROM {table} LIMIT 1) AS first, range(2, {count}) AS numbers(n)"
    )


def _load_more(warehouse: Warehouse) -> None:
    warehouse.load_batch(make_load([numbered(10_000_000 + number) for number in range(5000)], number=2), NOW)
    warehouse.finish_run(RUN, "finished", None, 0, NOW)


if __name__ == "__main__":
    main()
