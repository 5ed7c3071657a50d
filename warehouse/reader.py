"""What can be asked of a warehouse: the named reads, and on the published copy anybody's SQL.

Nothing here writes.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import pyarrow as pa

from transforms.junk.templates import Template
from transforms.records import Article, Provenance, RawDocument, RunSummary, Stage, StoredDocument, StrippedLine
from warehouse import cleaning
from warehouse.cleaning import RecleanSummary, RuleChange
from warehouse.connection import Answer, Connection, QueryParameters, WarehouseOptions, statements_of
from warehouse.errors import AmbiguousId
from warehouse.migrate import check_schema
from warehouse.named import statement
from warehouse.quarantine import QuarantineRow, unpack_raw
from warehouse.rows import from_table

_SHOWN_IDS = 3
_NO_LIMIT = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class KnownText:
    """The current article that has a certain main text."""

    doc_id: str
    article_id: str
    title: str | None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One version of an article with its cuts and what was read from them."""

    article: Article
    cuts: tuple[StrippedLine, ...]
    """In the order of the text."""
    provenance: tuple[Provenance, ...]
    revision: int
    run_id: str
    loaded_at: dt.datetime
    superseded_by: str | None
    """The document that took its place; None for the current version."""


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What one rule, one source's templates or the model took."""

    rule_id: str
    kind: str
    evidence: str
    cuts: int
    documents: int
    characters: int
    most_common: str
    """The text that it took most often."""


