"""The warehouse that runs write to: one writer at a time, every change in a transaction, published by replacement.

What a batch's documents are worth was decided before; SQL stands in ``queries`` and ``migrations``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, Self

from transforms.junk.templates import Template
from transforms.records import Ledger, RunSummary
from warehouse import cleaning, disclosures, load
from warehouse.cleaning import CleanedBatch, RecleanSummary, RecurringLine
from warehouse.connection import Connection, WarehouseOptions
from warehouse.disclosures import SourceDisclosure
from warehouse.errors import ForeignCopy, NotAWarehouse, WarehouseBusy, WarehouseError, disk_error
from warehouse.files import replace_with_copy, sync_folder, unfinished_beside
from warehouse.load import BatchLoad
from warehouse.migrate import identity, migrate
from warehouse.named import statement
from warehouse.reader import PublishedWarehouse, Reader
from warehouse.rows import valid_text

EndState = Literal["finished", "failed", "interrupted"]


class Warehouse(Reader):
    """The database that runs write to, open for this process alone."""

    @classmethod
    def open(cls, path: Path, options: WarehouseOptions | None = None, *, publishes_to: Path | None = None) -> Self:
        """Open the database, made where it is not there, and bring its schema up to date.

        Args:
            publishes_to: where :meth:`publish` will put the copy; looked at now, before work is done for nothing.

        Raises:
            WarehouseBusy: somebody else has it open.
            NotAWarehouse: the file is something else.
            ForeignCopy: ``publishes_to`` is something else than a published copy of this warehouse.
            SchemaMismatch: a newer Copydesk made it.
            WarehouseError: it cannot be opened or made.
        """
        options = options or WarehouseOptions()
        try:
            if not path.exists():
                if publishes_to is not None:
                    _require_replaceable(publishes_to, path, None)
                _make(path, options)
        except OSError as error:
            raise disk_error(path, error) from error
        with ExitStack() as opening:
            connection = opening.enter_context(Connection(path, options, read_only=False))
            if publishes_to is not None:
                _require_replaceable(publishes_to, path, identity(connection))
            migrate(connection)
            return cls(connection, opening.pop_all())

    @staticmethod
    def check_places(path: Path, published: Path) -> None:
        """Make sure that a warehouse can be at one place and its published copy at the other, before long work.

        Raises:
            NotAWarehouse: what is at ``path`` is no warehouse.
            ForeignCopy: what is at ``published`` is no published copy of it.
            WarehouseError: one of them cannot be read.
        """
        made_at = None
        if path.exists():
            try:
                with Connection(path, WarehouseOptions(), read_only=True) as connection:
                    made_at = identity(connection)
            except WarehouseBusy:  # whoever has it open has found it to be one
                return
        _require_replaceable(published, path, made_at)

    @staticmethod
    def open_published(path: Path, options: WarehouseOptions | None = None) -> PublishedWarehouse:
        """Open a published copy for reading; see :meth:`PublishedWarehouse.open`."""
        return PublishedWarehouse.open(path, options)

    def begin_run(self, run_id: str, inputs: Sequence[str], rules_version: str, started_at: dt.datetime) -> None:
        """Record that a run begins; runs that were never ended are marked as interrupted.

        There is one writer at a time, so a run that is still running now was killed.

        Raises:
            WarehouseError: the id was given before.
        """
        if self.run_summary(run_id):
            raise WarehouseError(f"{self.path}: there is a run {run_id!r} already; every run needs an id of its own.")
        with self._connection.transaction():
            self._close_runs(run_id, False, "interrupted", f"found unfinished by run {run_id}", 0, None)
            self._connection.execute(statement("cleaning/interrupted"))
            names = {"run_id": run_id, "rules_version": rules_version, "started_at": started_at}
            self._connection.execute(statement("begin_run"), {**names, "inputs": [valid_text(name) for name in inputs]})

    def load_batch(self, batch: BatchLoad, loaded_at: dt.datetime) -> Ledger:
        """Settle a batch in one transaction; see :func:`warehouse.load.load_batch`."""
        return load.load_batch(self._connection, batch, loaded_at)

    def broken_runs(self, inputs: Sequence[str]) -> set[str]:
        """The runs that ended early and that a run over these inputs takes up again."""
        names = {"inputs": [valid_text(name) for name in inputs]}
        return {run_id for (run_id,) in self._connection.rows(statement("broken_runs"), names)}

    def read_before(self, doc_ids: Iterable[str]) -> set[str]:
        """Those of the documents that this was asked about before, since the warehouse was opened.

        They are remembered in a temporary table, for there may be more of them than there is memory for.
        """
        wanted = {"wanted": list(doc_ids)}
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS read_before (doc_id VARCHAR NOT NULL)")
        found = {doc_id for (doc_id,) in self._connection.rows(statement("read_before"), wanted)}
        self._connection.execute("INSERT INTO read_before SELECT unnest($wanted::VARCHAR[])", wanted)
        return found

    def recorded_repeats(self, doc_ids: Iterable[str]) -> set[tuple[str, str, int | None]]:
        """Where those of the documents were read that had come before in the same run: document, origin, row of it."""
        return {tuple(row) for row in self._connection.rows(statement("recorded_repeats"), {"wanted": list(doc_ids)})}

    def add_disclosures(self, rows: Sequence[SourceDisclosure]) -> None:
        """Add what the files of a site disclose; see :func:`warehouse.disclosures.add_disclosures`."""
        disclosures.add_disclosures(self._connection, rows)

    def finish_run(
        self, run_id: str, state: EndState, message: str | None, bytes_read: int, finished_at: dt.datetime
    ) -> RunSummary:
        """Record how a run ended, with the counts of its batches.

        Raises:
            WarehouseError: there is no such run, or it has ended before.
        """
        with self._connection.transaction():
            if not self._close_runs(run_id, True, state, message, bytes_read, finished_at):
                raise WarehouseError(f"{self.path}: run {run_id!r} is not running; it cannot end.")
        summary = self.run_summary(run_id)
        assert summary is not None
        return summary

    def decide(self, run_id: str, reason: str, decided_at: dt.datetime) -> None:
        """Record a person's decision that nothing of this run waits any longer; a later reason replaces an earlier."""
        names = {"run_id": run_id, "reason": valid_text(reason), "decided_at": decided_at}
        self._connection.execute(statement("decide"), names)

    def dismiss(self, doc_ids: Sequence[str], reason: str, decided_at: dt.datetime) -> None:
        """Record a person's decision that these documents in quarantine need nobody any longer; they stay there."""
        names = {"doc_ids": list(doc_ids), "reason": valid_text(reason), "decided_at": decided_at}
        self._connection.execute(statement("dismiss"), names)

    def recurring_lines(self, second_look: bool) -> Iterator[RecurringLine]:
        """Lines that several articles of one source have and that are no templates yet, by source.

        ``second_look``: only lines of an article that awaits one.
        """
        return cleaning.recurring_lines(self._connection, second_look)

    def add_templates(self, templates: Sequence[Template], learned_at: dt.datetime) -> None:
        """Write new templates, all with the same new version; those that are there already are refused."""
        cleaning.add_templates(self._connection, templates, learned_at)

    def pass_by(self, rules_version: str, *, second_look: bool) -> None:
        """Note that articles are clean where new templates cannot have changed them.

        ``second_look``: only those that await one.
        """
        cleaning.pass_by(self._connection, rules_version, second_look)

    def end_second_look(self) -> None:
        """Note that no document awaits a second look any more: every one with a new template has been cleaned."""
        cleaning.end_second_look(self._connection)

    def begin_reclean(self, summary: RecleanSummary) -> None:
        """Record that a re-cleaning begins; those that were never ended are marked as interrupted."""
        cleaning.begin(self._connection, summary)

    def load_cleaned(self, summary: RecleanSummary, batch: CleanedBatch, now: dt.datetime) -> None:
        """Put what changed in the place of what was, in one transaction; see :func:`warehouse.cleaning.write`."""
        cleaning.write(self._connection, summary.reclean_id, summary.rules_version, batch, now)

    def finish_reclean(self, reclean_id: str, finished_at: dt.datetime) -> RecleanSummary:
        """Record that a re-cleaning is done."""
        cleaning.finish(self._connection, reclean_id, finished_at)
        return self.recleans(1, reclean_id)[0]

    def publish(self, target: Path) -> None:
        """Put a read-only copy of everything loaded at ``target``, in one step.

        Readers of the copy before keep it undisturbed; whoever opens ``target`` from now on gets this one.

        Raises:
            WarehouseFull: the disk is full; the copy before is still in its place.
            ForeignCopy: there is something else than a published copy of this warehouse; it is still there.
            WarehouseError: the copy cannot be made for another reason, or would replace the warehouse itself.
        """
        try:
            _require_replaceable(target, self.path, identity(self._connection))
            self._connection.checkpoint()
            replace_with_copy(self._connection.hold_file(), target)
        except OSError as error:
            raise disk_error(target, error) from error

    def _close_runs(
        self,
        run_id: str,
        this_one: bool,
        state: EndState,
        message: str | None,
        bytes_read: int,
        finished_at: dt.datetime | None,
    ) -> int:
        """End the run, or every other one that is running; returns how many."""
        parameters = {
            "run_id": run_id,
            "this_one": this_one,
            "state": state,
            "message": valid_text(message),
            "bytes_read": bytes_read,
            "finished_at": finished_at,
        }
        return self._connection.execute(statement("close_runs"), parameters)


