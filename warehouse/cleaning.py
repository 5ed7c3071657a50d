"""Stored articles cleaned anew: which ones, as what they are handed out, and how what came of them is written.

What is cut belongs to the strip stage; when articles are cleaned anew, to flows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import pyarrow as pa

from transforms.junk.templates import FEW_DOCUMENTS, Template
from transforms.records import Article, Provenance, StoredDocument, StrippedLine, to_table
from warehouse.connection import Connection
from warehouse.errors import WarehouseError
from warehouse.named import statement
from warehouse.rows import from_table

LINES_AT_ONCE = 1_000_000
"""Lines that are counted together."""

Change = Literal["cut", "put back", "refused"]

Row = TypeVar("Row", StrippedLine, Provenance)


@dataclass(frozen=True, slots=True)
class RecurringLine:
    """A line that several articles of a source have and that is no template yet."""

    domain: str
    key: int
    documents: int
    doc_id: str
    """One of the documents."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What one rule cuts now and did not before, or had cut and does not now."""

    rule_id: str
    """The rule; for ``refused`` the reason."""
    change: Change
    lines: int
    """For ``refused``: documents."""
    doc_id: str
    """One of the documents."""
    example: str
    """The line in it."""


@dataclass(frozen=True, slots=True)
class RecleanSummary:
    """One re-cleaning; a row of table ``recleans``."""

    reclean_id: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    state: Literal["running", "finished", "interrupted"]
    cause: str
    """``reclean``, or the id of the run that looked at its documents again."""
    domain: str | None
    rules_version: str
    looked_at: int
    changed: int
    unchanged: int
    refused: int
    """Documents that today's rules or contract would send back; they stay as they were."""
    lines_cut: int
    lines_kept: int


@dataclass(frozen=True, slots=True)
class CleanedBatch:
    """What came of some stored documents; written in one transaction."""

    looked_at: tuple[str, ...]
    articles: pa.Table
    """Rows of ``Article`` of the changed documents."""
    cuts: pa.Table
    """Rows of ``StrippedLine``: all cuts of the changed documents."""
    provenance: pa.Table
    """Rows of ``Provenance``: all of the changed documents."""
    line_keys: pa.Table
    """Rows of ``LineKeys``, of the changed documents and of those that had none."""
    refused: tuple[str, ...]
    lines_cut: int
    lines_kept: int
    changes: tuple[RuleChange, ...]

    @property
    def unchanged(self) -> int:
        """Documents that came out as they went in."""
        return len(self.looked_at) - int(self.articles.num_rows) - len(self.refused)


def stored_documents(connection: Connection, doc_ids: Sequence[str]) -> list[StoredDocument]:
    """The current articles of these documents, by id; what is not there is left out."""
    wanted = pa.table({"doc_id": pa.array(doc_ids, pa.string())})
    with connection.incoming(wanted=wanted):
        rows = connection.table(statement("cleaning/articles"))
        cuts = from_table(connection.table(statement("cleaning/cuts")), StrippedLine)
        provenance = from_table(connection.table(statement("cleaning/provenance")), Provenance)
    cuts_of, provenance_of = _by_document(cuts), _by_document(provenance)
    return [
        StoredDocument(
            article, cuts_of.get(article.doc_id, ()), provenance_of.get(article.doc_id, ()), has_keys=has_keys
        )
        for article, has_keys in zip(from_table(rows, Article), rows["has_keys"].to_pylist(), strict=True)
    ]


def _by_document(rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.doc_id, []).append(row)
    return {doc_id: tuple(of_document) for doc_id, of_document in grouped.items()}


