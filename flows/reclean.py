"""Stored articles cleaned anew: by today's rules (``copydesk reclean``), or by templates just learned (a second look).

Nothing is read from the input again: text and cuts of an article give back the text as it was extracted. What is junk
belongs to transforms, what is fit to the expectations, how it is stored to the warehouse package.

An article that would be sent back today, because nothing of it is left or it breaks its contract, stays as it was and
is counted and named: a change of rules takes no article away from its readers.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

import pyarrow as pa

from expectations import Contract, validate_articles
from flows.settings import Settings
from flows.settle import only
from flows.tools import ToolParts, read_contract, read_tool_parts
from flows.workers import CleanShard, ShardResult, WorkerLimits, Workers, make_result, merge
from transforms.junk.templates import Template, Templates, is_template, keys_of, line_key
from transforms.records import LineKeys, Rejection, StoredDocument, StrippedLine, to_table
from transforms.strip import restore
from warehouse import (
    CleanedBatch,
    PublishedWarehouse,
    RecleanSummary,
    RecurringLine,
    RuleChange,
    Warehouse,
    WarehouseOptions,
)

CHUNK_DOCUMENTS = 1000
"""Articles that are read together and written in one transaction; two chunks are in memory at a time."""

SHARD_DOCUMENTS = 100

T = TypeVar("T")

EXAMPLE_CHARACTERS = 500
"""What is shown of a long line."""

OnReclean = Callable[[int, int], None]
"""Told how many articles were looked at, of how many."""


@dataclass(frozen=True, slots=True)
class Cleaner:
    """What cleaning anew needs beside the articles."""

    parts: ToolParts
    contract: Contract
    limits: WorkerLimits

    @classmethod
    def from_settings(cls, settings: Settings) -> Cleaner:
        """The rules and the contract of today.

        Raises:
            SettingsError, RuleError, ThresholdError: one of them is wrong.
        """
        limits = WorkerLimits(settings.workers, settings.document_seconds, settings.worker_megabytes)
        return cls(read_tool_parts(settings), read_contract(settings), limits)

    def workers(self) -> Workers:
        """Processes to clean in, which start when they are needed."""
        return Workers(self.parts, self.limits)


@dataclass(frozen=True, slots=True)
class RecleanResult:
    """A finished re-cleaning and what it changed by rule, the most lines first."""

    summary: RecleanSummary
    changes: tuple[RuleChange, ...]
    templates_learned: int = 0


def reclean(
    settings: Settings,
    *,
    domain: str | None = None,
    everything: bool = False,
    dry_run: bool = False,
    on_progress: OnReclean = lambda done, total: None,
) -> RecleanResult:
    """Clean the articles anew that were cleaned with other rules or templates than today's.

    Safe to repeat and to kill: each transaction notes which articles it has done.

    Args:
        domain: only this source's.
        everything: those that were cleaned with today's rules and templates too.
        dry_run: tell what would change, from the published copy, and change nothing; learns no templates either.

    Raises:
        SettingsError, RuleError, ThresholdError: before anything is looked at.
        WarehouseError: the database cannot be used; what was written before stays.
    """
    cleaner = Cleaner.from_settings(settings)
    options = WarehouseOptions(memory_megabytes=settings.database_megabytes, threads=settings.workers)
    summary = _new_summary("reclean", domain, cleaner.parts.cleaning_version)
    if dry_run:
        with Warehouse.open_published(settings.published, options) as published:
            return _rehearse(cleaner, published, summary, everything, on_progress)
    with (
        Warehouse.open(settings.warehouse, options, publishes_to=settings.published) as warehouse,
        cleaner.workers() as workers,
    ):
        learned = learn_templates(warehouse, second_look=False)
        warehouse.begin_reclean(summary)
        warehouse.pass_by(summary.rules_version, second_look=False)
        doc_ids = warehouse.stale(summary.rules_version, domain=domain, everything=everything)
        _clean_stored(cleaner, workers, warehouse, summary, doc_ids, on_progress)
        if more := learn_templates(warehouse, second_look=False):  # of articles whose lines were not counted before
            doc_ids = warehouse.stale(summary.rules_version, domain=domain)
            _clean_stored(cleaner, workers, warehouse, summary, doc_ids, on_progress)
        result = _finish(warehouse, summary, learned + more)
        if domain is None:
            warehouse.end_second_look()
        warehouse.publish(settings.published)
    return result


def look_again(cleaner: Cleaner, workers: Workers, warehouse: Warehouse, run_id: str) -> RecleanResult | None:
    """Learn templates from what a run has loaded, and clean its articles anew that have such a line.

    So are the articles of runs that were stopped before the end of this: whatever was done of it is not done again, and
    what was not is done now. Safe to repeat.

    Args:
        workers: the run's own, which are warm.

    Returns:
        None where no template was found and no article has one.
    """
    learned = learn_templates(warehouse, second_look=True)
    summary = _new_summary(run_id, None, cleaner.parts.cleaning_version)
    warehouse.pass_by(summary.rules_version, second_look=True)
    doc_ids = warehouse.stale(summary.rules_version, second_look=True)
    result = None
    if learned or doc_ids:
        warehouse.begin_reclean(summary)
        _clean_stored(cleaner, workers, warehouse, summary, doc_ids, lambda done, total: None)
        result = _finish(warehouse, summary, learned)
    warehouse.end_second_look()
    return result


def learn_templates(warehouse: Warehouse, *, second_look: bool) -> int:
    """Make templates of the lines that recur over a source's articles; returns how many are new.

    Args:
        second_look: only of lines of articles that await one, such as those of the run that goes on.
    """
    lines = warehouse.recurring_lines(second_look)
    found: list[Template] = []
    for chunk in _chunks(lines, CHUNK_DOCUMENTS):
        doc_ids = sorted({line.doc_id for line in chunk})
        texts = {stored.doc_id: _extracted(stored) for stored in warehouse.stored_documents(doc_ids)}
        by_key = {doc_id: {line_key(line): line for line in text.split("\n")} for doc_id, text in texts.items()}
        found += [template for line in chunk if (template := _template(line, by_key[line.doc_id][line.key].strip()))]
    if found:
        warehouse.add_templates(found, _now())
    return len(found)


def _template(line: RecurringLine, text: str) -> Template | None:
    if not is_template(text, line.documents):
        return None
    return Template(line.domain, line.key, line.documents, text[:EXAMPLE_CHARACTERS])


def _clean_stored(
    cleaner: Cleaner,
    workers: Workers,
    warehouse: Warehouse,
    summary: RecleanSummary,
    doc_ids: Sequence[str],
    on_progress: OnReclean,
) -> None:
    done = 0
    for batch in _cleaned(cleaner, workers, warehouse, doc_ids):
        warehouse.load_cleaned(summary, batch, _now())
        done += len(batch.looked_at)
        on_progress(done, len(doc_ids))


def _finish(warehouse: Warehouse, summary: RecleanSummary, learned: int) -> RecleanResult:
    finished = warehouse.finish_reclean(summary.reclean_id, _now())
    return RecleanResult(finished, tuple(warehouse.reclean_changes(summary.reclean_id)), learned)


def _rehearse(
    cleaner: Cleaner,
    warehouse: PublishedWarehouse,
    summary: RecleanSummary,
    everything: bool,
    on_progress: OnReclean,
) -> RecleanResult:
    """Count what would change; the documents stay as they are."""
    doc_ids = warehouse.stale(summary.rules_version, domain=summary.domain, everything=everything)
    changes = _Changes()
    with cleaner.workers() as workers:
        for batch in _cleaned(cleaner, workers, warehouse, doc_ids):
            summary = replace(
                summary,
                looked_at=summary.looked_at + len(batch.looked_at),
                changed=summary.changed + batch.articles.num_rows,
                unchanged=summary.unchanged + batch.unchanged,
                refused=summary.refused + len(batch.refused),
                lines_cut=summary.lines_cut + batch.lines_cut,
                lines_kept=summary.lines_kept + batch.lines_kept,
            )
            changes.add(batch.changes)
            on_progress(summary.looked_at, len(doc_ids))
    return RecleanResult(replace(summary, state="finished", finished_at=_now()), changes.ranked())


@dataclass(frozen=True, slots=True)
class _Shard:
    """Stored articles on their way through a worker."""

    documents: list[StoredDocument]
    workers: Workers
    future: Future[ShardResult]

    @classmethod
    def send(cls, documents: list[StoredDocument], workers: Workers, templates: Templates) -> Self:
        """With the templates of the documents' sources, however many there are of others."""
        workers = workers.doing(CleanShard(templates.of_sources(stored.article.domain for stored in documents)))
        return cls(documents, workers, workers.submit(documents))

    def result(self) -> ShardResult:
        return self.workers.result(self.future, self.documents)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Stored articles that are read and judged together."""

    documents: list[StoredDocument]
    shards: list[_Shard]


def _cleaned(
    cleaner: Cleaner, workers: Workers, warehouse: Warehouse | PublishedWarehouse, doc_ids: Sequence[str]
) -> Iterator[CleanedBatch]:
    """What becomes of stored articles, chunk by chunk; the workers are one chunk ahead of what is yielded."""
    templates = Templates(warehouse.templates())
    ahead: deque[_Chunk] = deque()
    for ids in _chunks(doc_ids, CHUNK_DOCUMENTS):
        documents = warehouse.stored_documents(ids)
        shards = [_Shard.send(shard, workers, templates) for shard in _chunks(documents, SHARD_DOCUMENTS)]
        ahead.append(_Chunk(documents, shards))
        if len(ahead) > 1:
            yield _judge(cleaner, ahead.popleft())
    while ahead:
        yield _judge(cleaner, ahead.popleft())


def _judge(cleaner: Cleaner, chunk: _Chunk) -> CleanedBatch:
    """Hold the changed articles against the contract, and tell what changed."""
    results = [shard.result() for shard in chunk.shards]
    result = merge(results) if results else make_result([], [])
    rejections = list(result.rejections)
    if result.articles.num_rows:  # else the contract, and the seconds that it takes to import, are not needed
        rejections += validate_articles(result.articles, cleaner.contract, today=_now().date()).rejections
    refused = {rejection.doc_id for rejection in rejections}
    changed = set(result.articles["doc_id"].to_pylist()) - refused
    cuts = only(result.cuts, changed)
    changes = _Changes()
    changes.add(_refusals(rejections))
    lines_cut, lines_kept = changes.compare(
        [cut for stored in chunk.documents if stored.doc_id in changed for cut in stored.cuts],
        [StrippedLine(**row) for row in cuts.to_pylist()],
    )
    return CleanedBatch(
        looked_at=tuple(stored.doc_id for stored in chunk.documents),
        articles=only(result.articles, changed),
        cuts=cuts,
        provenance=only(result.provenance, changed),
        line_keys=pa.concat_tables([only(result.line_keys, changed), _keys_of_others(chunk.documents, changed)]),
        refused=tuple(sorted(refused)),
        lines_cut=lines_cut,
        lines_kept=lines_kept,
        changes=changes.ranked(),
    )


def _keys_of_others(documents: Iterable[StoredDocument], changed: Set[str]) -> pa.Table:
    """The line keys of documents that stay as they are and were stored before lines were counted."""
    uncounted = (stored for stored in documents if not stored.has_keys and stored.doc_id not in changed)
    return to_table([keys_of(stored.doc_id, _extracted(stored), stored.cuts) for stored in uncounted], LineKeys)


def _refusals(rejections: Iterable[Rejection]) -> Iterator[RuleChange]:
    """One for each document, whatever number of expectations it breaks."""
    for doc_id, rejection in {rejection.doc_id: rejection for rejection in rejections}.items():
        yield RuleChange(rejection.reason, "refused", 1, doc_id, rejection.detail)


@dataclass(slots=True)
class _Changes:
    """Changes by rule, the first example of each kept."""

    found: dict[tuple[str, str], RuleChange] = field(default_factory=dict)

    def add(self, changes: Iterable[RuleChange]) -> int:
        """Take changes in; returns how many there were."""
        count = 0
        for change in changes:
            count += 1
            key = (change.rule_id, change.change)
            known = self.found.get(key)
            self.found[key] = replace(known, lines=known.lines + change.lines) if known else change
        return count

    def compare(self, before: Iterable[StrippedLine], after: Iterable[StrippedLine]) -> tuple[int, int]:
        """Take in which cuts are new and which were put back; returns how many of each."""
        old, new = _by_place(before), _by_place(after)
        cut = (RuleChange(new[p].rule_id, "cut", 1, p[0], p[2][:EXAMPLE_CHARACTERS]) for p in new.keys() - old.keys())
        back = (
            RuleChange(old[p].rule_id, "put back", 1, p[0], p[2][:EXAMPLE_CHARACTERS]) for p in old.keys() - new.keys()
        )
        return self.add(_in_order(cut)), self.add(_in_order(back))

    def ranked(self) -> tuple[RuleChange, ...]:
        return tuple(sorted(self.found.values(), key=lambda one: (-one.lines, one.rule_id, one.change)))


def _by_place(cuts: Iterable[StrippedLine]) -> Mapping[tuple[str, int, str], StrippedLine]:
    """Cuts by document, line and text: a cut that only another rule makes now is the same one."""
    return {(cut.doc_id, cut.line_number, cut.text.strip()): cut for cut in cuts}


def _in_order(changes: Iterable[RuleChange]) -> list[RuleChange]:
    return sorted(changes, key=lambda change: (change.doc_id, change.example))


def _extracted(stored: StoredDocument) -> str:
    return restore(stored.article.text, stored.cuts)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _new_summary(cause: str, domain: str | None, rules_version: str) -> RecleanSummary:
    now = _now()
    reclean_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    return RecleanSummary(reclean_id, now, None, "running", cause, domain, rules_version, 0, 0, 0, 0, 0, 0)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
