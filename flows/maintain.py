"""Maintenance: prune what is too old, compact the file, verify the books and a sample, publish.

Nothing goes without a row in table ``prunings``, and nothing at all in a dry run. How each is done in the database
belongs to :mod:`warehouse.maintenance`, when it is done to the deployment ``maintain``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.fetching.state import is_fetched_file, unread_names
from flows.run import new_run_id
from flows.settings import Settings
from transforms.fingerprint import text_digest
from transforms.text.normalise import normalise_text
from warehouse import SchemaMismatch, Warehouse, WarehouseError, WarehouseOptions
from warehouse.maintenance import Maintenance, Pruning, Space, Stored, Verification, compact

COMPACT_FREE_SHARE = 0.1
"""Share of the file that must be empty before it is written anew: a tenth of a gigabyte is not worth a gigabyte of
writing, and what is free is filled by the next runs anyway."""

SAMPLED = 2000
"""Texts and raw documents that are looked at each time: half a second. Another sample each time, and a fault in one row
of a thousand is found with a probability of 86%."""

_STORED: tuple[tuple[Stored, str], ...] = (
    ("raw documents", "keep_quarantine_days"),
    ("revisions", "keep_revision_days"),
    ("scores", "keep_score_days"),
)


@dataclass(frozen=True, slots=True)
class MaintainResult:
    """What a maintenance did, or in a dry run would do."""

    maintenance_id: str
    dry_run: bool
    prunings: tuple[Pruning, ...]
    """One for each sort of which something was too old."""
    verifications: tuple[Verification, ...]
    before: Space
    after: Space
    compacted: bool

    @property
    def problems(self) -> int:
        """What the verifications found wrong."""
        return sum(verification.problems for verification in self.verifications)


@dataclass(frozen=True, slots=True)
class MaintainJob:
    """One maintenance and what it is done with."""

    settings: Settings
    maintenance_id: str
    now: dt.datetime
    dry_run: bool

    @property
    def options(self) -> WarehouseOptions:
        """What the database may use."""
        return WarehouseOptions(memory_megabytes=self.settings.database_megabytes, threads=self.settings.workers)

    def open(self) -> Warehouse:
        """The warehouse, for writing."""
        return Warehouse.open(self.settings.warehouse, self.options, publishes_to=self.settings.published)

    def older_than(self, setting: str) -> dt.datetime | None:
        """What is older than this is too old; None where it is kept for ever."""
        days: int | None = getattr(self.settings, setting)
        return None if days is None else self.now - dt.timedelta(days=days)


def prune(job: MaintainJob) -> tuple[Space, tuple[Pruning, ...]]:
    """Take away what is too old; returns the file's space afterwards and what went."""
    with job.open() as warehouse:
        maintenance = Maintenance(warehouse)
        if not job.dry_run:
            maintenance.begin(job.maintenance_id, job.now)
        prunings = [*_prune_stored(job, maintenance), *_prune_files(job, maintenance)]
        return maintenance.space(), tuple(pruning for pruning in prunings if pruning.pruned)


def compact_file(job: MaintainJob) -> Space:
    """Write the database file anew without its holes."""
    return compact(job.settings.warehouse, job.options)


def verify(job: MaintainJob) -> tuple[Verification, ...]:
    """Look at the books, a sample and the published copy as people have it now; the answers are recorded."""
    with job.open() as warehouse:
        maintenance = Maintenance(warehouse)
        verifications = (
            *maintenance.checks(),
            _texts(maintenance, job.maintenance_id),
            maintenance.raw_documents(SAMPLED, job.maintenance_id),
            _published(warehouse, job.settings.published),
        )
        if not job.dry_run:
            maintenance.finish(job.maintenance_id, verifications, dt.datetime.now(dt.UTC))
    return verifications


def publish(job: MaintainJob) -> None:
    """Let people see it."""
    with job.open() as warehouse:
        warehouse.publish(job.settings.published)


@dataclass(frozen=True, slots=True)
class MaintainSteps:
    """The steps, each of which can be repeated, replaceable by the same steps as Prefect tasks."""

    prune: Callable[[MaintainJob], tuple[Space, tuple[Pruning, ...]]] = prune
    compact: Callable[[MaintainJob], Space] = compact_file
    verify: Callable[[MaintainJob], tuple[Verification, ...]] = verify
    publish: Callable[[MaintainJob], None] = publish


