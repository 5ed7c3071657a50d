"""A run that is stopped at any step, or fails there, and is repeated: every table is as if nothing had happened.

Steps are the warehouse's transactions and the publishing: between two of them nothing is kept.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows.maintain import maintain
from flows.run import RunResult, Steps, run
from flows.settings import Settings
from tests.flows.conftest import MakeSettings
from tests.news import make_articles, write_jsonl
from warehouse import Warehouse, WarehouseFull

pytestmark = pytest.mark.usefixtures("stages_here")

STEPS = (
    "begin_run",
    "load_batch",
    "add_templates",
    "pass_by",
    "begin_reclean",
    "load_cleaned",
    "finish_reclean",
    "end_second_look",
    "finish_run",
    "publish",
)
COUNT = 13
"""Steps of the run below: three batches, two transactions of cleaned articles."""

OF_THE_RUN = {
    *(
        "run_id",
        "batch_number",
        "loaded_at",
        "settled_at",
        "superseded_at",
        "quarantined_at",
        "learned_at",
        "cleaned_at",
    )
}
"""What differs between a run and two halves of it."""

TABLES = (
    *("articles", "article_revisions", "stripped_lines", "provenance", "line_keys", "documents", "duplicates"),
    *("quarantine", "templates", "cleanings"),
)
BOX = "The Harbour Post prints the tide tables of the estuary on page four, with the times of the ferries."


class Stopped(BaseException):
    """The process was killed."""


def news() -> list[dict[str, Any]]:
    """Articles with a box that is a template after five of them, copies, repeats, and what is to be sent back."""
    articles = [one | {"text": f"{one['text']}\n\n{BOX}"} for one in make_articles(9)]
    copies = [one | {"url": f"https://other.example/{one['id']}"} for one in articles]
    short = {"id": "short", "url": "https://harbourpost.example/short", "text": "Nothing today."}
    more = "The mayor thanked everybody who had spoken in the debate and closed the session."
    revised = articles[0] | {"text": f"{articles[0]['text']}\n\n{more}"}
    again = [articles[1], short]
    return [*articles[:5], copies[1], short, *again, *articles[5:], copies[7], revised, *again, articles[3]]


@dataclasses.dataclass
class Faults:
    """Counts the steps of a run, and lets one of them go wrong."""

    at: int | None = None
    kind: str = ""
    taken: list[str] = dataclasses.field(default_factory=list)

    def step(self, name: str, take: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if self.kind == "killed" and self.at is not None and len(self.taken) > self.at:
            raise Stopped
        self.taken.append(name)
        if len(self.taken) - 1 != self.at:
            return take(*args, **options)
        if self.kind == "killed":
            take(*args, **options)
            raise Stopped
        raise WarehouseFull("no room at this step")


@contextmanager
def faults(at: int | None = None, kind: str = "") -> Iterator[Faults]:
    made = Faults(at, kind)
    with pytest.MonkeyPatch.context() as patched:
        for name in STEPS:
            take = getattr(Warehouse, name)
            patched.setattr(Warehouse, name, functools.partialmethod(_step, made, name, take))
        yield made


def _step(warehouse: Warehouse, made: Faults, name: str, take: Callable[..., Any], *args: Any, **options: Any) -> Any:
    return made.step(name, take, warehouse, *args, **options)


@pytest.fixture
def hourly(tmp_path: Path, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The same run over the same news into a warehouse of a certain name."""
    monkeypatch.setattr("flows.reclean.CHUNK_DOCUMENTS", 5)
    source = str(write_jsonl(tmp_path / "news.jsonl", news()))

    def settings(name: str) -> Settings:
        databases = {"warehouse": tmp_path / name / "work.duckdb", "published": tmp_path / name / "published.duckdb"}
        return make_settings(batch_documents=5, **databases)

    def again(name: str, **options: Any) -> RunResult:
        steps = options.pop("steps", Steps())
        publish = dataclasses.replace(steps, publish=lambda warehouse, target: warehouse.publish(target))
        return run(settings(name), [source], steps=publish, **options)

    again.settings = settings  # type: ignore[attr-defined]
    return again


