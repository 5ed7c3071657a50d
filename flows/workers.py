"""Worker processes for the pure stages, and what happens when one of them dies or hangs.

A shard of documents is one task for a worker. Where a worker crashes, runs out of memory or overruns its time, the
shard's documents are tried again one at a time in a process of their own, so that only the document at fault is lost to
quarantine. What the stages do belongs to :mod:`flows.pipeline`; what becomes of the results, to :mod:`flows.batching`.
"""

from __future__ import annotations

import copy
import multiprocessing
import resource
import signal
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import forkserver
from typing import Any, Literal, Protocol, Self, cast, get_args

import psutil
import pyarrow as pa
from pebble import ProcessExpired, ProcessPool

from flows.pipeline import STEPS, STEPS_AGAIN, End, Processed, Step
from flows.tools import ToolParts, Tools, build_tools
from transforms.errors import CopydeskError
from transforms.junk.templates import Templates
from transforms.records import (
    Article,
    LineKeys,
    Provenance,
    RawDocument,
    Rejection,
    Stage,
    StoredDocument,
    StrippedLine,
    to_table,
)

BYTES_AHEAD = 16 << 20
"""Raw bytes handed to the workers ahead of the batch: four seconds of work, enough to outlast one load."""

SHARD_GRACE = 3.0
"""A shard may take this many times one document's time limit: most shards take a hundredth of it."""

_MEGABYTE = 1 << 20
_STAGE_BYTES = 16
_OUT_OF_MEMORY = "needed more memory than worker_megabytes allows"


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one document may cost."""

    workers: int
    document_seconds: float
    megabytes: int
    """Address space that a worker process may take beyond what it starts with."""


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What a shard's documents became: Arrow tables of the records, and the rejections."""

    articles: pa.Table
    cuts: pa.Table
    provenance: pa.Table
    line_keys: pa.Table
    rejections: tuple[Rejection, ...]


PoolName = Literal["shards", "suspects"]
POOL_NAMES: tuple[PoolName, ...] = get_args(PoolName)
Document = RawDocument | StoredDocument
Work = Callable[[Sequence[Any]], ShardResult]
"""What a worker does with a shard of documents of one class."""


class Sent(Protocol):
    """A shard that was handed over."""

    def fetch(self) -> tuple[Sequence[RawDocument], ShardResult]:
        """Wait for it: its documents, in their order, and what became of them."""


class Crew(Protocol):
    """Whoever takes shards through the pure stages: processes of this machine, or several machines."""

    @property
    def bytes_ahead(self) -> int:
        """Raw bytes that it wants to be handed ahead of the batch, so that it has always something to do."""

    def send(self, documents: Sequence[RawDocument]) -> Sent:
        """Hand a shard over; ``documents`` need not be kept."""


class WorkersLost(CopydeskError):
    """No worker process can start on this machine; no document is to blame."""


class Workers:
    """A pool of worker processes that starts with the first shard.

    Use as a context manager; leaving it stops every process. ``work`` is what a worker does with a shard, and
    ``meanwhile`` what this process does while they start: an import of seconds that the results will need.
    """

    def __init__(
        self,
        parts: ToolParts,
        limits: WorkerLimits,
        work: Work | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        self.parts = parts
        self._limits = limits
        self._work: Work = work or process_shard
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["flows.preload"])
        self._stage_of_suspect: Any = self._context.Array("c", _STAGE_BYTES)
        self._pools: dict[str, ProcessPool] = {}
        self._meanwhile = meanwhile and threading.Thread(target=meanwhile)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in POOL_NAMES:
            self._discard(name)
        if self._meanwhile and self._meanwhile.ident:
            self._meanwhile.join()

    def doing(self, work: Work) -> Workers:
        """The same processes with other work for the next shards; whoever holds ``self`` stops them."""
        other = copy.copy(self)
        other._work = work
        return other

    bytes_ahead = BYTES_AHEAD

    def send(self, documents: Sequence[RawDocument]) -> Sent:
        """Send a shard to the next free worker, to be fetched later."""
        return _SentHere(self, documents, self.submit(documents))

    def submit(self, documents: Sequence[Document]) -> Future[ShardResult]:
        """Send a shard to the next free worker."""
        seconds = self._limits.document_seconds * SHARD_GRACE
        return self._schedule(self._pool("shards"), documents, seconds)

    def result(self, future: Future[ShardResult], documents: Sequence[Document]) -> ShardResult:
        """Wait for a shard; where its worker was lost, find the document at fault and keep the others' results."""
        try:
            return future.result()
        except (FutureTimeout, ProcessExpired, MemoryError):
            pass
        except BrokenProcessPool:
            self._discard("shards")
            self._require_that_one_starts()
        return merge([self._alone(document) for document in documents])

    def _alone(self, document: Document) -> ShardResult:
        pool = self._pool("suspects")
        seconds = self._limits.document_seconds
        try:
            return self._schedule(pool, [document], seconds).result()
        except FutureTimeout:
            detail = f"took longer than {seconds:g} s; raise document_seconds to give it more"
            return self._lost(document, "timed out", detail)
        except ProcessExpired as error:
            return self._lost(document, "crashed", f"its worker process died with exit code {error.exitcode}")
        except MemoryError:
            return self._lost(document, "out of memory", _OUT_OF_MEMORY)
        except BrokenProcessPool:
            self._discard("suspects")
            return self._lost(document, "crashed", "its worker process died before it could begin with the document")

    def _require_that_one_starts(self) -> None:
        """Tell a worker that a document killed from a machine on which none can start."""
        try:
            self._schedule(self._pool("suspects"), [], self._limits.document_seconds).result()
        except (BrokenProcessPool, ProcessExpired) as error:
            raise WorkersLost("no worker process can start; its own error stands above") from error

    def _discard(self, name: PoolName) -> None:
        """Stop a pool's processes; the next shard that needs one starts another."""
        pool = self._pools.pop(name, None)
        if pool:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _lost(self, document: Document, reason: str, detail: str) -> ShardResult:
        stage = cast(Stage, self._stage_of_suspect.value.decode() or "extract")
        return make_result([], [Rejection(document.doc_id, stage, reason, detail)])

    def _pool(self, name: PoolName) -> ProcessPool:
        if name not in self._pools:
            alone = name == "suspects"
            forkserver.ensure_running()  # it loads its modules while this process checks the rules
            parts = self.parts.checked()
            if self._meanwhile and not self._meanwhile.ident:
                self._meanwhile.start()
            self._pools[name] = ProcessPool(
                max_workers=1 if alone else self._limits.workers,
                initializer=_start_worker,
                initargs=(parts, self._limits.megabytes, self._stage_of_suspect if alone else None),
                context=self._context,
            )
        return self._pools[name]

    def _schedule(self, pool: ProcessPool, documents: Sequence[Document], seconds: float) -> Future[ShardResult]:
        return cast("Future[ShardResult]", pool.schedule(self._work, args=[list(documents)], timeout=seconds))