def maintain(settings: Settings, *, dry_run: bool = False, steps: MaintainSteps | None = None) -> MaintainResult:
    """Prune, compact, verify and publish the warehouse of these settings.

    Args:
        dry_run: change nothing, and say what would be pruned and what is wrong.

    Raises:
        WarehouseError: the database cannot be used; what was done before stays done and recorded.
        FetchError: WARC files are to be pruned, and which of them are unread cannot be told.
    """
    steps = steps or MaintainSteps()
    now = dt.datetime.now(dt.UTC)
    job = MaintainJob(settings, new_run_id(now), now, dry_run)
    before, prunings = steps.prune(job)
    worthwhile = not dry_run and before.free_share >= COMPACT_FREE_SHARE
    after = steps.compact(job) if worthwhile else before
    verifications = steps.verify(job)
    if not dry_run:
        steps.publish(job)
    return MaintainResult(job.maintenance_id, dry_run, prunings, verifications, before, after, worthwhile)


def _prune_stored(job: MaintainJob, maintenance: Maintenance) -> Iterator[Pruning]:
    for what, setting in _STORED:
        older_than = job.older_than(setting)
        if older_than is None:
            continue
        if job.dry_run:
            yield maintenance.old(what, setting, older_than)
        else:
            yield maintenance.prune(job.maintenance_id, what, setting, older_than)


def _reports(settings: Settings) -> list[Path]:
    """Reports of single runs; the one over time is replaced, not piled up."""
    from flows.report.write import RUNS

    return sorted((settings.reports / RUNS).glob("*.html"))


def _fetched(settings: Settings) -> list[Path]:
    """Files that fetches have made and a finished run has read.

    Files that fetches which were killed have left are among them: what was noted as fetched into one is unread.
    """
    unread = unread_names(settings.fetched)
    paths = sorted(settings.fetched.glob("*.warc.gz"))
    return [path for path in paths if is_fetched_file(path.name) and path.name not in unread]


_FILES: tuple[tuple[str, str, Callable[[Settings], list[Path]]], ...] = (
    ("reports", "keep_report_days", _reports),
    ("fetched files", "keep_fetched_days", _fetched),
)


def _prune_files(job: MaintainJob, maintenance: Maintenance) -> Iterator[Pruning]:
    for what, setting, find in _FILES:
        older_than = job.older_than(setting)
        if older_than is None:
            continue
        files = {path: path.stat() for path in find(job.settings) if path.is_file()}
        old = {path: stat for path, stat in files.items() if stat.st_mtime < older_than.timestamp()}
        size = sum(stat.st_size for stat in old.values())
        pruning = Pruning(what, setting, older_than, len(old), size, tuple(path.name for path in old)[:5])
        if old and not job.dry_run:
            maintenance.record(job.maintenance_id, pruning)
            for path in old:
                path.unlink(missing_ok=True)
        yield pruning


def _texts(maintenance: Maintenance, seed: str) -> Verification:
    """Whether texts have the digests that were made of them when they were loaded."""
    sample = maintenance.sample_texts(SAMPLED, seed)
    wrong = [doc_id for doc_id, text, digest in sample if text_digest(normalise_text(text)) != digest]
    example = f"the text of document {wrong[0]} is not the one that its digest was made of" if wrong else None
    return Verification("text digests", len(sample), len(wrong), example)


def _published(warehouse: Warehouse, path: Path) -> Verification:
    """Whether the published copy opens and tells of no run that the warehouse does not know; none yet is no problem."""
    if not path.exists():
        return Verification("published copy", 0, 0)
    try:
        with Warehouse.open_published(path) as published:
            told = published.runs()
    except SchemaMismatch as error:  # of before an upgrade; the copy that is made next is of today
        return Verification("published copy", 1, 0, str(error))
    except WarehouseError as error:
        return Verification("published copy", 1, 1, str(error))
    unknown = [run.run_id for run in told if warehouse.run_summary(run.run_id) is None]
    example = f"it tells of run {unknown[0]}, which the warehouse does not know" if unknown else None
    return Verification("published copy", len(told), len(unknown), example)
