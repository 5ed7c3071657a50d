"""Speed and memory of Copydesk against floors and peers, all in one run on one machine: ``make bench``.

Figures are ratios wherever they can be: a machine's own speed cancels out of them. Quality is measured elsewhere.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import trafilatura
from rich.console import Console
from rich.table import Table

from bench import strip_speed
from bench.measure import Measurement, measure
from flows.reading import Reader, ReadOptions, Unreadable
from flows.settings import load_settings, usable_cores
from flows.tools import Tools, build_tools, read_tool_parts
from transforms.describe import describe
from transforms.extract import extract
from transforms.fingerprint import fingerprint
from transforms.records import RawDocument, Rejection
from transforms.strip import strip

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
STAGE_DOCUMENTS = 1500
"""Documents over which single stages are timed on one core."""
WARMING_DOCUMENTS = 200
COPYDESK = (sys.executable, "-m", "flows.cli")
PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"

console = Console(highlight=False)


def main() -> None:
    """Run the benches whose input is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, default=SHARED / "articles", help="JSONL articles")
    parser.add_argument("--pages", type=Path, default=SHARED / "pages" / "fundus" / "pages", help="HTML pages")
    options = parser.parse_args()
    cores = usable_cores()
    console.print(f"[bold]Copydesk on {cores} cores[/bold]\n")
    for name, folder, bench in (
        ("articles", options.articles, bench_articles),
        ("stripping", options.articles, lambda folder, _: strip_speed.main(folder)),
        ("pages", options.pages, bench_pages),
    ):
        if folder.is_dir():
            bench(folder, cores)
        else:
            console.print(f"{name}: skipped: no data in {folder}")


def bench_articles(folder: Path, cores: int) -> None:
    """Plain-text articles: stages on one core, end to end on all, the same input again, the loading floor, the peer."""
    sample = [item for item in itertools.islice(Reader([str(folder)], ReadOptions()), STAGE_DOCUMENTS) if _is_raw(item)]
    show_stages("articles", sample)
    floor = timed(lambda: load_untouched(folder))
    rows = [("read and load untouched (floor)", floor[0], floor[1], None)]
    with tempfile.TemporaryDirectory() as temporary:
        first, again = (run_copydesk(folder, Path(temporary)) for _ in range(2))
    megabytes = first[1]["bytes_read"] / 1e6
    rows += [("copydesk run", first[0].seconds, first[1]["read"], first[0])]
    rows += [("copydesk run, same input again", again[0].seconds, again[1]["read"], again[0])]
    peer = None
    if PEER_PYTHON.exists():
        peer, documents = run_peer(folder, cores)
        rows += [(f"datatrove Gopher + C4 filters, {cores} of the files", peer.seconds, documents, peer)]
    else:
        console.print("datatrove: skipped: no peers; `make bench-peers` builds their environment")
    show_runs(f"articles end to end ({first[1]['read']:,} documents, {megabytes:.0f} MB read)", rows)
    to_floor, to_first = first[0].seconds / floor[0], again[0].seconds / first[0].seconds
    console.print(f"  first run / floor {to_floor:.2f}, again / first {to_first:.3f}")
    if peer:
        ours, theirs = first[1]["read"] / first[0].cpu_seconds, documents / peer.cpu_seconds
        console.print(f"  documents per CPU second: {ours / theirs:.1f} times datatrove's")


def run_peer(folder: Path, cores: int) -> tuple[Measurement, int]:
    """The peer over the first file for each core, which is enough for a rate; its measurement and its documents."""
    files = sorted(folder.glob("*.jsonl.gz"))[:cores]
    with tempfile.TemporaryDirectory() as temporary:
        for path in files:
            (Path(temporary) / path.name).symlink_to(path.resolve())
        script = str(ROOT / "bench" / "datatrove_peer.py")
        measured = measure([str(PEER_PYTHON), script, temporary, str(cores)])
    return measured, sum(sum(1 for _ in gzip.open(path)) for path in files)


def bench_pages(folder: Path, cores: int) -> None:
    """HTML pages: stages on one core, end to end on all cores, and a bare trafilatura loop on as many."""
    pages = [item for item in Reader([str(folder)], ReadOptions()) if _is_raw(item)]
    show_stages("pages", pages)
    bare = timed(lambda: bare_trafilatura(pages, cores))
    with tempfile.TemporaryDirectory() as temporary:
        first = run_copydesk(folder, Path(temporary))
        start = run_copydesk(next(folder.iterdir()), Path(temporary) / "one")
    rows = [
        (f"bare trafilatura loop on {cores} cores (floor)", bare[0], bare[1], None),
        ("copydesk run", first[0].seconds, first[1]["read"], first[0]),
        ("copydesk run, one page", start[0].seconds, start[1]["read"], start[0]),
    ]
    show_runs(f"pages end to end ({len(pages)} documents)", rows)
    beyond = (first[0].seconds - start[0].seconds) / bare[0]
    console.print(f"  copydesk / bare loop {first[0].seconds / bare[0]:.2f}; beyond what one page takes {beyond:.2f}")