def recurring_lines(connection: Connection, second_look: bool) -> Iterator[RecurringLine]:
    """Lines that may be templates, of all articles or those of an article that awaits a second look.

    Counted roughly first: nearly all lines are unique, and distinct counts are dear. And part by part, so that a count
    fits into memory whatever the number of articles. Those of one article come together.
    """
    enough = {"documents": FEW_DOCUMENTS}
    connection.execute("CREATE OR REPLACE TEMP TABLE frequent_lines (domain VARCHAR, key BIGINT, lines BIGINT)")
    [(lines,)] = connection.rows(statement("cleaning/line_count"), {"second_look": second_look})
    for part in _parts_of(lines):
        connection.execute(statement("cleaning/frequent_lines"), enough | {"second_look": second_look} | part)
    [(lines,)] = connection.rows("SELECT coalesce(sum(lines), 0)::BIGINT FROM frequent_lines")
    for part in _parts_of(lines):
        for row in connection.rows(statement("cleaning/recurring_lines"), enough | part):
            yield RecurringLine(*row)
    connection.execute("DROP TABLE frequent_lines")


def _parts_of(lines: int) -> Iterator[dict[str, int]]:
    """The parts to take that many lines in, as parameters: a power of two, for a line's key names its part by bits."""
    parts = 1 << (lines // LINES_AT_ONCE).bit_length()
    return ({"part": part, "parts": parts} for part in range(parts))


def add_templates(connection: Connection, templates: Sequence[Template], learned_at: dt.datetime) -> None:
    """Write new templates, all with the same new version."""
    with connection.incoming(incoming_templates=to_table(templates, Template)), connection.transaction():
        connection.execute(statement("cleaning/learn"), {"learned_at": learned_at})


def pass_by(connection: Connection, rules_version: str, second_look: bool) -> None:
    """Note that documents are clean by today's templates where those cannot have changed them."""
    with connection.transaction():
        connection.execute(statement("cleaning/pass_by"), {"rules_version": rules_version, "second_look": second_look})


def end_second_look(connection: Connection) -> None:
    """Note that no document awaits a second look any more."""
    with connection.transaction():
        connection.execute(statement("cleaning/end_second_look"))


def begin(connection: Connection, summary: RecleanSummary) -> None:
    """Record that a re-cleaning begins; those that were never ended are marked as interrupted."""
    names = ("reclean_id", "started_at", "cause", "domain", "rules_version")
    with connection.transaction():
        connection.execute(statement("cleaning/interrupted"))
        connection.execute(statement("cleaning/begin"), {name: getattr(summary, name) for name in names})


def write(connection: Connection, reclean_id: str, rules_version: str, batch: CleanedBatch, now: dt.datetime) -> None:
    """Put what changed in the place of what was, and count it; all of it or nothing.

    Raises:
        WarehouseError: the re-cleaning is not running.
    """
    refused = set(batch.refused)
    cleaned = pa.table({"doc_id": pa.array([i for i in batch.looked_at if i not in refused], pa.string())})
    tables = {
        "incoming_articles": batch.articles,
        "incoming_cuts": batch.cuts,
        "incoming_provenance": batch.provenance,
        "incoming_line_keys": batch.line_keys,
        "incoming_changes": to_table(batch.changes, RuleChange),
        "cleaned": cleaned,
    }
    with connection.incoming(**tables), connection.transaction():
        for name in _REPLACEMENTS:
            connection.execute(statement(f"cleaning/{name}"))
        connection.execute(statement("cleaning/add_cleanings"), {"rules_version": rules_version, "cleaned_at": now})
        connection.execute(statement("cleaning/changes"), {"reclean_id": reclean_id})
        counts = {
            "changed": batch.articles.num_rows,
            "unchanged": batch.unchanged,
            "refused": len(batch.refused),
            "lines_cut": batch.lines_cut,
            "lines_kept": batch.lines_kept,
        }
        if not connection.execute(statement("cleaning/count"), {"reclean_id": reclean_id, **counts}):
            raise WarehouseError(f"{connection.path}: re-cleaning {reclean_id!r} is not running; it cannot go on.")


_REPLACEMENTS = (
    "kept_facts",
    "give_way",
    "replace_articles",
    "drop_cuts",
    "replace_cuts",
    "drop_provenance",
    "replace_provenance",
    "drop_line_keys",
    "replace_line_keys",
    "drop_cleanings",
)


def finish(connection: Connection, reclean_id: str, finished_at: dt.datetime) -> None:
    """Record that a re-cleaning is done."""
    with connection.transaction():
        connection.execute(statement("cleaning/finish"), {"reclean_id": reclean_id, "finished_at": finished_at})