@dataclass(frozen=True, slots=True)
class QuarantineFilter:
    """Which documents of the quarantine are meant; what is None or empty does not matter."""

    reason: str | None = None
    stage: Stage | str | None = None
    run_id: str | None = None
    held: bool | None = None
    doc_id_prefix: str = ""
    doc_ids: tuple[str, ...] = ()
    released: bool = False
    """Whether rows that a retry has settled anew are wanted too."""
    dismissed: bool = True
    """Whether documents are wanted too that a person dismissed."""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles are meant; what is None does not matter."""

    source: str | None = None
    """A registered domain."""
    since: dt.date | None = None
    """Published on this day or later."""
    until: dt.date | None = None
    """Published on this day or earlier."""
    language: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class RejectionReason:
    """Documents that one run sent to quarantine for one reason."""

    stage: Stage
    reason: str
    documents: int
    origin: str
    """Where the first of them was read."""
    detail: str
    """What is said about that one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a run left that waits for a person: a row of view ``waiting``."""

    run_id: str
    started_at: dt.datetime
    state: Literal["held", "failed", "interrupted"]
    documents: int
    """Those that are held, or those that the failed or interrupted run had read."""
    message: str | None
    """Why they are held, or why the run ended."""


class Reader:
    """The named reads, over an open connection, by one thread at a time."""

    def __init__(self, connection: Connection, closing: ExitStack) -> None:
        """Read over ``connection``; whatever has to be closed with it, itself too, is on the stack."""
        self._connection = connection
        self._closing = closing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; more calls do nothing."""
        self._closing.close()

    @property
    def path(self) -> Path:
        """The database file."""
        return self._connection.path

    def settled(self, doc_ids: Sequence[str]) -> dict[str, str]:
        """Those of the documents that have an end already, each with the run that gave it."""
        return dict(self._wanted("settled", doc_ids))

    def known_texts(self, text_hashes: Sequence[str]) -> dict[str, KnownText]:
        """Those of the hashes (``text_sha256``) that a current article has."""
        return {row[0]: KnownText(*row[1:]) for row in self._wanted("known_texts", text_hashes)}

    def usual_languages(self, last_batches: int = 50) -> dict[str, int]:
        """Language and number of articles over the last batches that loaded any, the most common first."""
        return dict(self._connection.rows(statement("usual_languages"), {"last_batches": last_batches}))

    def usual_confidences(
        self, domains: Sequence[str], at_least: int = 10, last_articles: int = 200
    ) -> dict[str, float]:
        """Mean extraction confidence of the last articles of each of these sources that has at least so many."""
        names = {"domains": list(domains), "at_least": at_least, "last_articles": last_articles}
        return dict(self._connection.rows(statement("usual_confidences"), names))

    def run_summary(self, run_id: str) -> RunSummary | None:
        """One run; None where there is no such run. The counts are filled in when a run ends."""
        found = self._runs(run_id, 1)
        return found[0] if found else None

    def runs(self, limit: int = 20) -> list[RunSummary]:
        """The last runs, newest first."""
        return self._runs(None, limit)

    def waiting(self) -> list[Waiting]:
        """What waits for a person, the oldest first; nothing is green until it is empty."""
        return from_table(self._connection.table(statement("waiting")), Waiting)

    def rejection_reasons(self, run_id: str) -> list[RejectionReason]:
        """Why documents of a run went to quarantine, the most frequent reason first."""
        return from_table(self._connection.table(statement("rejection_reasons"), {"run_id": run_id}), RejectionReason)

    def quarantined(self, wanted: QuarantineFilter | None = None) -> list[QuarantineRow]:
        """The rows of the quarantine that are meant, newest first."""
        wanted = wanted or QuarantineFilter()
        parameters = {
            "reason": wanted.reason,
            "stage": wanted.stage,
            "run_id": wanted.run_id,
            "held": wanted.held,
            "doc_id_prefix": wanted.doc_id_prefix,
            "doc_ids": list(wanted.doc_ids),
            "released": wanted.released,
            "dismissed": wanted.dismissed,
            "limit": _NO_LIMIT if wanted.limit is None else wanted.limit,
        }
        return from_table(self._connection.table(statement("quarantined"), parameters), QuarantineRow)

    def raw_documents(self, doc_ids: Sequence[str], *, whole: bool = False) -> list[RawDocument]:
        """Documents in quarantine exactly as they were read, in the order asked; others are left out.

        ``whole``: leave out those, too, of which no more than the first bytes are kept, for they could not be read.
        """
        found = {row[0]: unpack_raw(*row[:3]) for row in self._wanted("raw_documents", doc_ids) if row[3] or not whole}
        return [found[doc_id] for doc_id in dict.fromkeys(doc_ids) if doc_id in found]

    def articles(self, wanted: ArticleFilter) -> pa.Table:
        """The current articles that are meant, newest first: the columns of ``articles`` but ``minhash``."""
        parameters = {
            "source": wanted.source,
            "since": wanted.since,
            "until": wanted.until,
            "language": wanted.language,
            "limit": _NO_LIMIT if wanted.limit is None else wanted.limit,
        }
        return self._connection.table(statement("articles"), parameters)

    def article(self, start_of_id: str) -> StoredArticle | None:
        """The version of an article whose document id, or the current one whose article id, begins so.

        Raises:
            AmbiguousId: several begin so, and none is it as a whole.
        """
        parameters = {"id": start_of_id, "limit": _SHOWN_IDS + 1}
        matches = self._connection.rows(statement("matching_articles"), parameters) if start_of_id else []
        if not matches:
            return None
        doc_id, _, whole = matches[0]
        if len(matches) > 1 and not whole:
            shown = ", ".join(row[0] for row in matches[:_SHOWN_IDS])
            raise AmbiguousId(f"several articles begin with {start_of_id!r}: {shown} ... Give more characters.")
        return self._stored(doc_id)

    def rule_use(self, domain: str | None = None) -> list[RuleUse]:
        """What rules, templates and model took from all stored documents or a source's, the most cuts first."""
        if domain is None:
            return from_table(self._connection.table(statement("rule_use")), RuleUse)
        return from_table(self._connection.table(statement("source_rule_use"), {"domain": domain}), RuleUse)

    def kept_texts(self, domain: str | None = None) -> Iterator[tuple[str, str | None, str]]:
        """Document, source and main text of every current article, or a source's; ask nothing else meanwhile."""
        for batch in self._connection.batches(statement("kept_texts"), {"domain": domain}):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def cut_texts(self, domain: str | None = None) -> Iterator[tuple[str, str]]:
        """Rule and text of every cut of current articles; nothing else may be asked meanwhile."""
        for batch in self._connection.batches(statement("cut_texts"), {"domain": domain}):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def templates(self, domain: str | None = None) -> list[Template]:
        """The templates of a source or of all, by domain, the most common first."""
        return from_table(self._connection.table(statement("templates"), {"domain": domain}), Template)

    def stale(
        self, rules_version: str, *, domain: str | None = None, second_look: bool = False, everything: bool = False
    ) -> list[str]:
        """Documents of current articles that were cleaned with other rules or templates than today's.

        Args:
            rules_version: of the rules of today.
            domain: only this source's.
            second_look: only those that await one, and only for other templates.
            everything: those that were cleaned with today's rules and templates too.
        """
        parameters = {
            "rules_version": rules_version,
            "domain": domain,
            "second_look": second_look,
            "everything": everything,
        }
        return [row[0] for row in self._connection.rows(statement("cleaning/stale"), parameters)]

    def stored_documents(self, doc_ids: Sequence[str]) -> list[StoredDocument]:
        """The current articles of these documents with cuts and provenance; what is not there is left out."""
        return cleaning.stored_documents(self._connection, doc_ids)

    def copy_origins(self) -> dict[str, str]:
        """Documents that are copies of what another source ran first, each with the address of the article there."""
        return dict(self._connection.rows(statement("copy_origins")))

    def recleans(self, limit: int = 20, reclean_id: str | None = None) -> list[RecleanSummary]:
        """The last re-cleanings, newest first, or the one of that id."""
        parameters = {"reclean_id": reclean_id, "limit": limit}
        return from_table(self._connection.table(statement("recleans"), parameters), RecleanSummary)

    def reclean_changes(self, reclean_id: str) -> list[RuleChange]:
        """What a re-cleaning changed by rule, the most lines first."""
        return from_table(self._connection.table(statement("reclean_changes"), {"reclean_id": reclean_id}), RuleChange)

    def _stored(self, doc_id: str) -> StoredArticle:
        names = {"doc_id": doc_id}
        row = self._connection.table(statement("article"), names)
        [article], [facts] = from_table(row, Article), row.drop_columns(["text", "minhash"]).to_pylist()
        return StoredArticle(
            article=article,
            cuts=tuple(from_table(self._connection.table(statement("cuts"), names), StrippedLine)),
            provenance=tuple(from_table(self._connection.table(statement("provenance"), names), Provenance)),
            revision=facts["revision"],
            run_id=facts["run_id"],
            loaded_at=facts["loaded_at"].astimezone(dt.UTC),
            superseded_by=facts["superseded_by"],
        )

    def _runs(self, run_id: str | None, limit: int) -> list[RunSummary]:
        return from_table(self._connection.table(statement("runs"), {"run_id": run_id, "limit": limit}), RunSummary)

    def _wanted(self, name: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        """The rows of a named read that is joined with the values asked for."""
        return self._connection.rows(statement(name), {"wanted": list(values)})


class PublishedWarehouse(Reader):
    """The published copy, open for reading only; any number of processes may have it open at once."""

    @classmethod
    def open(cls, path: Path, options: WarehouseOptions | None = None, writable: Path | None = None) -> Self:
        """Open a published database. Its readers see it as it is now, also when a run replaces it.

        SQL that is asked of it can read its tables and nothing else of the machine but ``writable``, the folder that an
        export goes to; whoever wants to join files opens the same database with a DuckDB client of their own.

        Raises:
            WarehouseError: there is no database, or it is not one of ours, or of another version.
        """
        with ExitStack() as opening:
            spill = opening.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-"))
            connection = opening.enter_context(
                Connection(path, options or WarehouseOptions(), read_only=True, spill_folder=Path(spill))
            )
            check_schema(connection)
            connection.lock_down(writable)
            return cls(connection, opening.pop_all())

    def query(self, sql: str, limit: int | None = None, parameters: QueryParameters | None = None) -> pa.Table:
        """The answer to an SQL statement, at most ``limit`` rows of it; of several statements, the last one's.

        ``parameters`` are values by name for ``$name`` in the statement, or in order for ``?``.

        Raises:
            QueryError: DuckDB refused it; the message says why.
        """
        return self._connection.ask(sql, parameters=parameters).table(limit)

    def answer(self, sql: str) -> Answer:
        """The answer to an SQL statement, streamed: nothing else may be asked until all was taken.

        Raises:
            QueryError: DuckDB refused it, now or while it is taken; the message says why.
        """
        return self._connection.ask(sql)

    def answers(self, sql: str) -> Iterator[Answer]:
        """The answers to the SQL statements of a text, one after the other; see :meth:`answer`."""
        return map(self.answer, statements_of(sql))

    def columns_of(self, sql: str) -> list[str]:
        """The columns that the answer to one query has; it is not run.

        Raises:
            QueryError: DuckDB refused it, or it is not one query.
        """
        return self._connection.columns_of(sql)

    def copy_out(self, sql: str, target: Path, options: str) -> int:
        """Write the answer to one query into the writable folder, as the options of ``COPY`` say; returns its rows.

        Raises:
            QueryError: DuckDB refused the query, or it is not one query.
            WarehouseError: the files cannot be written.
        """
        return self._connection.copy_out(sql, target, options)