Row = tuple[str, float, int, Measurement | None]
"""Label, seconds, documents, and the measurement where the whole process was measured."""


def show_stages(what: str, documents: Sequence[RawDocument]) -> None:
    """Time each pure stage over the same documents on one core, single process."""
    tools = build_tools(read_tool_parts(load_settings(environment={})))
    megabytes = sum(len(document.content) for document in documents) / 1e6
    shown = Table(
        title=f"{what}: single stages on one core, {len(documents):,} documents, {megabytes:.1f} MB", box=None
    )
    for column in ("stage", "ms/document", "documents/s", "MB/s"):
        shown.add_column(column, justify="left" if column == "stage" else "right")
    total = 0.0
    for stage, seconds in stage_seconds(documents, tools):
        total += seconds
        shown.add_row(*_rate_cells(stage, seconds, len(documents), megabytes))
    shown.add_row(*_rate_cells("all four", total, len(documents), megabytes))
    console.print(shown, "")


def stage_seconds(documents: Sequence[RawDocument], tools: Tools) -> Iterable[tuple[str, float]]:
    """Processor seconds of each stage, each fed with what the one before it let through."""
    stages: list[tuple[str, Callable[[Any, RawDocument], Any]]] = [
        ("extract", lambda raw, _: extract(raw, tools.extract_options)),
        ("strip", lambda document, _: strip(document, tools.strip)),
        ("describe", lambda stripped, _: describe(stripped, tools.describe)),
        ("fingerprint", fingerprint),
    ]
    alive: list[tuple[Any, RawDocument]] = [(document, document) for document in documents]
    for name, stage in stages:
        for pair in alive[:WARMING_DOCUMENTS]:  # what is made once, such as automata, is not the stage's cost
            stage(*pair)
        started = time.process_time()
        results = [(stage(value, raw), raw) for value, raw in alive]
        yield name, time.process_time() - started
        alive = [(value, raw) for value, raw in results if not isinstance(value, Rejection)]


def show_runs(title: str, rows: Sequence[Row]) -> None:
    """One row per whole run."""
    shown = Table(title=title, box=None)
    for column in ("run", "seconds", "documents/s", "CPU s", "documents per CPU s", "peak MB of the process tree"):
        shown.add_column(column, justify="left" if column == "run" else "right")
    for label, seconds, documents, process in rows:
        cpu, peak = (process.cpu_seconds, process.peak_megabytes) if process else (None, None)
        shown.add_row(
            label,
            f"{seconds:.2f}",
            f"{documents / seconds:,.0f}",
            f"{cpu:.1f}" if cpu else "",
            f"{documents / cpu:,.0f}" if cpu else "",
            f"{peak:,.0f}" if peak else "",
        )
    console.print(shown)


def run_copydesk(folder: Path, target: Path) -> tuple[Measurement, dict[str, Any]]:
    """One ``copydesk run`` in a process of its own; its measurement and its summary."""
    target.mkdir(exist_ok=True)
    databases = ["--warehouse", str(target / "work.duckdb"), "--published", str(target / "published.duckdb")]
    measured = measure([*COPYDESK, "run", str(folder), *databases, "--json"])
    return measured, json.loads(measured.output)


def load_untouched(folder: Path) -> int:
    """The floor: parse the JSONL and load its rows into DuckDB as they are; returns their number."""
    rows = 0
    with (
        tempfile.TemporaryDirectory() as temporary,
        duckdb.connect(str(Path(temporary) / "floor.duckdb")) as connection,
    ):
        for path in sorted(folder.glob("*.jsonl.gz")):
            with gzip.open(path) as lines:
                incoming = pa.Table.from_pylist([json.loads(line) for line in lines])
            connection.register("incoming", incoming)
            created = "CREATE TABLE IF NOT EXISTS raw AS SELECT * FROM incoming LIMIT 0"
            connection.execute(created)
            connection.execute("INSERT INTO raw BY NAME SELECT * FROM incoming")
            rows += incoming.num_rows
    return rows


def bare_trafilatura(pages: Sequence[RawDocument], cores: int) -> int:
    """The floor for pages: nothing but trafilatura's extraction with metadata, on as many processes."""
    with ProcessPoolExecutor(cores) as pool:
        return sum(pool.map(_bare_page, [page.content for page in pages], chunksize=4))


def _bare_page(content: bytes) -> int:
    trafilatura.bare_extraction(content, with_metadata=True)
    return 1


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Wall seconds of some work, and what it counted."""
    started = time.perf_counter()
    count = work()
    return time.perf_counter() - started, count


def _rate_cells(label: str, seconds: float, documents: int, megabytes: float) -> tuple[str, ...]:
    return label, f"{seconds / documents * 1e3:.3f}", f"{documents / seconds:,.0f}", f"{megabytes / seconds:,.1f}"


def _is_raw(item: RawDocument | Unreadable) -> bool:
    return isinstance(item, RawDocument)


if __name__ == "__main__":
    main()
