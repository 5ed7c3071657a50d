"""24 hourly runs over news that keeps coming in, with a fault in most of them: nothing is lost, doubled or unclear.

Every run is the one that deployments make, over a folder that grows and two feeds. Where a process has to die, or a
disk to be full, the run is a process of its own, and stands still at a known step: no hour depends on luck.
"""

import functools
import json
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import flows.run
from expectations import ThresholdError
from flows.maintain import maintain
from flows.run import retry
from flows.workers import Workers
from tests.flows.day import (
    DEADLINE_SECONDS,
    FEED,
    HOLDER,
    HOSTS,
    IN_A_NEW_FILE,
    IN_THE_OLD_FILE,
    ON_A_FEED,
    Day,
    heard,
    kill_group,
    process,
    until,
)
from tests.flows.fetching.site import Answer, Asked, Site
from tests.misbehaving import WaitsForTheKill
from warehouse import QuarantineFilter, Warehouse, WarehouseBusy

IN_AN_HOUR = IN_A_NEW_FILE + IN_THE_OLD_FILE + ON_A_FEED * len(HOSTS)

BROKEN_BY_ALL = """
[[expectation]]
name = "articles too short for this hour"
suite = "batch"
column = "median_word_count"
type = "between"
min = 10000
severity = "critical"
reason = "No batch of the day keeps it."
breaks = [9999]
keeps = [10000]
"""


def quiet(day: Day) -> None:
    """A run without a fault."""
    assert not day.run().held


