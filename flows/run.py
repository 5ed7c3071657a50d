"""One run: read, process, settle batch by batch, publish, and account for every document.

The command line calls :func:`run` as it is; the Prefect flow calls it with its own :class:`Steps`, so that both do the
same work. Printing, Prefect and arguments do not belong here.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from expectations import Contract, import_great_expectations
from flows.batching import Batch, Batcher, BatchLimits, Item
from flows.gather import fetch_inputs, gather, mark_gathered
from flows.reading import Fruitless
from flows.reclean import Cleaner, RecleanResult, look_again
from flows.repeats import TakenUp
from flows.settings import Settings
from flows.settle import Settled, settle
from flows.tools import ToolParts, read_contract, read_tool_parts
from flows.workers import Crew, WorkerLimits, Workers
from transforms.errors import CopydeskError
from transforms.junk.templates import Templates
from transforms.records import Ledger, RunSummary
from warehouse import RejectionReason, Waiting, Warehouse, WarehouseError, WarehouseOptions

if TYPE_CHECKING:
    from flows.cluster.driver import ClusterOptions
    from flows.fetching.fetch import Fetched
    from flows.gather import OnFetch

PROGRESS_DOCUMENTS = 500
"""Documents between two reports of progress while a batch is being filled."""

_MEGABYTE = 1 << 20


class UnbalancedRun(CopydeskError):
    """The documents that were read and their ends do not add up."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    read: int
    """Documents that were read; those in ``ledger`` have an end already."""
    bytes_read: int
    total_bytes: int | None
    ledger: Ledger
    """Of the settled batches."""


def _open_warehouse(path: Path, options: WarehouseOptions, published: Path) -> Warehouse:
    return Warehouse.open(path, options, publishes_to=published)


def _next_batch(batches: Iterator[Batch]) -> Batch | None:
    return next(batches, None)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps that touch the world outside, replaceable by the same steps as Prefect tasks."""

    open_warehouse: Callable[[Path, WarehouseOptions, Path], Warehouse] = _open_warehouse
    next_batch: Callable[[Iterator[Batch]], Batch | None] = _next_batch
    settle: Callable[..., Settled] = settle
    look_again: Callable[[Cleaner, Workers, Warehouse, str], RecleanResult | None] = look_again
    publish: Callable[[Warehouse, Path], None] = Warehouse.publish
    fetch: Callable[[Settings, Sequence[str], OnFetch], Fetched] = fetch_inputs


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: its summary and the batches that a contract held back."""

    summary: RunSummary
    held: tuple[str, ...] = ()
    """One sentence for each held batch."""
    looked_again: RecleanResult | None = None
    """What templates that the run has learned changed in its own articles; None where it learned none."""
    fetched: Fetched | None = None
    """What was fetched for it; None where nothing was to be."""
    waiting: tuple[Waiting, ...] = ()
    """What waits for a person after the run, what earlier runs left included."""
    reasons: tuple[RejectionReason, ...] = ()
    """Why documents of the run are in quarantine, the most frequent first."""
    fruitless: tuple[Fruitless, ...] = ()
    """Inputs that were named and of which nothing could be read."""
    notes: tuple[str, ...] = ()
    """What should be looked at, a sentence each."""


OnProgress = Callable[[Progress], None]


def run(
    settings: Settings,
    inputs: Sequence[str],
    *,
    on_progress: OnProgress = lambda progress: None,
    on_fetch: OnFetch = lambda progress: None,
    steps: Steps | None = None,
) -> RunResult:
    """Take every document of the inputs to one of its four ends.

    Args:
        inputs: files, folders, globs, ``-`` for standard input, fsspec URLs; what is to be fetched first as
            ``feed:URL``, ``sitemap:URL`` or ``urls:FILE``.
        on_progress: called after every batch, and for every few thousand documents that were read in between.
        on_fetch: called after every address that was fetched or failed.

    Raises:
        SettingsError, InputError, RuleError, ThresholdError: before anything is read.
        FetchError: what was fetched cannot be kept, or another fetch is under way.
        WarehouseError: the database cannot be used; what was loaded before stays.
        UnbalancedRun: a document has no end; the run is recorded as failed.
    """
    job = _Job.prepare(settings, steps)
    Warehouse.check_places(settings.warehouse, settings.published)  # before half an hour of fetching
    gathered = gather(settings, inputs, job.steps.fetch, on_fetch)
    reader = gathered.reader
    with job.open_warehouse() as warehouse:
        source = _Source(gathered.inputs, reader, warehouse.settled, lambda: (reader.bytes_read, reader.total_bytes))
        result = _execute(job, warehouse, source, on_progress)
    mark_gathered(settings, gathered)
    return replace(result, fetched=gathered.fetched, fruitless=gathered.fruitless, notes=gathered.notes)


