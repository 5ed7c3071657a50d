"""A simulated day of hourly runs: news that keeps coming in, people who read all day, and what must hold every hour.

What goes wrong at which hour stands in ``test_day_of_faults.py``.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, Self

from flows.fetching.fetch import Fetched
from flows.fetching.fetch import fetch as fetch_inputs
from flows.run import RunResult, Steps, run
from flows.settings import Settings, load_settings
from tests.flows.fetching.site import FakeClock, Site
from tests.news import make_articles
from tests.warehouse.loads import ledger_problems, rows
from transforms.records import RunSummary
from transforms.text.urls import canonical_url
from warehouse import Warehouse

ROOT = Path(__file__).parent.parent.parent
DEADLINE_SECONDS = 180.0
"""For anything that a test waits for; on a quiet machine all of it takes a second or a few."""

HOSTS = ("127.0.0.1", "localhost")
"""Of the feeds: names of this machine, so that a run in a process of its own finds them too."""
FEED = "/feed.xml"
IN_A_NEW_FILE, IN_THE_OLD_FILE, ON_A_FEED = 4, 3, 2
"""Articles that come in every hour; each feed has so many."""

READER = """
import json, select, sys
from pathlib import Path
from warehouse import Warehouse
COUNTS = '''
    SELECT
        count(*) AS articles, count(DISTINCT article_id) AS distinct_articles,
        (SELECT count(*) FROM ledger_check) AS problems, (SELECT count(*) FROM runs WHERE state = 'running') AS running
    FROM articles'''
path = Path(sys.argv[1])
again = sys.argv[2] == "again"
warehouse = Warehouse.open_published(path)
while True:
    asked, _, _ = select.select([sys.stdin], [], [], 0.25 if again else None)
    line = sys.stdin.readline() if asked else None
    if line == "":
        break
    if again:
        warehouse.close()
        warehouse = Warehouse.open_published(path)
    [counts] = warehouse.query(COUNTS).to_pylist()
    if line:
        print(json.dumps(counts), flush=True)
