"""Credibility of sources over an open warehouse: ratings, signals and scores in one hand.

What is read and written stands in :mod:`warehouse.ratings` and :mod:`warehouse.scores`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from transforms.records import ArticleSignals, ScoreEvidence, ScoreOverride, SourceScore
from warehouse import ratings, scores
from warehouse.ratings import ConflictRow, RatingImport, RatingReads, RatingSetRow
from warehouse.reader import Reader
from warehouse.scores import CredibilityRow, DatedScore, ExampleArticle, ScoreReads, UnmeasuredArticle
from warehouse.store import Warehouse

__all__ = [
    "ConflictRow",
    "Credibility",
    "CredibilityRow",
    "CredibilityStore",
    "DatedScore",
    "ExampleArticle",
    "RatingImport",
    "RatingSetRow",
    "UnmeasuredArticle",
]


class Credibility(RatingReads, ScoreReads):
    """What can be asked about sources, of the warehouse or its published copy."""

    def __init__(self, reader: Reader) -> None:
        self._connection = reader._connection


class CredibilityStore(Credibility):
    """The same over a warehouse that is open for writing; each load is one transaction."""

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)

    def load_ratings(self, incoming: RatingImport, imported_at: dt.datetime) -> None:
        """Take in a set of ratings; see :func:`warehouse.ratings.load_ratings`."""
        ratings.load_ratings(self._connection, incoming, imported_at)

    def load_signals(self, signals: Sequence[ArticleSignals], measured_at: dt.datetime) -> None:
        """Take in counts; see :func:`warehouse.scores.load_signals`."""
        scores.load_signals(self._connection, signals, measured_at)

    def load_scores(
        self,
        scored: Sequence[str],
        changed: Sequence[SourceScore],
        evidence: Sequence[ScoreEvidence],
        scored_at: dt.datetime,
    ) -> None:
        """Take in scores; see :func:`warehouse.scores.load_scores`."""
        scores.load_scores(self._connection, scored, changed, evidence, scored_at)

    def load_overrides(self, overrides: Sequence[ScoreOverride], loaded_at: dt.datetime) -> None:
        """Take in corrections; see :func:`warehouse.scores.load_overrides`."""
        scores.load_overrides(self._connection, overrides, loaded_at)
