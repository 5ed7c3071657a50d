"""HTML pages on one Ray node of one core against two, on this machine: ``make bench-ray``.

The aim is 1.6 times the pages a second where two cores are free. Each node is held to a core of its own. The writer and
Prefect's server have no core of their own on a machine of two: with two nodes they take from the nodes what they need.
So figures are told apart: the whole command with its start and end, the steady phase in which the nodes work, and what
follows from the processor time of each where nobody takes from the nodes, which is an extrapolation.

Starting Ray and the Prefect server is in no figure. The pages are repeated under other addresses.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from bench.processor_time import ProcessorTime, Usage
from bench.ray_nodes import START_SECONDS, RayNodes
from flows.reading import Reader, ReadOptions, Unreadable

ROOT = Path(__file__).parent.parent
PAGES = ROOT.parent / "shared" / "data" / "pages" / "fundus" / "pages"
LOOK_SECONDS = 0.5
"""Between two looks at the shared storage; a parcel is there for longer."""
QUIET_CORES = 0.1
"""Beyond this what other processes take from the nodes moves the figures more than the second node's last tenth."""
SERVER = "http://127.0.0.1:{port}/api"
PORT = 4299

console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Server:
    """The Prefect server that both runs report to."""

    url: str
    pid: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a node did with a parcel, as Prefect noted it; times in seconds since the epoch."""

    pages: int
    begin: float
    end: float

    def share(self, begin: float, end: float) -> float:
        """How much of its time is between two times, 0..1."""
        return max(0.0, min(self.end, end) - max(self.begin, begin)) / (self.end - self.begin)


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run on so many nodes."""

    nodes: int
    pages: int
    seconds: float
    """Of the whole command: imports, joining the cluster, the nodes' worker processes, publishing."""
    steady_pages: float
    steady_seconds: float
    """From the moment at which each node has done one parcel, and so has its worker process, to the end of the last."""
    at_work: float
    """Share of the steady phase in which a node had a parcel, 0..1."""
    usage: Usage
    """In the steady phase."""
    load: float
    """Of the machine before the run."""

    @property
    def rate(self) -> float:
        """Pages a second of the whole command."""
        return self.pages / self.seconds

    @property
    def steady_rate(self) -> float:
        """Pages a second of the steady phase."""
        return self.steady_pages / self.steady_seconds

    @property
    def core_rate(self) -> float:
        """Pages of the steady phase for each processor second that the nodes took."""
        return self.steady_rate / self.usage.trees["nodes"]


def main() -> None:
    """Run both and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder with HTML pages")
    parser.add_argument("--documents", type=int, default=1400, help="pages of a run; they are repeated to make so many")
    options = parser.parse_args()
    if not options.pages.is_dir():
        console.print(f"skipped: no data in {options.pages}")
        return
    with tempfile.TemporaryDirectory() as temporary, prefect_server(Path(temporary)) as server:
        crawl = write_pages(options.pages, options.documents, Path(temporary) / "crawl.jsonl")
        one, two = (run_on(count, crawl, options.documents, Path(temporary) / str(count), server) for count in (1, 2))
    show(one, two)


def show(one: RunFigures, two: RunFigures) -> None:
    """Print both runs and what the second node gave."""
    title = f"{one.pages} pages on Ray nodes held to one core each; this machine has {os.cpu_count()}"
    rates = Table(title=title, box=None)
    cores = Table(title="cores taken in the steady phase", box=None)
    for name in ("nodes", "command s", "pages/s", "steady s", "pages/s", "at work", "load before"):
        rates.add_column(name, justify="right")
    for name in ("nodes", "by nodes", "writer", "server", "others", "pages per core second of nodes"):
        cores.add_column(name, justify="right")
    for run in (one, two):
        whole = (f"{run.seconds:.1f}", f"{run.rate:.1f}", f"{run.steady_seconds:.1f}", f"{run.steady_rate:.1f}")
        rates.add_row(str(run.nodes), *whole, f"{run.at_work:.0%}", f"{run.load:.1f}")
        taken = [run.usage.trees[name] for name in ("nodes", "writer", "server")]
        cores.add_row(str(run.nodes), *(f"{each:.2f}" for each in (*taken, run.usage.others)), f"{run.core_rate:.1f}")
    console.print(rates, cores, sep="\n")
    console.print(f"  two nodes / one, steady phase  {two.steady_rate / one.steady_rate:.2f} (aim 1.6)")
    console.print(f"  two nodes / one, whole command {two.rate / one.rate:.2f}")
    free = min(2.0, 2 * two.core_rate / one.core_rate)  # more is what others took from the one
    shared = min(2.0, (os.cpu_count() or 1) * two.usage.trees["nodes"] / sum(two.usage.trees.values()))
    console.print(f"  extrapolated, steady phase     {free:.2f} where each of two has as much of a core as the one had")
    console.print(
        f"                                 {free * shared / 2:.2f} at most where this machine has nobody else to serve"
    )
    others = max(one.usage.others, two.usage.others)
    if others > QUIET_CORES:
        console.print(f"  not quiet: other processes took up to {others:.2f} cores; measure again when they do not")


def write_pages(folder: Path, count: int, target: Path) -> Path:
    """The folder's pages as JSON lines, repeated under other addresses until there are so many."""
    read = (item for item in Reader([str(folder)], ReadOptions()) if not isinstance(item, Unreadable))
    pages = [item.content.decode("utf-8", "replace") for item in read]
    with target.open("w", encoding="utf-8") as file:
        for number, page in zip(range(count), itertools.cycle(pages), strict=False):
            url = f"https://harbourpost.example/{number}"
            file.write(json.dumps({"url": url, "html": f"<!-- {number} -->{page}"}) + "\n")
    return target