def retry(
    settings: Settings,
    doc_ids: Sequence[str],
    *,
    accept_batch: bool = False,
    on_progress: OnProgress = lambda progress: None,
) -> RunResult:
    """Take quarantined documents through the stages again, by the rules and contracts of today.

    Those that are not kept as a whole are left as they are.

    Args:
        accept_batch: load although a batch expectation is broken; for batches that were held and looked at.
    """
    job = _Job.prepare(settings, retried=True, accept_batch=accept_batch)
    with job.open_warehouse() as warehouse:
        documents = warehouse.raw_documents(doc_ids, whole=True)
        size = sum(len(document.content) for document in documents)
        source = _Source(("quarantine",), documents, lambda ids: {}, lambda: (size, size))
        return _execute(job, warehouse, source, on_progress)


@dataclass(frozen=True, slots=True)
class _Job:
    """What a run is done with; made, and found fit, before anything is read."""

    settings: Settings
    parts: ToolParts
    contract: Contract
    steps: Steps
    cluster: ClusterOptions | None = None
    retried: bool = False
    accept_batch: bool = False

    @classmethod
    def prepare(
        cls, settings: Settings, steps: Steps | None = None, *, retried: bool = False, accept_batch: bool = False
    ) -> Self:
        parts = read_tool_parts(settings)
        contract = read_contract(settings)
        cluster = None if retried else _cluster_options(settings)
        return cls(settings, parts, contract, steps or Steps(), cluster, retried, accept_batch)

    def open_warehouse(self) -> Warehouse:
        return self.steps.open_warehouse(self.settings.warehouse, self.options, self.settings.published)

    @property
    def options(self) -> WarehouseOptions:
        return WarehouseOptions(memory_megabytes=self.settings.database_megabytes, threads=self.settings.workers)

    @property
    def limits(self) -> WorkerLimits:
        return WorkerLimits(self.settings.workers, self.settings.document_seconds, self.settings.worker_megabytes)

    def cleaner(self) -> Cleaner:
        return Cleaner(self.parts, self.contract, self.limits)

    def workers(self, warehouse: Warehouse) -> Workers:
        parts = replace(self.parts, templates=Templates(warehouse.templates()))
        return Workers(parts, self.limits, meanwhile=import_great_expectations)

    def crew(self, workers: Workers, warehouse: Warehouse, run_id: str) -> AbstractContextManager[Crew]:
        """Whoever the run's documents go to: the workers, or a cluster."""
        if self.cluster is None:
            return nullcontext(workers)
        from flows.cluster.driver import Cluster
        from flows.cluster.node import Kit, this_build

        kit = Kit(workers.parts, replace(self.limits, workers=1), this_build())
        return Cluster(
            self.cluster,
            kit,
            run_id,
            is_past=lambda name: warehouse.run_summary(name) is not None,
            meanwhile=import_great_expectations,
        )


def _cluster_options(settings: Settings) -> ClusterOptions | None:
    if settings.runner == "local":
        return None
    from flows.cluster.driver import ClusterOptions

    return ClusterOptions.of(settings)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a run's documents come from."""

    inputs: tuple[str, ...]
    items: Iterable[Item]
    settled: Callable[[Sequence[str]], Mapping[str, str]]
    position: Callable[[], tuple[int, int | None]]
    """Bytes read so far and, where known, in all."""


