"""Signals, scores and corrections in the warehouse.

What is counted belongs to :mod:`transforms.credibility.signals`, what it is worth to :mod:`transforms.score`; here
stands what has been done already and what is still to do, so that scoring costs what is new.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from transforms.records import (
    ArticleSignals,
    ScoreEvidence,
    ScoreOverride,
    ScoreStatus,
    SourceFacts,
    SourceScore,
    to_table,
)
from warehouse.connection import Connection
from warehouse.named import statement
from warehouse.rows import from_table


@dataclass(frozen=True, slots=True)
class UnmeasuredArticle:
    """An article that signals are still to be counted in."""

    doc_id: str
    url: str | None
    domain: str
    agency: str | None
    language: str
    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class CredibilityRow:
    """A source's score in force; a row of view ``source_credibility``."""

    source: str
    status: ScoreStatus
    reason: str | None
    quality: float | None
    quality_low: float | None
    quality_high: float | None
    low_quality_chance: float | None
    rating_families: int
    own_articles: int
    known_articles: int
    copied_articles: int
    override: str | None
    override_quality: float | None
    override_reason: str | None
    override_on: dt.date | None
    model_version: str
    scored_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ExampleArticle:
    """One article of a source with what was counted in it."""

    doc_id: str
    title: str | None
    url: str | None
    published_on: dt.date | None
    narrated_words: int
    loaded_words: int | None
    camp_labels: int | None
    loaded_speech_verbs: int | None
    exclamations: int
    named_speakers: int | None
    comment_sought: int | None


@dataclass(frozen=True, slots=True)
class DatedScore:
    """One entry of a source's history."""

    scored_at: dt.datetime
    status: ScoreStatus
    quality: float | None
    quality_low: float | None
    quality_high: float | None
    rating_families: int
    own_articles: int


class ScoreReads:
    """Named reads of signals and scores; see :class:`warehouse.credibility.Credibility`."""

    _connection: Connection

    def unmeasured(self, version: str, limit: int) -> list[UnmeasuredArticle]:
        """Articles without signals of this version of the word lists."""
        names = {"version": version, "limit": limit}
        return from_table(self._connection.table(statement("credibility/unmeasured"), names), UnmeasuredArticle)

    def sources_to_score(self, model_version: str) -> list[str]:
        """Sources of which something changed since they were scored, or that another model scored."""
        rows = self._connection.rows(statement("credibility/to_score"), {"model_version": model_version})
        return [source for (source,) in rows]

    def source_facts(self, sources: Sequence[str]) -> list[SourceFacts]:
        """What is measured of these sources, each over all of its own articles."""
        return from_table(self._of(sources, "source_facts"), SourceFacts)

    def latest_scores(self, sources: Sequence[str]) -> list[SourceScore]:
        """The scores in force of these sources; those that have none are left out."""
        return from_table(self._of(sources, "latest_scores"), SourceScore)

    def credibility(self, status: str | None = None, min_articles: int = 1, limit: int = 100) -> list[CredibilityRow]:
        """Scores in force with corrections beside them, sources with most articles first."""
        names = {"status": status, "min_articles": min_articles, "limit": limit}
        return from_table(self._connection.table(statement("credibility/credibility"), names), CredibilityRow)

    def credibility_of(self, source: str) -> CredibilityRow | None:
        """The score in force of one source; None where it was never scored."""
        found = from_table(self._about(source, "credibility_of"), CredibilityRow)
        return found[0] if found else None

    def evidence_of(self, sources: Sequence[str]) -> list[ScoreEvidence]:
        """What the scores in force of these sources were made from."""
        return from_table(self._of(sources, "evidence_of"), ScoreEvidence)

    def score_history(self, source: str) -> list[DatedScore]:
        """Every score of a source, oldest first."""
        return from_table(self._about(source, "history_of"), DatedScore)

    def example_articles(self, source: str, limit: int) -> list[ExampleArticle]:
        """Own articles of a source, those with most loaded language first."""
        table = self._connection.table(statement("credibility/examples_of"), {"source": source, "limit": limit})
        return from_table(table, ExampleArticle)

    def _of(self, sources: Sequence[str], name: str) -> pa.Table:
        with self._connection.incoming(wanted=_wanted(sources)):
            return self._connection.table(statement(f"credibility/{name}"))

    def _about(self, source: str, name: str) -> pa.Table:
        return self._connection.table(statement(f"credibility/{name}"), {"source": source})


def load_signals(connection: Connection, signals: Sequence[ArticleSignals], measured_at: dt.datetime) -> None:
    """Put counts in the place of older ones of the same documents, and mark their sources for scoring."""
    with connection.incoming(incoming_signals=to_table(signals, ArticleSignals)), connection.transaction():
        connection.execute(statement("credibility/forget_signals"))
        connection.execute(statement("credibility/mark_measured"))
        connection.execute(statement("credibility/load_signals"), {"measured_at": measured_at})


def load_scores(
    connection: Connection,
    scored: Sequence[str],
    scores: Sequence[SourceScore],
    evidence: Sequence[ScoreEvidence],
    scored_at: dt.datetime,
) -> None:
    """Add new scores with their evidence to the history, and take the scored sources off the list; all or nothing.

    Args:
        scored: every source that was looked at, those whose score did not change too.
    """
    tables = {
        "incoming_scores": to_table(scores, SourceScore),
        "incoming_evidence": to_table(evidence, ScoreEvidence),
        "wanted": _wanted(scored),
    }
    names: dict[str, Any] = {"scored_at": scored_at}
    with connection.incoming(**tables), connection.transaction():
        connection.execute(statement("credibility/load_scores"), names)
        connection.execute(statement("credibility/load_evidence"), names)
        connection.execute(statement("credibility/mark_scored"))


def load_overrides(connection: Connection, overrides: Sequence[ScoreOverride], loaded_at: dt.datetime) -> None:
    """Put the corrections of the override file in the place of all earlier ones."""
    with connection.incoming(incoming_overrides=to_table(overrides, ScoreOverride)), connection.transaction():
        connection.execute("DELETE FROM score_overrides")
        connection.execute(statement("credibility/load_overrides"), {"loaded_at": loaded_at})


def _wanted(sources: Sequence[str]) -> pa.Table:
    return pa.table({"source": pa.array(sources, pa.string())})
