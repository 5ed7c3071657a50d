"""What is usual, and the verdict at the head of a report."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from flows.report import usual
from flows.report.usual import ENOUGH_RUNS, MEASURES, Compared
from flows.report.verdict import headline, verdict
from warehouse import Waiting
from warehouse.reporting import ContractAnswer, LedgerProblem, RunFacts, RunSource

NOW = dt.datetime(2024, 5, 4, 6, 30, tzinfo=dt.UTC)
READ = MEASURES[0]


def make_run(number: int = 0, **changes: Any) -> RunFacts:
    """A finished run that read 100 documents."""
    values: dict[str, Any] = {
        "run_id": f"run-{number}", "started_at": NOW + dt.timedelta(hours=number),
        "finished_at": NOW + dt.timedelta(hours=number, seconds=30), "state": "finished", "message": None,
        "inputs": ("inbox",), "rules_version": "r1", "bytes_read": 1_000, "read": 100, "loaded": 90, "quarantined": 5,
        "duplicates": 3, "unchanged": 2, "batches": 1, "held_batches": 0, "revised": 0, "fresh": 80, "dated": 85,
        "cuts": 180, "confidence": 0.95,
    }  # fmt: skip
    return RunFacts(**(values | changes))


def make_answer(**changes: Any) -> ContractAnswer:
    values: dict[str, Any] = {
        "run_id": "run-0", "suite": "article", "expectation": "title missing", "severity": "warning", "batches": 1,
        "batches_failed": 0, "checked": 90, "failed": 0, "observed": None, "reason": "", "checked_at": NOW,
    }  # fmt: skip
    return ContractAnswer(**(values | changes))


def of(name: str, measures: list[Compared]) -> Compared:
    return next(one for one in measures if one.measure.name == name)


def test_shares_are_of_the_documents_that_were_judged() -> None:
    assert make_run().quarantine_share == pytest.approx(5 / 95)
    assert make_run(read=2, unchanged=2, loaded=0, quarantined=0, duplicates=0).quarantine_share is None


def test_earlier_runs_are_the_finished_ones_of_the_same_inputs() -> None:
    runs = [make_run(4), make_run(3, state="failed"), make_run(2, inputs=("other",)), make_run(1), make_run(0)]
    assert [run.run_id for run in usual.earlier(runs)] == ["run-1", "run-0"]


def test_few_runs_say_nothing() -> None:
    [read, *_] = usual.compared(make_run(read=9_000), [make_run()] * (ENOUGH_RUNS - 1))
    assert read.verdict == "too few runs"
    assert usual.compared(make_run(), [])[0].verdict == "too few runs"


@pytest.mark.parametrize(
    ("read", "said"), [(100, "usual"), (124, "usual"), (126, "higher"), (74, "lower"), (76, "usual")]
)
def test_a_count_far_from_the_middle_is_unusual(read: int, said: str) -> None:
    [measure, *_] = usual.compared(make_run(read=read), [make_run()] * ENOUGH_RUNS)
    assert measure.verdict == said


def test_what_happened_before_is_usual_however_far_from_the_middle() -> None:
    before = [make_run()] * ENOUGH_RUNS + [make_run(read=1_000)]
    assert usual.compared(make_run(read=990), before)[0].verdict == "usual"
    assert usual.compared(make_run(read=1_001), before)[0].verdict == "higher"


def test_a_share_is_unusual_from_five_points_on() -> None:
    name, before = "sent to quarantine, of the new", [make_run()] * ENOUGH_RUNS
    assert of(name, usual.compared(make_run(quarantined=9), before)).verdict == "usual"
    assert of(name, usual.compared(make_run(quarantined=15), before)).verdict == "higher"


def test_a_source_that_all_runs_had_is_missed() -> None:
    before = [make_run(number) for number in range(ENOUGH_RUNS, 0, -1)]
    sources = [RunSource(run.run_id, name, 1) for run in before for name in ("steady.example", None)]
    sources += [RunSource(before[0].run_id, "once.example", 1), RunSource("run-9", "new.example", 1)]
    assert usual.silent_sources(sources, make_run(9), before) == ["steady.example"]
    assert usual.silent_sources([*sources, RunSource("run-9", "steady.example", 1)], make_run(9), before) == []
    assert usual.silent_sources(sources, make_run(9, loaded=0), before) == []
    assert usual.silent_sources(sources, make_run(9), before[1:]) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "100 documents came in: 90 became articles, 5 went to quarantine, 3 repeated a known text "
             "and 2 were known already."),
        ({"read": 0, "loaded": 0}, "Nothing came in: the inputs held no documents."),
        ({"read": 7, "unchanged": 7}, "Nothing new: all 7 documents were known from earlier runs."),
        ({"read": 1, "unchanged": 1}, "Nothing new: the one document was known from earlier runs."),
        ({"read": 90, "unchanged": 0}, "All 90 documents became articles."),
        ({"read": 1, "loaded": 1, "unchanged": 0}, "The one document became an article."),
        ({"read": 2, "loaded": 1, "quarantined": 1, "duplicates": 0, "unchanged": 0},
         "2 documents came in: 1 became an article and 1 went to quarantine."),
    ],
)  # fmt: skip
def test_the_headline_says_what_happened(changes: dict[str, Any], sentence: str) -> None:
    assert headline(make_run(**changes)) == sentence


def make_waiting(state: Any, message: str | None = None) -> Waiting:
    return Waiting("r0", NOW, state, 70, message)


def judged(run: RunFacts, **changes: Any) -> Any:
    values: dict[str, Any] = {"problems": [], "answers": [make_answer()], "measures": [], "waiting": [], "silent": []}
    return verdict(run, **(values | changes))


def test_a_run_without_trouble_is_well() -> None:
    said = judged(make_run())
    assert (said.level, said.word) == ("good", "All is well")
    assert any("exactly one end" in finding.sentence for finding in said.findings)


@pytest.mark.parametrize(
    ("run", "changes", "level", "words"),
    [
        (make_run(state="failed"), {"waiting": [make_waiting("failed", "disk full")]}, "bad", "documents: disk full"),
        (make_run(), {"waiting": [make_waiting("interrupted")]}, "bad", "was interrupted after 70 documents: why is"),
        (make_run(), {"waiting": [make_waiting("held", "many")]}, "bad", "70 documents of run r0 are held: many"),
        (make_run(), {"waiting": [make_waiting("held")] * 9}, "bad", "4 more wait for a decision"),
        (make_run(state="failed", message="disk full"), {}, "look", "failed: disk full. A later run or a decision"),
        (make_run(state="running"), {}, "look", "has not ended"),
        (make_run(held_batches=1, message="too much quarantined"), {}, "look", "1 batch was held back"),
        (make_run(read=0, loaded=0), {}, "look", "Nothing was read"),
        (make_run(), {"problems": [LedgerProblem("counts do not add up", None, 1, 2)]}, "bad", "do not balance"),
        (make_run(), {"silent": ["steady.example"]}, "look", "Nothing came from steady.example"),
        (make_run(), {"silent": list("abcdefgh")}, "look", "a, b, c, d, e and 3 more"),
        (make_run(), {"answers": [make_answer(suite="batch", batches_failed=1, observed="0.4")]}, "look", "0.4"),
        (make_run(), {"answers": [make_answer(failed=9)]}, "good", "1 expectation of 1 was not met"),
        (make_run(), {"answers": [make_answer(failed=9, batches_failed=1)]}, "look", "1 expectation of 1 was not met"),
        (make_run(read=9_000), {"measures": usual.compared(make_run(read=9_000), [make_run()] * 9)}, "look",
         "Higher than in any of the 9 runs before: documents read, 9,000; usual is 100."),
    ],
)  # fmt: skip
def test_trouble_is_told(run: RunFacts, changes: dict[str, Any], level: str, words: str) -> None:
    said = judged(run, **changes)
    assert said.level == level
    assert any(words in finding.sentence for finding in said.findings)


def test_the_worst_finding_decides() -> None:
    said = judged(make_run(state="failed"), waiting=[make_waiting("failed")], silent=["steady.example"])
    assert said.word == "Something is wrong"


def test_a_message_of_a_run_is_shortened() -> None:
    said = judged(dataclasses.replace(make_run(state="failed"), message="x" * 5_000))
    assert max(len(finding.sentence) for finding in said.findings) < 500