def run_on(count: int, crawl: Path, pages: int, folder: Path, server: Server) -> RunFigures:
    """Run the command on so many nodes."""
    load = os.getloadavg()[0]
    with RayNodes(count, pinned=True) as nodes, ProcessorTime() as processor:
        processor.add("nodes", nodes.pids)
        processor.add("server", [server.pid])
        ours = {"COPYDESK_WORKERS": "1", "PREFECT_API_URL": server.url, "PREFECT_HOME": str(folder / "prefect")}
        environment = {**os.environ, **nodes.environment, **ours}  # noqa: TID251  (a process of ours)
        begin = time.time()
        command = subprocess.Popen(_command(crawl, folder, nodes.address), env=environment, stdout=subprocess.DEVNULL)
        processor.add("writer", [command.pid])
        sizes = _parcel_sizes(command, folder / "shared")
        seconds = time.time() - begin
        if command.returncode or sum(sizes.values()) != pages:
            raise RuntimeError(f"the run ended with code {command.returncode} after parcels of {sizes} pages")
        parcels = _parcels(server.url, begin, sizes)
    return figures(count, seconds, load, parcels, processor)


def figures(count: int, seconds: float, load: float, parcels: Sequence[Parcel], processor: ProcessorTime) -> RunFigures:
    """What a run comes to."""
    begin = max(parcel.end for parcel in sorted(parcels, key=lambda parcel: parcel.begin)[:count])
    end = max(parcel.end for parcel in parcels)
    at_work = sum(parcel.share(begin, end) * (parcel.end - parcel.begin) for parcel in parcels)
    return RunFigures(
        nodes=count,
        pages=sum(parcel.pages for parcel in parcels),
        seconds=seconds,
        steady_pages=sum(parcel.share(begin, end) * parcel.pages for parcel in parcels),
        steady_seconds=end - begin,
        at_work=at_work / (end - begin) / count,
        usage=processor.between(begin, end),
        load=load,
    )


def _command(crawl: Path, folder: Path, address: str) -> list[str]:
    command = [sys.executable, "-m", "flows.cli", "run", str(crawl), "--json", "--runner", "ray", "--address", address]
    command += ["--storage", str(folder / "shared"), "--warehouse", str(folder / "work.duckdb")]
    return [*command, "--published", str(folder / "published.duckdb")]


def _parcel_sizes(command: subprocess.Popen[bytes], storage: Path) -> dict[int, int]:
    """Wait for the command; returns how many pages are in each parcel that it has sent, by number."""
    sizes: dict[int, int] = {}
    while True:
        for path in storage.glob("*/*.raw.parquet"):
            number = int(path.name.partition(".")[0])
            if number not in sizes:
                with suppress(FileNotFoundError):
                    sizes[number] = pq.read_metadata(path).num_rows
        try:
            command.wait(LOOK_SECONDS)
            return sizes
        except subprocess.TimeoutExpired:
            continue


def _parcels(server: str, begin: float, sizes: dict[int, int]) -> list[Parcel]:
    """The nodes' work on each parcel, once the server has noted all of it."""
    since = dt.datetime.fromtimestamp(begin, dt.UTC).isoformat()
    wanted = {"task_runs": {"start_time": {"after_": since}}}
    given_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < given_up_at:
        runs: list[dict[str, Any]] = httpx.post(f"{server}/task_runs/filter", json=wanted).raise_for_status().json()
        done = {run["name"]: run for run in runs if run["end_time"]}
        if all(f"parcel {number}" in done for number in sizes):
            return [_parcel(pages, done[f"parcel {number}"]) for number, pages in sizes.items()]
        time.sleep(LOOK_SECONDS)
    raise RuntimeError("the Prefect server does not know the end of every parcel")


def _parcel(pages: int, run: dict[str, Any]) -> Parcel:
    begin, end = (dt.datetime.fromisoformat(run[key]).timestamp() for key in ("start_time", "end_time"))
    return Parcel(pages, begin, end)


@contextmanager
def prefect_server(folder: Path) -> Iterator[Server]:
    """A server that stands while both runs report to it, so that its start is in neither figure."""
    home = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    environment = {**os.environ, **home, **quiet}  # noqa: TID251  (a process of ours)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(PORT)]
    server = subprocess.Popen([*command, "--no-ui"], env=environment, stdout=subprocess.DEVNULL)
    try:
        url = SERVER.format(port=PORT)
        _wait_until_healthy(url, server)
        yield Server(url, server.pid)
    finally:
        server.terminate()
        server.wait()


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    given_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < given_up_at and server.poll() is None:
        try:
            if httpx.get(f"{url}/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the Prefect server did not start")


if __name__ == "__main__":
    main()