def tables(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """The published tables without what tells of the run."""
    with Warehouse.open_published(settings.published) as published:
        found = {name: published.query(f"FROM {name}").to_pylist() for name in TABLES}
    return {
        name: sorted(({key: row[key] for key in row if key not in OF_THE_RUN} for row in rows), key=repr)
        for name, rows in found.items()
    }


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    return {}


def expected(hourly: Any, undisturbed: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The tables of a run in which nothing goes wrong; made once."""
    if not undisturbed:
        with faults() as counted:
            hourly("undisturbed")
        assert len(counted.taken) == COUNT
        assert set(counted.taken) == set(STEPS)
        undisturbed |= tables(hourly.settings("undisturbed"))
        assert [name for name, rows in undisturbed.items() if not rows] == []
    return undisturbed


@pytest.mark.parametrize("at", range(COUNT))
def test_killed_after_any_step_and_repeated_it_is_as_if_it_had_not_been(
    hourly: Any, undisturbed: dict[str, Any], at: int
) -> None:
    wanted = expected(hourly, undisturbed)
    with faults(at, "killed"), pytest.raises(Stopped):
        hourly("killed")
    hourly("killed")
    assert tables(hourly.settings("killed")) == wanted
    assert maintain(hourly.settings("killed")).problems == 0


@pytest.mark.parametrize("at", range(COUNT))
def test_failed_at_any_step_and_repeated_it_is_as_if_it_had_not_been(
    hourly: Any, undisturbed: dict[str, Any], at: int
) -> None:
    wanted = expected(hourly, undisturbed)
    with faults(at, "failed") as counted, pytest.raises(WarehouseFull):
        hourly("failed")
    if "load_batch" in counted.taken[:at] and counted.taken[at] not in ("finish_run", "publish"):
        assert tables(hourly.settings("failed"))["articles"], "what was loaded is published"
    hourly("failed")
    assert tables(hourly.settings("failed")) == wanted


def test_a_failure_after_loading_is_published_through_another_connection_where_the_first_is_unusable(
    hourly: Any, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = expected(hourly, undisturbed)
    publish, through = Warehouse.publish, []

    def unusable_at_first(warehouse: Warehouse, target: Path) -> None:
        through.append(warehouse)
        if len(through) == 1:
            raise WarehouseFull("an earlier error made this connection unusable")
        publish(warehouse, target)

    def out_of_memory(*_: Any) -> None:
        raise WarehouseFull("the memory limit is too small for this")

    monkeypatch.setattr(Warehouse, "publish", unusable_at_first)
    with pytest.raises(WarehouseFull, match="memory limit") as failed:
        hourly("unusable", steps=Steps(look_again=out_of_memory))
    assert "What it had loaded is published" in failed.value.__notes__[0]
    with Warehouse.open_published(hourly.settings("unusable").published) as published:
        [told] = published.runs()
    assert (told.state, told.loaded) == ("failed", len(wanted["articles"]) + len(wanted["article_revisions"]))
    assert (told.message or "").startswith("while learning templates and looking again: WarehouseFull: the memory")
    hourly("unusable")
    assert tables(hourly.settings("unusable")) == wanted


@pytest.mark.parametrize("name", ["add_templates", "pass_by", "load_cleaned", "finish_reclean", "end_second_look"])
def test_a_second_look_that_is_tried_again_within_the_run_is_finished(
    hourly: Any, undisturbed: dict[str, Any], name: str
) -> None:
    wanted = expected(hourly, undisturbed)
    steps = Steps()

    def tried_again(*args: Any) -> Any:
        with faults(0, "failed") as failing:
            failing.at = None
            for at in range(COUNT):
                failing.taken.clear()
                failing.at = at
                try:
                    return steps.look_again(*args)
                except WarehouseFull:
                    if failing.taken[-1] == name:
                        break
        return steps.look_again(*args)

    result = hourly("again", steps=dataclasses.replace(steps, look_again=tried_again))
    assert result.summary.state == "finished"
    assert tables(hourly.settings("again")) == wanted


def test_maintenance_sees_articles_that_a_stopped_run_left_uncut(hourly: Any) -> None:
    with faults(COUNT - 5, "killed"), pytest.raises(Stopped):
        hourly("left")
    result = maintain(hourly.settings("left"))
    [found] = [one for one in result.verifications if one.verification == "second look"]
    assert found.problems > 0
    assert "copydesk reclean" in (found.example or "")
    hourly("left")
    assert maintain(hourly.settings("left")).problems == 0