"""
"""Answers each line with counts: of the copy that it opened first, or of one that it opens four times a second."""

HOLDER = """
import sys
from pathlib import Path
from warehouse import Warehouse
with Warehouse.open(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
"""Holds the database as a writer."""


def until(condition: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    pause = threading.Event()
    ends_at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=DEADLINE_SECONDS)
    while not condition():
        assert dt.datetime.now(dt.UTC) < ends_at, "waited too long"
        pause.wait(0.005)


@contextmanager
def process(*command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A Python process with a group of its own that is spoken to by lines, and is killed in the end."""
    with subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        **options,
    ) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                kill_group(started)
            assert started.stdin
            with suppress(BrokenPipeError):  # it did not hear the last word that it was told
                started.stdin.close()


def kill_group(started: subprocess.Popen[str]) -> None:
    """kill -9 of a process and all that it has started."""
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()


def heard(started: subprocess.Popen[str]) -> str:
    """The next line that it says; empty where it has ended, or says nothing for so long that it is killed."""
    assert started.stdout
    watchdog = threading.Timer(DEADLINE_SECONDS, kill_group, [started])
    watchdog.start()
    try:
        return started.stdout.readline().strip()
    finally:
        watchdog.cancel()


def asked(reader: subprocess.Popen[str]) -> dict[str, int]:
    """What a reader answers."""
    assert reader.stdin
    with suppress(BrokenPipeError):
        print("count", file=reader.stdin, flush=True)
    said = heard(reader)
    assert said, "the published database was not to be read; the reader's own error stands above"
    answer: dict[str, int] = json.loads(said)
    return answer


class Day:
    """News of the day, the runs over it, the books, and two people who read the published database.

    One of those opened it in the morning and keeps it open, the other one opens it again and again. Use as a context
    manager; leaving it sends them home.
    """

    def __init__(self, folder: Path, site: Site) -> None:
        self.site = site
        self.folder = folder
        self.incoming = folder / "incoming"
        self.incoming.mkdir()
        self.config = folder / "copydesk.toml"
        self.config.write_text(_config(folder), encoding="utf-8")
        self.inputs = (str(self.incoming), *(f"feed:{site.url(FEED, host)}" for host in HOSTS))
        self.offered: dict[str, str] = {}
        """The canonical address of every article that came in, by the address that the input gives."""
        self.settled: set[str] = set()
        """Articles that are loaded or held, as far as the books said last."""
        self.loaded = self.published = 0
        """Articles that are in the database, and those that people saw last."""
        self._pages: dict[str, list[str]] = {host: [] for host in HOSTS}
        self._readers = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._readers.close()

    def open_doors(self) -> None:
        """Let people read from now on; something must be published."""
        command = ("-c", READER, str(self.settings().published))
        self._early = self._readers.enter_context(process(*command, "once"))
        self._often = self._readers.enter_context(process(*command, "again"))
        self._seen_early = asked(self._early)["articles"]

    def check_readers(self) -> None:
        """That both are answered, the one as in the morning, the other with nothing lost, doubled or half done.

        One that cannot open the database, at any moment of the day, ends with its error, and answers no more.
        """
        assert asked(self._early)["articles"] == self._seen_early
        seen = asked(self._often)
        assert seen["articles"] == seen["distinct_articles"] >= self.published
        assert (seen["problems"], seen["running"]) == (0, 0)
        self.published = seen["articles"]

    def settings(self, **changes: Any) -> Settings:
        """The settings of the day, some of them changed."""
        return load_settings(changes, config_file=self.config, environment={})

    def news(self, hour: int) -> None:
        """What comes in before the run of an hour: a new file, more lines in an old one, pages on both feeds."""
        new = list(make_articles(IN_A_NEW_FILE, seed=hour))
        old = list(make_articles(IN_THE_OLD_FILE, seed=100 + hour))
        self._offer(article["url"] for article in [*new, *old])
        (self.incoming / f"{hour:02}.jsonl").write_text(_lines(new), encoding="utf-8")
        with (self.incoming / "all-day.jsonl").open("a", encoding="utf-8") as file:
            file.write(_lines(old))
        for at, host in enumerate(HOSTS):
            for article in make_articles(ON_A_FEED, seed=200 + 100 * at + hour):
                path = article["url"].removeprefix("https://www.harbourpost.example")
                url = self.site.say(path, _page(article), host, Content_Type="text/html; charset=utf-8")
                self._pages[host].insert(0, url)
            self._offer(self._pages[host])
            self.tell_feed(host)

    def tell_feed(self, host: str, *more: str) -> None:
        """Let a feed answer as it should."""
        self.site.feed(FEED, *self._pages[host], *more, host=host)

    def run(self, **changes: Any) -> RunResult:
        """The run of an hour, here, by settings of which some are changed."""
        return run(self.settings(**changes), self.inputs, steps=replace(Steps(), fetch=self._fetch))

    def run_apart(self, *fault: str, **options: Any) -> Any:
        """The same in a process of its own: the command, or with a fault ``tests/flows/faulty_run.py``."""
        if not fault:
            return process("-m", "flows.cli", "run", *self.inputs, "--config", str(self.config), **options)
        script = str(Path(__file__).with_name("faulty_run.py"))
        return process(script, str(self.config), *fault, *self.inputs, **options)

    def check_books(self, *, whole: bool) -> list[RunSummary]:
        """That nothing is lost, doubled or left open; returns the runs, the newest first.

        ``whole``: whether all that came in until now must be loaded or held.
        """
        with Warehouse.open(self.settings().warehouse) as warehouse:
            assert not ledger_problems(warehouse)
            assert not rows(warehouse, "FROM orphaned_duplicates")
            loaded = [url for (url,) in rows(warehouse, "SELECT url FROM articles")]
            held = rows(warehouse, "SELECT url FROM quarantine WHERE held AND released_at IS NULL")
            runs = warehouse.runs(1000)
        ended = [*loaded, *(self.offered[url] for (url,) in held)]
        assert len(ended) == len(set(ended)), "doubled"
        assert set(ended) <= set(self.offered.values())
        assert set(ended) >= self.settled, "lost"
        if whole:
            assert set(ended) == set(self.offered.values())
        self.settled = set(ended)
        self.loaded = len(loaded)
        for told in runs[1:]:
            assert told.state in ("finished", "failed", "interrupted")
        for told in runs:
            assert told.message or told.state in ("finished", "running")
        return runs

    def _offer(self, urls: Iterable[str]) -> None:
        self.offered |= {url: canonical_url(url) or url for url in urls}

    def _fetch(self, settings: Settings, named: Sequence[str], on_fetch: Any) -> Fetched:
        clock = FakeClock(dt.datetime.now(dt.UTC))
        return fetch_inputs(settings, named, on_progress=on_fetch, clock=clock, resolve=self.site.resolve)


def _config(folder: Path) -> str:
    places = {
        "warehouse": folder / "db" / "work.duckdb",
        "published": folder / "db" / "published.duckdb",
        "fetched": folder / "fetched",
    }
    lines = [f"{key} = {json.dumps(str(path))}" for key, path in places.items()]
    manners = [f"fetch_private_hosts = {json.dumps(HOSTS)}", "fetch_delay_seconds = 0.1"]
    return "\n".join([*lines, *manners, "workers = 1", "batch_documents = 6"])


def _lines(articles: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(article) + "\n" for article in articles)


def _page(article: dict[str, Any]) -> str:
    head = f"<title>{escape(article['title'])}</title>"
    body = "".join(f"<p>{escape(line)}</p>" for line in article["text"].split("\n\n"))
    page = f"<h1>{escape(article['title'])}</h1>{body}"
    return f'<!doctype html><html lang="en"><head>{head}</head><body><article>{page}</article></body></html>'
