"""HTML pages on one Ray node of one core against two, on this machine: ``make bench-ray``.

The aim is 1.6 times the pages a second where two cores are free. The machine's load before each run stands beside its
figure, and the pages are repeated under other addresses until a run takes long enough. Starting Ray and the Prefect
server is not part of the figure; starting the worker processes is.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from bench.ray_nodes import START_SECONDS, RayNodes
from flows.reading import Reader, ReadOptions, Unreadable

ROOT = Path(__file__).parent.parent
PAGES = ROOT.parent / "shared" / "data" / "pages" / "fundus" / "pages"
PARCEL_PAGES = 60
"""A dozen parcels in the whole, so that neither node waits long for the other's last one."""
SERVER = "http://127.0.0.1:{port}/api"
PORT = 4299

console = Console(highlight=False)


def main() -> None:
    """Run both and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder with HTML pages")
    parser.add_argument("--documents", type=int, default=720, help="pages of a run; they are repeated to make so many")
    options = parser.parse_args()
    if not options.pages.is_dir():
        console.print(f"skipped: no data in {options.pages}")
        return
    shown = Table(title=f"{options.documents} pages on Ray nodes of one core", box=None)
    for column in ("nodes", "seconds", "pages/s", "load before", "load after"):
        shown.add_column(column, justify="right")
    with tempfile.TemporaryDirectory() as temporary, prefect_server(Path(temporary)) as server:
        crawl = write_pages(options.pages, options.documents, Path(temporary) / "crawl.jsonl")
        rates = []
        for count in (1, 2):
            load = os.getloadavg()[0]
            seconds = run_on(count, crawl, Path(temporary) / str(count), server)
            rates.append(options.documents / seconds)
            loads = (f"{load:.1f}", f"{os.getloadavg()[0]:.1f}")
            shown.add_row(str(count), f"{seconds:.1f}", f"{rates[-1]:.1f}", *loads)
    console.print(shown)
    console.print(f"  two nodes / one {rates[1] / rates[0]:.2f} (aim 1.6 where two cores are free)")


def write_pages(folder: Path, count: int, target: Path) -> Path:
    """The folder's pages as JSON lines, repeated under other addresses until there are so many."""
    read = (item for item in Reader([str(folder)], ReadOptions()) if not isinstance(item, Unreadable))
    pages = [item.content.decode("utf-8", "replace") for item in read]
    with target.open("w", encoding="utf-8") as file:
        for number, page in zip(range(count), itertools.cycle(pages), strict=False):
            url = f"https://harbourpost.example/{number}"
            file.write(json.dumps({"url": url, "html": f"<!-- {number} -->{page}"}) + "\n")
    return target


def run_on(count: int, crawl: Path, folder: Path, server: str) -> float:
    """Seconds from the begin of a run to its end, as it has recorded them."""
    command = [sys.executable, "-m", "flows.cli", "run", str(crawl), "--json", "--runner", "ray"]
    command += ["--storage", str(folder / "shared"), "--warehouse", str(folder / "work.duckdb")]
    command += ["--published", str(folder / "published.duckdb")]
    with RayNodes(count) as nodes:
        ours = {"COPYDESK_PARCEL_DOCUMENTS": str(PARCEL_PAGES), "COPYDESK_WORKERS": "1", "PREFECT_API_URL": server}
        environment = {**os.environ, **nodes.environment, **ours}  # noqa: TID251  (a process of ours)
        command += ["--address", nodes.address]
        output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
    summary: dict[str, Any] = json.loads(output[output.index(b"{") :])
    return float(summary["seconds"])


@contextmanager
def prefect_server(folder: Path) -> Iterator[str]:
    """A server that stands while both runs report to it, so that its start is in neither figure."""
    home = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    environment = {**os.environ, **home}  # noqa: TID251  (a process of ours)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(PORT)]
    server = subprocess.Popen([*command, "--no-ui"], env=environment, stdout=subprocess.DEVNULL)
    try:
        url = SERVER.format(port=PORT)
        _wait_until_healthy(url, server)
        yield url
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
