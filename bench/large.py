"""200,000 stored articles and DuckDB's default memory: what the end of a run, maintenance, reports and the rest ask.

    python -m bench.large [--articles 200000] [--megabytes 200] [--folder FOLDER] [--only "maintain,score"]

The tables are filled by SQL, with what decides the cost of a query: texts of 40 lines that are an article's own and
twenty that two hundred articles of the source have; six cuts in each article; a tenth of the documents in quarantine, a
tenth revised; signatures without likeness; two years of days. One article in twenty is still to be measured and to be
cleaned by today's rules; all are to be related, which takes longest. Each step is a process of its own; one that fails,
or takes more than its memory, ends the program with code 1. Texts are made up, so ``maintain`` finds that their digests
are wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console

from flows.maintain import maintain
from flows.reclean import reclean
from flows.relate import relate
from flows.report import write_overview_report, write_run_report
from flows.score import load_score_tools, measure_articles, rescore
from flows.settings import Settings, load_settings
from flows.tools import read_contract, read_tool_parts
from tests.warehouse.loads import NOW, RUN, begin, load, make_load, numbered, rejected
from transforms.junk.templates import line_key
from warehouse import Warehouse, WarehouseOptions
from warehouse.connection import Connection, parameters_of
from warehouse.credibility import CredibilityStore

SOURCES = 40
LINES = 40
"""Of an article's own."""
CUTS = 6
SAID = 20_000
"""Lines that recur in one source, but are no templates, and ..."""
SAID_LINES = 20
"""... how many of them an article has."""
BOXES = 400
"""Lines that are templates, in one article of twenty."""
MOST_MEGABYTES = 900
"""Of a step's process: the library, DuckDB's memory, and a portion of texts."""

ANOTHER_RUN = "20240505T063000-0a1b2c"

_SAID = f"1 + n % {SOURCES} + {SOURCES} * ((n // {SOURCES} + i * 29) % {SAID // SOURCES})"
_ARTICLE = {
    "doc_id": "printf('%024x', n)",
    "article_id": "printf('a%023x', n)",
    "url": f"'https://s' || (n % {SOURCES}) || '.example/' || n",
    "domain": f"'s' || (n % {SOURCES}) || '.example'",
    "text": "array_to_string("
    f"[regexp_replace(md5((n * {LINES} + i)::VARCHAR), '(....)', '\\1 ', 'g') for i in range({LINES})]"
    f" || [$said[{_SAID}] for i in range({SAID_LINES})]"
    f" || CASE WHEN n % 20 = 0 THEN [$boxes[1 + n % {BOXES}]] ELSE [] END, chr(10))",
    "text_sha256": "sha256(n::VARCHAR)",
    "title": "'Ferry ' || n",
    "published_on": "DATE '2024-01-01' + (n % 700)::INTEGER",
    "minhash": "unhex(array_to_string([md5((n * 64 + i)::VARCHAR) for i in range(64)], ''))",
}
_TABLES: Mapping[str, Mapping[str, str]] = {
    "articles": _ARTICLE,
    "documents": {"doc_id": _ARTICLE["doc_id"]},
    "line_keys": {
        "doc_id": _ARTICLE["doc_id"],
        "keys": f"[(hash(n * {LINES} + i) >> 1)::BIGINT for i in range({LINES})]"
        f" || [$said_keys[{_SAID}] for i in range({SAID_LINES})]"
        f" || CASE WHEN n % 20 = 0 THEN [$box_keys[1 + n % {BOXES}]] ELSE [] END",
    },
    "cleanings": {
        "doc_id": _ARTICLE["doc_id"],
        "rules_version": "CASE WHEN n % 20 = 0 THEN 'r1' ELSE $rules_version END",
        "awaits_second_look": "true",
    },
    "stripped_lines": {
        "doc_id": f"printf('%024x', n // {CUTS})",
        "text": f"'READ ALSO: ' || CASE WHEN n % {CUTS} < 3 THEN md5(n::VARCHAR) ELSE (n % 1000)::VARCHAR END",
        "kind": f"['related', 'promotion', 'share', 'byline', 'credit', 'caption'][1 + n % {CUTS}]",
    },
    "article_signals": {
        "doc_id": _ARTICLE["doc_id"],
        "source": _ARTICLE["domain"],
        "version": "CASE WHEN n % 20 = 0 THEN 'another' ELSE $tones_version END",
    },
    "provenance": {"doc_id": _ARTICLE["doc_id"], "value": "'Reporter ' || (n % 900)"},
    "article_revisions": _ARTICLE
    | {
        "doc_id": "printf('b%023x', n)",
        "superseded_by": _ARTICLE["doc_id"],
        "superseded_at": "TIMESTAMPTZ '2024-01-01'",
    },
    "quarantine": {
        "doc_id": "printf('c%023x', n)",
        "reason": "'reason ' || (n % 30)",
        "raw_content": "encode(array_to_string([md5((n * 90 + i)::VARCHAR) for i in range(90)], ' '))",
    },
}
"""What differs from row to row; every other column is as in the first row."""
_ROWS = {"stripped_lines": CUTS, "article_revisions": 0.1, "quarantine": 0.1}
"""Rows for an article, where that is not one."""

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Fill a warehouse, and take every step once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--megabytes", type=int, help="memory for DuckDB; that of the settings where not given")
    parser.add_argument("--folder", type=Path, help="keep the warehouse here, and take the one that is here already")
    parser.add_argument("--only", default="", help="steps whose names begin so, with commas between")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        places = {"warehouse": folder / "w.duckdb", "published": folder / "p.duckdb", "reports": folder / "reports"}
        memory = {"database_megabytes": options.megabytes} if options.megabytes else {}
        settings = load_settings(places | memory, environment={})
        console.print(f"DuckDB may use {settings.database_megabytes} MB, a step's process {MOST_MEGABYTES} MB")
        console.print(f"{'step':<36}{'seconds':>9}{'processor':>11}{'peak MB':>9}")
        fill = f"fill {options.articles:,} articles"
        if not settings.warehouse.exists() and not _timed(
            fill, lambda: _fill(settings, options.articles), bounded=False
        ):
            sys.exit("failed: there is nothing to take steps on")
        wanted = tuple(options.only.split(","))
        failed = [name for name, step in _steps(settings).items() if name.startswith(wanted) and not _timed(name, step)]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def _steps(settings: Settings) -> dict[str, Callable[[], object]]:
    published, reports = settings.published, settings.reports

    def opened(step: Callable[[Warehouse], object]) -> Callable[[], object]:
        def taken() -> None:
            options = WarehouseOptions(settings.database_megabytes, settings.workers)
            with Warehouse.open(settings.warehouse, options) as warehouse:
                step(warehouse)

        return taken

    return {
        "load another batch of 5,000": opened(_load_more),
        "count lines that recur": opened(lambda warehouse: sum(1 for _ in warehouse.recurring_lines(second_look=True))),
        "pass by what has no template": opened(lambda warehouse: warehouse.pass_by("r1", second_look=True)),
        "end the second look": opened(Warehouse.end_second_look),
        "publish": opened(lambda warehouse: warehouse.publish(published)),
        "score": lambda: rescore(settings),
        "reclean": lambda: reclean(settings),
        "report of a run": lambda: write_run_report(published, reports, None, contract=read_contract(settings)),
        "overview": lambda: write_overview_report(published, reports),
        "maintain": lambda: maintain(settings),
        "relate": lambda: relate(settings),
    }