def worker_killed(day: Day) -> None:
    """kill -9 of the worker process that has the first shard."""
    told = day.folder / f"worker-{len(day.offered)}"

    def kill() -> None:
        until(told.exists)
        os.kill(int(told.read_text(encoding="ascii")), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(flows.run, "Workers", functools.partial(Workers, work=WaitsForTheKill(told)))
        killer.start()
        result = day.run()
    killer.join()
    assert result.summary.loaded >= IN_AN_HOUR - ON_A_FEED


def killed(step: str) -> Callable[[Day], None]:
    """kill -9 of the whole process group at a step."""

    def happens(day: Day) -> None:
        with day.run_apart(f"killed {step}") as process:
            assert heard(process) == "there"
            day.check_readers()
            kill_group(process)

    return happens


def killed_while_fetching(day: Day) -> None:
    """kill -9 of the command's process group, with some pages had, one asked for, and some still to come."""
    asking, over = threading.Event(), threading.Event()

    def never(_: Asked) -> Answer:
        asking.set()
        over.wait()
        return Answer(status=503)

    *_, url = (url for url in day.offered if url.startswith(day.site.url("", HOSTS[1])))
    key = (HOSTS[1], url.removeprefix(day.site.url("", HOSTS[1])))
    page, day.site.answers[key] = day.site.answers[key], never
    with day.run_apart(stderr=subprocess.DEVNULL) as process:
        until(asking.is_set)
        kill_group(process)
    over.set()
    day.site.answers[key] = page


def full(step: str, says: str = "WarehouseFull") -> Callable[[Day], None]:
    """No room on the disk at a step."""

    def happens(day: Day) -> None:
        with day.run_apart(f"full {step}", stderr=subprocess.PIPE) as process:
            _, told = process.communicate(timeout=DEADLINE_SECONDS)
        assert process.returncode == 1
        assert says in told

    return happens


def locked(day: Day) -> None:
    """Another process has the database open for writing."""
    with process("-c", HOLDER, str(day.settings().warehouse)) as holder:
        assert heard(holder) == "held"
        with pytest.raises(WarehouseBusy, match="in use"):
            day.run()


def feed_answers_garbage(day: Day) -> None:
    """One of the feeds is no feed."""
    day.site.say(FEED, "<html><body>garbage", HOSTS[0])
    fetched = day.run().fetched
    assert fetched
    assert any("not a feed" in note for note in fetched.notes)


def feed_hangs(day: Day) -> None:
    """One of the feeds takes the request and never answers."""
    over = threading.Event()

    def never(_: Asked) -> Answer:
        over.wait()
        return Answer(status=503)

    day.site.answers[HOSTS[1], FEED] = never
    try:
        fetched = day.run(fetch_seconds=1).fetched
    finally:
        over.set()
    assert fetched
    assert any("the next fetch asks again" in note for note in fetched.notes)


def contract_broken(day: Day) -> None:
    """The contract of this hour is met by no batch."""
    contract = day.folder / "thresholds.toml"
    contract.write_text(BROKEN_BY_ALL, encoding="utf-8")
    result = day.run(contract=contract)
    assert result.summary.quarantined == IN_AN_HOUR
    assert result.summary.message == "; ".join(result.held) != ""


def contract_unreadable(day: Day) -> None:
    """The contract of this hour is damaged."""
    contract = day.folder / "thresholds.toml"
    contract.write_text("[[expectation]]\nname =", encoding="utf-8")
    with pytest.raises(ThresholdError):
        day.run(contract=contract)


def held_taken_after_all(day: Day) -> None:
    """Somebody has looked at what was held, and has it loaded."""
    quiet(day)
    with Warehouse.open(day.settings().warehouse) as warehouse:
        held = [row.doc_id for row in warehouse.quarantined(QuarantineFilter(held=True))]
    assert len(held) == IN_AN_HOUR
    assert retry(day.settings(), held).summary.loaded == IN_AN_HOUR


def worker_killed_and_garbage(day: Day) -> None:
    """Two faults in one hour."""
    day.site.say(FEED, b"\x00\xff" * 500, HOSTS[1])
    worker_killed(day)


def page_gone(day: Day) -> None:
    """A feed names a page that is not there."""
    day.tell_feed(HOSTS[0], day.site.url("/gone", HOSTS[0]))
    assert day.run().summary.quarantined == 1


@dataclass(frozen=True)
class Hour:
    """What goes wrong in one hour, and what is true after it."""

    happens: Callable[[Any], None]
    state: str | None = "finished"
    """Of its run in the books; ``running`` of one that could not be ended, which the next one says to have been
    interrupted; None of one that was refused before it began."""
    whole: bool = True
    """Whether all that came in until now is loaded or held."""
    published: bool = True
    """Whether people see it."""


HOURS = (
    Hour(quiet),
    Hour(worker_killed),
    Hour(killed("between batches"), "running", whole=False, published=False),
    Hour(quiet),
    Hour(feed_answers_garbage, whole=False),
    Hour(feed_hangs, whole=False),
    Hour(quiet),
    Hour(locked, None, whole=False, published=False),
    Hour(full("while loading"), "failed", whole=False, published=False),
    Hour(quiet),
    Hour(contract_broken),
    Hour(contract_unreadable, None, whole=False, published=False),
    Hour(held_taken_after_all),
    Hour(killed("while publishing"), published=False),
    Hour(killed("when published")),
    Hour(full("while publishing"), published=False),
    Hour(quiet),
    Hour(killed_while_fetching, None, whole=False, published=False),
    Hour(full("while fetching", "File too large"), None, whole=False, published=False),
    Hour(quiet),
    Hour(full("to the end"), "running", published=False),
    Hour(worker_killed_and_garbage, whole=False),
    Hour(page_gone),
    Hour(quiet),
)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with closing(Site()) as site, Day(tmp_path, site) as made:
        yield made


@pytest.mark.slow
def test_a_day_of_hourly_runs_with_faults_loses_and_doubles_nothing(day: Day) -> None:
    newest = None
    for number, hour in enumerate(HOURS):
        day.news(number)
        hour.happens(day)
        runs = day.check_books(whole=hour.whole)
        began = runs[0].run_id != newest
        assert (runs[0].state if began else None) == hour.state, number
        newest = runs[0].run_id
        if number == 0:
            day.open_doors()
        day.check_readers()
        if hour.published:
            assert day.published == day.loaded
    assert len(HOURS) == 24
    assert day.loaded == 24 * IN_AN_HOUR
    check_the_evening(day)


def check_the_evening(day: Day) -> None:
    """All is there, nothing is left behind, and the books tell the day as it was."""
    result = maintain(day.settings())
    assert (result.problems, result.prunings) == (0, ())
    with Warehouse.open_published(day.settings().published) as published:
        ends = Counter(told.state for told in published.runs(100))
        refused = Counter(row.reason for row in published.quarantined())
    assert ends == Counter({"finished": 17 + 1, "interrupted": 2, "failed": 1})
    assert refused == Counter({"not a feed": 2, "fetch failed": 1})
    databases = day.settings().published.parent
    assert sorted(path.name for path in databases.iterdir()) == ["published.duckdb", "work.duckdb"]
    state = json.loads((day.settings().fetched / ".state.json").read_bytes())
    assert (state["unread"], state["waiting"]) == ([], {})