def _execute(job: _Job, warehouse: Warehouse, source: _Source, on_progress: OnProgress) -> RunResult:
    started_at = _now()
    run_id = new_run_id(started_at)
    warehouse.begin_run(run_id, source.inputs, job.parts.cleaning_version, started_at)
    step = "reading and loading"
    try:
        with job.workers(warehouse) as workers:
            with job.crew(workers, warehouse, run_id) as crew:
                held = _settle_batches(job, crew, warehouse, source, run_id, on_progress)
            step = "learning templates and looking again"
            looked_again = job.steps.look_again(job.cleaner(), workers, warehouse, run_id)
        step = "closing the ledger"
        summary = warehouse.finish_run(run_id, "finished", "; ".join(held) or None, source.position()[0], _now())
    except Exception as error:  # whatever fails: what was loaded is published, then it is raised again
        message = f"while {step}: {type(error).__name__}: {error}"
        if _end_as_failed(job, warehouse, run_id, message, source.position()[0]):
            done = "What it had loaded is published; the same command again finishes it."
            error.add_note(f"Run {run_id} failed while {step}. {done}")
        raise
    except BaseException:  # stopped from outside: the ledger says so, and the process ends at once
        with suppress(WarehouseError):
            warehouse.finish_run(run_id, "interrupted", "stopped from outside", source.position()[0], _now())
        raise
    job.steps.publish(warehouse, job.settings.published)  # before anything that could fail yet
    waiting, reasons = tuple(warehouse.waiting()), tuple(warehouse.rejection_reasons(run_id))
    return RunResult(summary, tuple(held), looked_again, waiting=waiting, reasons=reasons)


def _end_as_failed(job: _Job, warehouse: Warehouse, run_id: str, message: str, bytes_read: int) -> bool:
    """Write down that the run failed and publish what it loaded, which is whole batches; whether that could be done.

    Nothing is raised here, for what went wrong first is what to tell; a run that cannot be ended is marked as
    interrupted by the next one. An error of memory or disk can leave a connection unusable: then another one is tried.
    """

    def end(opened: Warehouse) -> None:
        summary = opened.run_summary(run_id)
        if summary and summary.state == "running":
            opened.finish_run(run_id, "failed", message, bytes_read, _now())
        opened.publish(job.settings.published)

    try:
        end(warehouse)
    except WarehouseError:
        warehouse.close()
    else:
        return True
    with suppress(WarehouseError):
        with _open_warehouse(job.settings.warehouse, job.options, job.settings.published) as opened:
            end(opened)
        return True
    return False


def _settle_batches(
    job: _Job, crew: Crew, warehouse: Warehouse, source: _Source, run_id: str, on_progress: OnProgress
) -> list[str]:
    """Settle every batch; returns a sentence for each one that was held."""
    settings = job.settings
    limits = BatchLimits(settings.batch_documents, settings.batch_megabytes * _MEGABYTE)
    meter = _Meter(source, on_progress)
    held = []
    repeated = TakenUp(warehouse, source.inputs)
    batches = iter(Batcher(meter.counted(), source.settled, crew, run_id, limits, repeated))
    while batch := job.steps.next_batch(batches):
        settled = job.steps.settle(
            batch,
            warehouse,
            job.contract,
            run_id,
            _now(),
            retried=job.retried,
            accept_batch=job.accept_batch,
        )
        meter.add(settled.ledger)
        if settled.held_reason:
            held.append(f"batch {batch.number} was held: {settled.held_reason}")
    meter.check()
    return held


class _Meter:
    """Counts documents at the mouth of the pipe, apart from the batches' own counts, to be compared with them."""

    def __init__(self, source: _Source, on_progress: OnProgress) -> None:
        self._source = source
        self._on_progress = on_progress
        self._read = 0
        self._ledger = Ledger()

    def counted(self) -> Iterator[Item]:
        for item in self._source.items:
            self._read += 1
            if self._read % PROGRESS_DOCUMENTS == 0:
                self._report()
            yield item

    def add(self, ledger: Ledger) -> None:
        self._ledger += ledger
        self._report()

    def check(self) -> None:
        if self._ledger.read != self._read or not self._ledger.balanced:
            raise UnbalancedRun(
                f"{self._read} documents were read, but the batches account for {self._ledger}; "
                "nothing more was loaded; please report this as a defect"
            )

    def _report(self) -> None:
        bytes_read, total_bytes = self._source.position()
        self._on_progress(Progress(self._read, bytes_read, total_bytes, self._ledger))


def new_run_id(started_at: dt.datetime) -> str:
    """An id that sorts by time and is not given twice, such as ``20260131T081500-9f3a1c``."""
    return f"{started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
