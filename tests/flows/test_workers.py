"""What happens when a worker dies, hangs or runs out of memory: it costs the document at fault and nothing else."""

import dataclasses
from collections.abc import Iterator

import pytest

from flows.pipeline import Step
from flows.processes import WorkersLost
from flows.settings import load_settings
from flows.tools import read_tool_parts
from flows.workers import SHARD_GRACE, ShardResult, WorkerLimits, Workers, process_shard
from tests.builders import make_raw
from tests.flows.impatient import hurry
from tests.misbehaving import misbehave
from tests.shortcuts import bundled_tools
from transforms.records import RawDocument, Rejection, Stage

TEXT = b"The council voted on Monday to rebuild the bridge over the river, officials said. " * 8


def run_shard(documents: list[RawDocument], limits: WorkerLimits, **changes: object) -> ShardResult:
    with Workers(read_tool_parts(load_settings(environment={})), limits, **changes) as workers:  # type: ignore[arg-type]
        return workers.result(workers.submit(documents), documents)


def documents_saying(*contents: bytes) -> list[RawDocument]:
    return [make_raw(doc_id=f"{number:024x}", content=content) for number, content in enumerate(contents)]


def reasons(result: ShardResult) -> dict[str, str]:
    return {rejection.doc_id[-1]: rejection.reason for rejection in result.rejections}


def test_a_document_that_kills_its_worker_is_lost_alone() -> None:
    shard = documents_saying(b"fine", b"die", b"fine")
    result = run_shard(shard, WorkerLimits(2, 600, 2048), work=misbehave)
    assert reasons(result) == {"0": "well", "1": "crashed", "2": "well"}
    assert "exit code 139" in result.rejections[1].detail


def test_a_document_that_hangs_is_lost_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = hurry(monkeypatch, b"hang", 0.3)
    result = run_shard(documents_saying(b"fine", b"hang", b"well"), WorkerLimits(1, 600, 2048), work=misbehave)
    assert reasons(result) == {"0": "well", "1": "timed out", "2": "well"}
    assert "longer than 600 s; raise document_seconds" in result.rejections[1].detail
    alone = [([content], 600) for content in (b"fine", b"hang", b"well")]
    assert limits == [([b"fine", b"hang", b"well"], 600 * SHARD_GRACE), *alone]


def test_a_document_that_its_worker_cannot_even_take_is_lost_alone() -> None:
    shard = [make_raw(doc_id="a", content=TEXT), make_raw(doc_id="b", content=b"x" * 400_000_000)]
    result = run_shard(shard, WorkerLimits(1, 600, 256))
    assert result.articles["doc_id"].to_pylist() == ["a"]
    assert reasons(result) == {"b": "out of memory"}


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        (MemoryError(), "out of memory", "worker_megabytes"),
        (KeyError("headline"), "crashed", "KeyError in describe: 'headline'; please report"),
    ],
)
def test_what_a_stage_raises_costs_its_document(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, words: str
) -> None:
    stages: list[str] = []
    monkeypatch.setattr("flows.workers._tell_stage", stages.append)
    failing_at_describe(monkeypatch, error)
    [rejection] = process_shard([make_raw(doc_id="a", content=TEXT)]).rejections
    assert (rejection.stage, rejection.reason) == ("describe", reason)
    assert words in rejection.detail
    assert stages[-1] == "describe"


def test_memory_that_runs_out_among_others_costs_no_document_before_it_was_tried_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing_at_describe(monkeypatch, MemoryError())
    with pytest.raises(MemoryError):
        process_shard([make_raw(doc_id="a", content=TEXT), make_raw(doc_id="b", content=TEXT)])


def test_documents_go_through_the_stages_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, str]] = []

    def step(stage: Stage, ends: str) -> Step:
        def take(raw: RawDocument, made: object, _: object) -> object:
            calls.append((stage, raw.doc_id))
            return Rejection(raw.doc_id, stage, "done", "") if raw.doc_id == ends else made

        return Step(stage, take)

    steps = (step("extract", ends="nobody"), step("strip", ends="short"), step("describe", ends="nobody"))
    monkeypatch.setattr("flows.workers.STEPS", steps)
    monkeypatch.setattr("flows.workers._tools", object())
    process_shard([make_raw(doc_id=name) for name in ("long", "short", "last")])
    assert calls == [
        *(("extract", name) for name in ("long", "short", "last")),
        *(("strip", name) for name in ("long", "short", "last")),
        *(("describe", name) for name in ("long", "last")),
    ]


def failing_at_describe(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def describe(*_: object) -> None:
        raise error

    monkeypatch.setattr("flows.pipeline.describe", describe)
    monkeypatch.setattr("flows.workers._tools", bundled_tools())


def test_results_keep_the_documents_order() -> None:
    shard = [make_raw(doc_id=name, content=TEXT + name.encode()) for name in "cab"]
    result = run_shard(shard, WorkerLimits(2, 600, 2048))
    assert result.articles["doc_id"].to_pylist() == ["c", "a", "b"]


def test_workers_that_cannot_start_are_the_machines_fault() -> None:
    parts = read_tool_parts(load_settings(environment={}))
    parts = dataclasses.replace(parts, data={"checked_packs": parts.data["checked_packs"]})
    with Workers(parts, WorkerLimits(1, 600, 2048)) as workers, pytest.raises(WorkersLost):
        shard = [make_raw(content=TEXT)]
        workers.result(workers.submit(shard), shard)


@pytest.fixture(autouse=True)
def _no_worker_is_left_behind() -> Iterator[None]:
    yield
    import psutil

    left = [child for child in psutil.Process().children() if "forkserver" not in " ".join(child.cmdline())]
    assert not [child for child in left if "resource_tracker" not in " ".join(child.cmdline())]


def test_what_is_done_meanwhile_is_done_once_and_only_where_there_is_work() -> None:
    done: list[str] = []
    parts, limits = read_tool_parts(load_settings(environment={})), WorkerLimits(1, 600, 2048)
    with Workers(parts, limits, work=misbehave, meanwhile=lambda: done.append("idle")):
        pass
    with Workers(parts, limits, work=misbehave, meanwhile=lambda: done.append("busy")) as workers:
        for shard in (documents_saying(b"fine"), documents_saying(b"fine")):
            workers.result(workers.submit(shard), shard)
    assert done == ["busy"]
