"""The published copy in a notebook or a program: articles as Arrow, one document explained, a source's sheet, SQL.

What is asked for is read by the same functions as on the command line. Objects show themselves in a notebook, with
every text escaped.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from flows.explain import Explanation
from flows.report.page import fragment
from flows.settings import load_settings
from flows.source_sheet import SourceSheet, UnscoredSource, sheet_of_domain
from transforms.errors import UsageError
from warehouse import ArticleFilter, PublishedWarehouse, QuarantineFilter, QuarantineRow, StoredArticle, Warehouse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

__all__ = [
    "Published",
    "ShownArticle",
    "ShownExplanation",
    "ShownQuarantine",
    "ShownSource",
    "ShownUnscoredSource",
    "UnknownId",
    "open_published",
]

Shown = TypeVar("Shown")


class UnknownId(UsageError):
    """The published copy knows no article or source of this name."""


class _Shown:
    """What a notebook shows as HTML."""

    __slots__ = ()
    _macro: ClassVar[str]

    def _repr_html_(self) -> str:
        return fragment("notebook.html.j2", self._macro, self)


class ShownArticle(_Shown, StoredArticle):
    """One version of an article with its cuts and provenance."""

    __slots__ = ()
    _macro = "article"


class ShownExplanation(_Shown, Explanation):
    """An article line by line: kept, or cut by what and why."""

    __slots__ = ()
    _macro = "explanation"


class ShownSource(_Shown, SourceSheet):
    """A source's score with its interval and evidence, and what the source discloses."""

    __slots__ = ()
    _macro = "source"


class ShownUnscoredSource(_Shown, UnscoredSource):
    """What a source discloses that has no score yet; its ``credibility`` is None."""

    __slots__ = ()
    _macro = "unscored"


class ShownQuarantine(_Shown, tuple[QuarantineRow, ...]):
    """Documents in quarantine, newest first."""

    __slots__ = ()
    _macro = "quarantine"


class Published:
    """The published copy as it was when it was opened; open it again to see what later runs published."""

    def __init__(self, reader: PublishedWarehouse) -> None:
        self._reader = reader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; more calls do nothing."""
        self._reader.close()

    def articles(
        self,
        *,
        source: str | None = None,
        since: dt.date | str | None = None,
        until: dt.date | str | None = None,
        language: str | None = None,
        limit: int | None = None,
    ) -> pa.Table:
        """Current articles, newest first, with the columns of table ``articles`` but ``minhash``.

        Args:
            source: registered domain.
            since: first day of publication, a date or ``YYYY-MM-DD``; articles without a date are left out.
            until: last day of publication.
            language: code as in ``articles.language``.
            limit: articles at most.

        Raises:
            ValueError: a day is no date.
        """
        wanted = ArticleFilter(source.lower() if source else None, _day(since), _day(until), language, limit)
        return self._reader.articles(wanted)

    def article(self, start_of_id: str) -> ShownArticle:
        """The article whose document or article id begins so.

        Raises:
            UnknownId: there is none.
            AmbiguousId: several begin so.
        """
        return _shown(ShownArticle, self._stored(start_of_id))

    def explain(self, start_of_id: str) -> ShownExplanation:
        """The article line by line, with what was cut, why, and what was read from the cuts.

        Raises:
            UnknownId: there is none.
            AmbiguousId: several begin so.
        """
        stored = self._stored(start_of_id)
        return ShownExplanation.of_article(stored.article, stored.cuts, stored.provenance)

    def source(self, domain: str, examples: int = 5) -> ShownSource | ShownUnscoredSource:
        """Everything that is known of the source of a domain or address, with ``examples`` articles at most.

        Raises:
            UnknownId: nothing is known of it.
        """
        sheet = sheet_of_domain(self._reader, domain, examples)
        if sheet is None:
            raise UnknownId(f"nothing is known of {domain}; view source_credibility has the sources that are known")
        if isinstance(sheet, UnscoredSource):
            return _shown(ShownUnscoredSource, sheet)
        return _shown(ShownSource, sheet)

    def quarantine(
        self,
        *,
        reason: str | None = None,
        stage: str | None = None,
        run: str | None = None,
        dismissed: bool = False,
        limit: int | None = None,
    ) -> ShownQuarantine:
        """Documents in quarantine, newest first; those that a person dismissed only where ``dismissed`` is set."""
        wanted = QuarantineFilter(reason=reason, stage=stage, run_id=run, dismissed=dismissed, limit=limit)
        return ShownQuarantine(self._reader.quarantined(wanted))

    def sql(self, query: str, parameters: Mapping[str, Any] | Sequence[Any] | None = None) -> pa.Table:
        """The answer to a query, which reads the published copy and nothing else of the machine.

        Args:
            query: one SQL statement; of several without parameters, the last one's answer is returned.
            parameters: values by name for ``$name`` in the query, or in order for ``?``.

        Raises:
            QueryError: the query was refused; the message says why.
        """
        return self._reader.query(query, parameters=parameters)

    def _stored(self, start_of_id: str) -> StoredArticle:
        stored = self._reader.article(start_of_id)
        if stored is None:
            raise UnknownId(f"no article has an id that begins with {start_of_id!r}; see articles.doc_id")
        return stored


def open_published(path: str | Path | None = None) -> Published:
    """Open a published copy for reading; without a path, the one that the settings name.

    Raises:
        SettingsError: the settings cannot be read.
        WarehouseError: there is no database, or it is not one of ours, or of another version.
    """
    return Published(Warehouse.open_published(load_settings().published if path is None else Path(path)))


def _shown(kind: type[Shown], record: Any) -> Shown:
    """A record as the class that shows it."""
    return kind(**{field.name: getattr(record, field.name) for field in dataclasses.fields(record)})


def _day(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
