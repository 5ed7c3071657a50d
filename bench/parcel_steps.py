"""What the single steps of a run through shared storage take: ``python -m bench.parcel_steps``.

Documents for each processor second of the process that does the step, without Ray and Prefect, whose part
``bench.cluster`` measures; the stages themselves are in ``make bench``. Validating and loading is timed on articles
only, as an article's row is the same whatever it was made from.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from expectations import import_great_expectations
from flows.batching import SHARD_BYTES, SHARD_DOCUMENTS, Batch
from flows.cluster.parcels import (
    PROCESSED_SCHEMA,
    RAW_SCHEMA,
    ParcelReader,
    ParcelWriter,
    processed_name,
    processed_rows,
    raw_documents,
    raw_name,
    raw_rows,
    shard_result,
)
from flows.cluster.storage import SharedFolder
from flows.reading import Reader, ReadOptions, Unreadable
from flows.run import new_run_id
from flows.settings import load_settings
from flows.settle import settle
from flows.tools import read_contract, read_tool_parts
from flows.workers import ShardResult, WorkerLimits, Workers
from transforms.records import RawDocument
from warehouse import Warehouse

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
DOCUMENTS = 5000
"""Articles, a batch; of pages all that are there."""
LOADING = "validate and load"
WRITERS_STEPS = ("read the input", "write the raw parcel", "read both parcels back", LOADING)

Shards = list[list[RawDocument]]
T = TypeVar("T")


def main() -> None:
    """Time the steps of both kinds of documents whose folders are there, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, default=SHARED / "articles", help="JSONL articles")
    parser.add_argument("--pages", type=Path, default=SHARED / "pages" / "fundus" / "pages", help="HTML pages")
    options = parser.parse_args()
    console = Console(highlight=False)
    if not options.articles.is_dir() or not options.pages.is_dir():
        console.print(f"parcel steps: skipped: no data in {options.articles} or {options.pages}")
        return
    import_great_expectations()  # seconds that a run takes once
    articles = rates(options.articles, loads=True)
    pages = {**rates(options.pages, loads=False), LOADING: articles[LOADING]}
    shown = Table(box=None)
    for column in ("step", "where", "articles per CPU s", "pages per CPU s"):
        shown.add_column(column, justify="left" if column in ("step", "where") else "right")
    for step in articles:
        where = "writer" if step in WRITERS_STEPS else "nodes"
        shown.add_row(step, where, f"{articles[step]:,.0f}", f"{pages[step]:,.0f}")
    shown.add_row("the writer in all", "", *(f"{together(kind):,.0f}" for kind in (articles, pages)))
    console.print(shown)


def together(rates: dict[str, float]) -> float:
    """Documents per processor second of one process that takes all of the writer's steps."""
    return 1 / sum(1 / rates[step] for step in WRITERS_STEPS)


def rates(folder: Path, *, loads: bool) -> dict[str, float]:
    """Documents per processor second of each step."""
    clock = _Clock()
    documents = clock.time("read the input", lambda: _documents(folder))
    shards = _shards(documents)
    results = _processed(shards)
    with tempfile.TemporaryDirectory() as temporary:
        shared = SharedFolder.at(temporary)
        clock.time("write the raw parcel", lambda: _write_raw(shared, shards))
        clock.time("read the raw parcel", lambda: _read_raw(shared))
        clock.time("write the processed parcel", lambda: _write_processed(shared, shards, results))
        clock.time("read both parcels back", lambda: _read_both(shared))
    if loads:
        clock.time(LOADING, lambda: _load(documents, results))
    return {step: len(documents) / seconds for step, seconds in clock.seconds.items()}


class _Clock:
    """Processor seconds of this process by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, step: str, work: Callable[[], T]) -> T:
        started = time.process_time()
        done = work()
        self.seconds[step] = time.process_time() - started
        return done


def _documents(folder: Path) -> list[RawDocument]:
    items = itertools.islice(Reader([str(folder)], ReadOptions()), DOCUMENTS)
    return [item for item in items if not isinstance(item, Unreadable)]


def _shards(documents: Sequence[RawDocument]) -> Shards:
    """As large as those of a run."""
    shards: Shards = [[]]
    for document in documents:
        if len(shards[-1]) == SHARD_DOCUMENTS or sum(len(other.content) for other in shards[-1]) >= SHARD_BYTES:
            shards.append([])
        shards[-1].append(document)
    return shards


def _processed(shards: Shards) -> list[ShardResult]:
    settings = load_settings(environment={})
    limits = WorkerLimits(settings.workers, settings.document_seconds, settings.worker_megabytes)
    with Workers(read_tool_parts(settings), limits) as workers:
        sent = [workers.submit(shard) for shard in shards]
        return [workers.result(future, shard) for future, shard in zip(sent, shards, strict=True)]


def _write_raw(shared: SharedFolder, shards: Shards) -> None:
    with ParcelWriter(shared, raw_name(1), RAW_SCHEMA) as parcel:
        for shard in shards:
            parcel.write(raw_rows(shard))


def _read_raw(shared: SharedFolder) -> None:
    with ParcelReader(shared, raw_name(1)) as parcel:
        for place in range(parcel.shards):
            raw_documents(parcel.shard(place))


def _write_processed(shared: SharedFolder, shards: Shards, results: Sequence[ShardResult]) -> None:
    with ParcelWriter(shared, processed_name(1), PROCESSED_SCHEMA) as parcel:
        for shard, result in zip(shards, results, strict=True):
            parcel.write(processed_rows(shard, result))


def _read_both(shared: SharedFolder) -> None:
    with ParcelReader(shared, raw_name(1)) as raw, ParcelReader(shared, processed_name(1)) as processed:
        for place in range(raw.shards):
            shard_result(raw_documents(raw.shard(place)), processed.shard(place))


def _load(documents: Sequence[RawDocument], results: list[ShardResult]) -> None:
    settings, now = load_settings(environment={}), dt.datetime.now(dt.UTC)
    batch = Batch(1, len(documents), documents={each.doc_id: each for each in documents}, results=results)
    run_id = new_run_id(now)
    with tempfile.TemporaryDirectory() as temporary, Warehouse.open(Path(temporary) / "steps.duckdb") as warehouse:
        warehouse.begin_run(run_id, [], read_tool_parts(settings).cleaning_version, now)
        settle(batch, warehouse, read_contract(settings), run_id, now)


if __name__ == "__main__":
    main()
