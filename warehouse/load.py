"""Settle one batch in one transaction: what is new goes into its tables, and the ledger balances or nothing is kept.

Which documents are fit, or duplicates, was decided before; only what the tables alone can tell is decided here: whether
a document is settled already, and which version of an article is current.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.records import (
    BatchFacts,
    ContractResult,
    Duplicate,
    Ledger,
    Outcome,
    RawDocument,
    Rejection,
    to_table,
)
from warehouse.connection import Connection, parameters_of
from warehouse.errors import UnbalancedLedger, WarehouseError
from warehouse.named import statement
from warehouse.quarantine import quarantine_table
from warehouse.rows import valid_text


@dataclass(frozen=True)
class BatchLoad:
    """Everything that came of one batch of documents."""

    run_id: str
    batch_number: int
    read: int
    """Documents read, the ``unchanged`` ones too."""
    unchanged: int
    """Documents left out because :meth:`warehouse.Warehouse.settled` named them."""
    articles: pa.Table
    """Rows of ``Article``. Of two rows of one article the later one becomes current."""
    cuts: pa.Table
    """Rows of ``StrippedLine``; those of documents that are not loaded are left out."""
    provenance: pa.Table
    """Rows of ``Provenance``; those of documents that are not loaded are left out."""
    line_keys: pa.Table
    """Rows of ``LineKeys``; those of documents that are not loaded are left out."""
    disclosures: pa.Table
    """Rows of ``Disclosure``; those of documents that are not loaded are left out."""
    quarantined: Sequence[tuple[RawDocument, Rejection]]
    duplicates: Sequence[Duplicate]
    """Copies of other documents, and documents that came twice in the run: those have ``kept_doc_id`` = ``doc_id``."""
    facts: BatchFacts
    results: Sequence[ContractResult]
    held: frozenset[str] = frozenset()
    """Ids of documents of ``quarantined`` that are held because what they came with broke the batch contract."""
    retried: bool = False
    """Whether these documents come out of quarantine, and their new outcome takes the place of the old one."""


def load_batch(connection: Connection, batch: BatchLoad, loaded_at: dt.datetime) -> Ledger:
    """Settle a batch; the same batch of the same run again changes nothing and gives its ledger again.

    A document that is settled already counts as unchanged, and so does one that comes twice in the batch, unless the
    batch names it as its own duplicate.

    Args:
        connection: open for writing, in no transaction.
        batch: what came of the documents.
        loaded_at: the time to write down, UTC.

    Raises:
        UnbalancedLedger: the batch accounts for more or fewer documents than were read; nothing was kept.
        WarehouseError: the run is not running; or disk, memory or file failed, and nothing was kept.
    """
    names = {"run_id": batch.run_id, "batch_number": batch.batch_number}
    # The tables outside the transaction: after an error they cannot be let go before it is rolled back.
    with connection.incoming(**_tables(batch)), connection.transaction():
        recorded = connection.rows(statement("batch_ledger"), names)
        if recorded:
            return Ledger(*recorded[0])
        _require_running(connection, batch.run_id)
        ledger = _settle(connection, batch, {**names, "loaded_at": loaded_at})
        _record(connection, batch, ledger, {**names, "loaded_at": loaded_at})
    return ledger


def _tables(batch: BatchLoad) -> dict[str, pa.Table]:
    """What comes in, as Arrow tables; ``position`` numbers the batch's documents through, whatever their end."""
    quarantined = quarantine_table(batch.quarantined)
    held = pa.array([doc_id in batch.held for doc_id in quarantined["doc_id"].to_pylist()], pa.bool_())
    quarantined = quarantined.append_column("held", held)
    duplicates = to_table([_storable(copy) for copy in batch.duplicates], Duplicate)
    sizes = itertools.accumulate([0, batch.articles.num_rows, quarantined.num_rows])
    articles, quarantined, duplicates = (
        table.append_column("position", pa.array(range(first, first + table.num_rows), pa.int64()))
        for first, table in zip(sizes, (batch.articles, quarantined, duplicates), strict=True)
    )
    copies = duplicates.filter(pc.not_equal(duplicates["doc_id"], duplicates["kept_doc_id"]))
    ends: dict[Outcome, pa.Table] = {"loaded": articles, "quarantined": quarantined, "duplicate": copies}
    return {
        "incoming_documents": pa.concat_tables([_documents(table, outcome) for outcome, table in ends.items()]),
        "incoming_articles": articles,
        "incoming_quarantined": quarantined,
        "incoming_duplicates": duplicates,
        "incoming_cuts": batch.cuts,
        "incoming_provenance": batch.provenance,
        "incoming_line_keys": batch.line_keys,
        "incoming_disclosures": batch.disclosures,
        "incoming_results": to_table(batch.results, ContractResult),
    }


def _documents(table: pa.Table, outcome: Outcome) -> pa.Table:
    outcomes = pa.array([outcome] * table.num_rows, pa.string())
    return table.select(["doc_id", "position"]).append_column("outcome", outcomes)


def _storable(copy: Duplicate) -> Duplicate:
    """A document that came twice brings its title and origin as the input wrote them, valid Unicode or not."""
    return dataclasses.replace(
        copy, origin=valid_text(copy.origin), title=valid_text(copy.title), url=valid_text(copy.url)
    )


def _require_running(connection: Connection, run_id: str) -> None:
    states = connection.rows("SELECT state FROM runs WHERE run_id = $run_id", {"run_id": run_id})
    if states != [("running",)]:
        state = states[0][0] if states else "not begun"
        raise WarehouseError(f"{connection.path}: run {run_id!r} is {state}; only a running run loads batches.")


def _settle(connection: Connection, batch: BatchLoad, names: dict[str, Any]) -> Ledger:
    """Write every new document to the table of its end; the ledger counts the rows that were really written."""

    def write(table: str, **more: Any) -> int:
        sql = statement(f"load/{table}")
        known = names | more
        return connection.execute(sql, {name: known[name] for name in parameters_of(sql)})

    fresh = write("fresh_documents", retried=batch.retried)
    write("versions")
    write("superseded")
    write("give_way")
    loaded = write("passed_over") + write("articles")
    write("cuts")
    write("provenance")
    write("line_keys")
    write("disclosures")
    write("cleanings")
    duplicates = write("duplicates")
    if batch.retried:
        write("release")
        write("reopen")
    quarantined = write("quarantine")
    settled = write("documents")
    repeated = sum(copy.doc_id == copy.kept_doc_id for copy in batch.duplicates)
    offered = batch.articles.num_rows + len(batch.quarantined) + len(batch.duplicates) - repeated
    ledger = Ledger(batch.read, loaded, quarantined, duplicates, batch.unchanged + offered - fresh)
    if not ledger.balanced or not fresh == settled == loaded + quarantined + duplicates - repeated:
        raise UnbalancedLedger(
            f"{connection.path}: batch {batch.batch_number} of run {batch.run_id!r} was not loaded, for it does not "
            f"balance: {ledger}; {settled} documents settled. This is a defect; please report it."
        )
    return ledger


def _record(connection: Connection, batch: BatchLoad, ledger: Ledger, names: dict[str, Any]) -> None:
    state = "held" if batch.held else "loaded"
    counts = {**dataclasses.asdict(ledger), **dataclasses.asdict(batch.facts)}
    connection.execute(statement("load/batch"), {**names, "state": state, **counts})
    connection.execute(statement("load/contract_results"), names)