def _require_replaceable(target: Path, warehouse: Path, made_at: dt.datetime | None) -> None:
    """Let nothing be replaced but a published copy of the warehouse that was made at a certain moment."""
    if not target.exists():
        return
    if warehouse.exists() and target.samefile(warehouse):
        raise ForeignCopy(f"{target}: the published database cannot be the one that runs write to.")
    try:
        with Connection(target, WarehouseOptions(), read_only=True) as connection:
            found = identity(connection)
    except NotAWarehouse as error:
        raise ForeignCopy(
            f"{target}: this is no published database, so it is not replaced. Publish to another file (published, "
            "--published), or move this one away."
        ) from error
    if found is None or found != made_at:
        raise ForeignCopy(
            f"{target}: this is the published copy of another warehouse than {warehouse}, so it is not replaced. "
            "Publish to another file (published, --published), or move this one away."
        )


def _make(path: Path, options: WarehouseOptions) -> None:
    """Make an empty warehouse elsewhere and link it into place.

    So a process that is killed here leaves no half-made database, and of two that begin at once one wins.
    """
    with unfinished_beside(path, "making") as unfinished:
        with Connection(unfinished, options, read_only=False) as connection:
            migrate(connection)
        try:
            path.hardlink_to(unfinished)
        except FileExistsError:
            return
    sync_folder(path.parent)
