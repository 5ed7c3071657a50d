"""Worker processes for the pure stages, and what happens when one of them dies or hangs.

A shard of documents is one task for a worker. Where a worker crashes, runs out of memory or overruns its time, the
shard's documents are tried again one at a time in a process of their own, so that only the document at fault is lost to
quarantine. What the stages do belongs to :mod:`flows.pipeline`; what becomes of the results, to :mod:`flows.batching`.
"""

from __future__ import annotations

import copy
import functools
import resource
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self, cast

import psutil
import pyarrow as pa

from flows.pipeline import STEPS, STEPS_AGAIN, End, Processed, Step
from flows.processes import ProcessPool, ShardLost, TookTooLong, WorkerDied, kill_fork_server, start_fork_server
from flows.tools import ToolParts, Tools, build_tools
from transforms.junk.templates import Templates
from transforms.records import (
    Article,
    Disclosure,
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
    disclosures: pa.Table
    rejections: tuple[Rejection, ...]


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


class Workers:
    """Worker processes that start with the first shard.

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
        self._pools: dict[bool, ProcessPool] = {}
        """The pool of those that take shards, and of the one that takes a document alone, by whether it is that."""
        self._meanwhile = meanwhile and threading.Thread(target=meanwhile, daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        for pool in self._pools.values():
            pool.stop()
        if error:
            kill_fork_server()
        for pool in self._pools.values():
            pool.join()
        self._pools.clear()
        if self._meanwhile and self._meanwhile.ident and error is None:
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
        return self._pool(alone=False).submit(self._work, documents, seconds)

    def result(self, future: Future[ShardResult], documents: Sequence[Document]) -> ShardResult:
        """Wait for a shard; where its worker was lost, find the document at fault and keep the others' results.

        Raises:
            WorkersLost: no worker process can start on this machine.
        """
        try:
            return future.result()
        except (ShardLost, MemoryError):
            return merge([self._alone(document) for document in documents])

    def _alone(self, document: Document) -> ShardResult:
        seconds = self._limits.document_seconds
        try:
            return self._pool(alone=True).submit(self._work, [document], seconds).result()
        except TookTooLong as error:
            detail = f"took longer than {seconds:g} s; raise document_seconds to give it more"
            return _lost(document, error.stage, "timed out", detail)
        except WorkerDied as error:
            return _lost(document, error.stage, "crashed", f"its worker process died with exit code {error.exit_code}")
        except MemoryError:
            return _lost(document, None, "out of memory", _OUT_OF_MEMORY)

    def _pool(self, *, alone: bool) -> ProcessPool:
        if alone not in self._pools:
            start_fork_server("flows.preload")  # it loads its modules while this process checks the rules
            prepare = functools.partial(_start_worker, self.parts.checked(), self._limits.megabytes)
            if self._meanwhile and not self._meanwhile.ident:
                self._meanwhile.start()
            self._pools[alone] = ProcessPool(1 if alone else self._limits.workers, prepare, tells_stages=alone)
        return self._pools[alone]


def _lost(document: Document, stage: str | None, reason: str, detail: str) -> ShardResult:
    return make_result([], [Rejection(document.doc_id, cast(Stage, stage or "extract"), reason, detail)])


@dataclass(frozen=True, slots=True)
class _SentHere:
    """A shard with a worker process of this machine."""

    workers: Workers
    documents: Sequence[RawDocument]
    future: Future[ShardResult]

    def fetch(self) -> tuple[Sequence[RawDocument], ShardResult]:
        return self.documents, self.workers.result(self.future, self.documents)


_tools: Tools | None = None
_tell_stage: Callable[[str], None] | None = None
"""Of a worker that takes documents alone: tells the parent of each stage before it begins."""


def _start_worker(parts: ToolParts, megabytes: int, tell_stage: Callable[[str], None] | None) -> None:
    """Build the tools once in a new worker process and bound its memory."""
    global _tools, _tell_stage
    _tools, _tell_stage = build_tools(parts), tell_stage
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
        if _tell_stage is not None:
            _tell_stage(step.stage)
        try:
            made = step.take(self.document, self.made, tools)
            self.made, self.end = (None, made) if isinstance(made, End) else (made, None)
        except MemoryError:
            if _tell_stage is None:  # among others, which may have taken the memory: each is tried again alone
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
        disclosures=to_table([fact for one in processed for fact in one.disclosures], Disclosure),
        rejections=tuple(rejections),
    )


def merge(results: Sequence[ShardResult]) -> ShardResult:
    """Several results as one, in their order; there is at least one."""
    return ShardResult(
        articles=pa.concat_tables([result.articles for result in results]),
        cuts=pa.concat_tables([result.cuts for result in results]),
        provenance=pa.concat_tables([result.provenance for result in results]),
        line_keys=pa.concat_tables([result.line_keys for result in results]),
        disclosures=pa.concat_tables([result.disclosures for result in results]),
        rejections=tuple(rejection for result in results for rejection in result.rejections),
    )