@dataclass(frozen=True, slots=True)
class _SentHere:
    """A shard with a worker process of this machine."""

    workers: Workers
    documents: Sequence[RawDocument]
    future: Future[ShardResult]

    def fetch(self) -> tuple[Sequence[RawDocument], ShardResult]:
        return self.documents, self.workers.result(self.future, self.documents)


_tools: Tools | None = None
_stage: Any = None


def _start_worker(parts: ToolParts, megabytes: int, stage: Any) -> None:
    """Build the tools once in a new worker process and bound its memory."""
    global _tools, _stage
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    _tools, _stage = build_tools(parts), stage
    limit = psutil.Process().memory_info().vms + megabytes * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def process_shard(documents: Sequence[RawDocument]) -> ShardResult:
    """Take a shard's documents through the pure stages, in a worker process."""
    return _in_step(documents, STEPS, _own_tools())


@dataclass(frozen=True, slots=True)
class CleanShard:
    """Cleans a shard's stored articles anew, in a worker process; those that stay as they are, are left out."""

    templates: Templates
    """In place of those that the worker began with, which may be older."""

    def __call__(self, documents: Sequence[StoredDocument]) -> ShardResult:
        """Each article by itself, stripped by today's rules."""
        return _in_step(documents, STEPS_AGAIN, replace(_own_tools(), templates=self.templates))


def _own_tools() -> Tools:
    assert _tools is not None, "a worker starts with _start_worker"
    return _tools


def _in_step(documents: Sequence[Document], steps: Sequence[Step], tools: Tools) -> ShardResult:
    """Take documents through the steps side by side, all through one before any enters the next.

    The tables of a step stay in the processor's caches then: a shard takes five sixths of the time that its documents
    take one after the other.
    """
    shard = [_Underway(document, document) for document in documents]
    for step in steps:
        for one in shard:
            if one.end is None:
                one.take(step, tools)
    ends = [one.end for one in shard]
    return make_result(
        [end for end in ends if isinstance(end, Processed)], [end for end in ends if isinstance(end, Rejection)]
    )


@dataclass(slots=True)
class _Underway:
    """A document, what the last step made of it, and in the end what became of it."""

    document: Document
    made: Any
    end: End | None = None

    def take(self, step: Step, tools: Tools) -> None:
        """Take it through one step.

        The boundary at which a defect costs one document: whatever a stage raises becomes a rejection.
        """
        if _stage is not None:
            _stage.value = step.stage.encode()
        try:
            made = step.take(self.document, self.made, tools)
            self.made, self.end = (None, made) if isinstance(made, End) else (made, None)
        except MemoryError:
            if _stage is None:  # among others, which may have taken the memory: each is tried again alone
                raise
            self.end = Rejection(self.document.doc_id, step.stage, "out of memory", _OUT_OF_MEMORY)
        except Exception as error:  # noqa: BLE001  (a defect of ours costs its document, not the run)
            place = traceback.extract_tb(error.__traceback__)[-1]
            detail = f"{type(error).__name__} in {place.name}: {error}; please report this document as a defect"
            self.end = Rejection(self.document.doc_id, step.stage, "crashed", detail)


def make_result(processed: Sequence[Processed], rejections: Sequence[Rejection]) -> ShardResult:
    """Arrow tables of what the stages made."""
    return ShardResult(
        articles=to_table([one.article for one in processed], Article),
        cuts=to_table([cut for one in processed for cut in one.cuts], StrippedLine),
        provenance=to_table([item for one in processed for item in one.provenance], Provenance),
        line_keys=to_table([one.line_keys for one in processed], LineKeys),
        rejections=tuple(rejections),
    )


def merge(results: Sequence[ShardResult]) -> ShardResult:
    """Several results as one, in their order; there is at least one."""
    return ShardResult(
        articles=pa.concat_tables([result.articles for result in results]),
        cuts=pa.concat_tables([result.cuts for result in results]),
        provenance=pa.concat_tables([result.provenance for result in results]),
        line_keys=pa.concat_tables([result.line_keys for result in results]),
        rejections=tuple(rejection for result in results for rejection in result.rejections),
    )
