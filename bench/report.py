"""What the reports cost over a published database: time to make, size, time to open in a headless browser.

python -m bench.report warehouse/published.duckdb
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.report import overview_path, write_overview_report, write_run_report
from warehouse import Warehouse
from warehouse.reporting import ReportReads

MADE_SECONDS = 10.0
OPENED_SECONDS = 2.0
MEGABYTES = 3.0

console = Console(highlight=False)


def main() -> None:
    """Make both reports as a fresh process would, and open them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("published", type=Path, help="a published database")
    published: Path = parser.parse_args().published
    with Warehouse.open_published(published) as warehouse:
        articles = ReportReads(warehouse).totals().articles
    table = Table(title=f"Reports of {articles:,} articles", title_justify="left", box=None)
    for column in ("report", "made in s", "CPU s", "asked", "MB", "asked", "opened in s", "asked"):
        table.add_column(column, justify="left" if column == "report" else "right")
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder)
        overview_path(reports).touch()  # so that the first run's report does not make it too
        for name, write in (("run, with Data Docs", write_run_report), ("overview", write_overview_report)):
            wall, cpu = time.perf_counter(), time.process_time()
            path = write(published, reports)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            size = path.stat().st_size / 1e6
            asked = (f"< {MADE_SECONDS:.0f}", f"< {MEGABYTES:.0f}", f"< {OPENED_SECONDS:.0f}")
            figures = (f"{wall:.1f}", f"{cpu:.1f}", asked[0], f"{size:.2f}", asked[1], _opened(path), asked[2])
            table.add_row(name, *figures)
    console.print(table)


def _opened(path: Path) -> str:
    """Seconds from the order to open a page until it is loaded and painted, in a browser that runs already."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return "no chromium"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        begun = time.perf_counter()
        page.goto(path.resolve().as_uri())
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seconds = time.perf_counter() - begun
        browser.close()
    return f"{seconds:.2f}"


if __name__ == "__main__":
    main()