def _timed(name: str, step: Callable[[], object], *, bounded: bool = True) -> bool:
    """Take a step in a process of its own and print what it took; whether it went well."""
    began = time.perf_counter()
    child = os.fork()
    if not child:
        _end_with(step)
    _, status, used = os.wait4(child, 0)
    seconds, peak = time.perf_counter() - began, used.ru_maxrss / 1024
    fits = peak <= MOST_MEGABYTES or not bounded
    remark = "  failed" if status else "" if fits else "  too much memory"
    console.print(f"{name:<36}{seconds:>9.1f}{used.ru_utime + used.ru_stime:>11.1f}{peak:>9,.0f}{remark}")
    return fits and not status


def _end_with(step: Callable[[], object]) -> None:
    """Take a step, and end this process."""
    code = 1
    try:
        step()
        code = 0
    except Exception:  # noqa: BLE001  (whatever fails is printed, and the other steps run)
        traceback.print_exc(limit=-3)
    finally:
        sys.stderr.flush()
        os._exit(code)


def _fill(settings: Settings, count: int) -> None:
    with Warehouse.open(settings.warehouse, WarehouseOptions(memory_megabytes=2000)) as warehouse:
        begin(warehouse)
        load(warehouse, [numbered(1)], quarantined=[rejected(1)])
        load(warehouse, [numbered(1, text="Ferry number 1 will not sail.")], number=2)
        measure_articles(CredibilityStore(warehouse), load_score_tools())
        for table in _TABLES:
            _multiply(warehouse._connection, table, int(count * _ROWS.get(table, 1)), _given(settings))
        warehouse.finish_run(RUN, "finished", None, 0, NOW)
        warehouse.begin_run(ANOTHER_RUN, ["inbox"], "r1", NOW)


def _given(settings: Settings) -> dict[str, object]:
    """What SQL cannot make."""
    said = [f"{_name(number)}: yes, I said" for number in range(SAID)]
    boxes = [f"Sign up for the morning letter of {_name(number)}" for number in range(BOXES)]
    return {
        "rules_version": read_tool_parts(settings).cleaning_version,
        "tones_version": load_score_tools().tones.version,
        "said": said,
        "said_keys": [line_key(line) for line in said],
        "boxes": boxes,
        "box_keys": [line_key(line) for line in boxes],
    }


def _name(number: int) -> str:
    """A name without digits, which lines are not compared by."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}").capitalize()


def _multiply(connection: Connection, table: str, count: int, given: Mapping[str, object]) -> None:
    """Fill a table with copies of one of its rows."""
    values = _TABLES[table]
    described = "SELECT column_name FROM duckdb_columns() WHERE database_name = 'warehouse' AND table_name = $table"
    columns = [name for (name,) in connection.rows(described, {"table": table})]
    chosen = ", ".join(f"{values.get(name, f'first.{name}')} AS {name}" for name in columns)
    sql = (
        f"INSERT INTO {table} BY NAME SELECT {chosen} "
        f"FROM (SELECT * FROM {table} LIMIT 1) AS first, range(100, {count}) AS numbers(n)"
    )
    connection.execute(sql, {name: given[name] for name in parameters_of(sql)})


def _text(number: int) -> str:
    """A text that is like no other."""
    words = random.Random(number)
    return " ".join(f"{words.getrandbits(40):x}" for _ in range(200))


def _load_more(warehouse: Warehouse) -> None:
    articles = [numbered(10_000_000 + number, text=_text(number)) for number in range(5000)]
    warehouse.load_batch(make_load(articles, run_id=ANOTHER_RUN), NOW)
    warehouse.finish_run(ANOTHER_RUN, "finished", None, 0, NOW)


if __name__ == "__main__":
    main()
