"""Everything that the warehouse knows about one source's credibility, on one sheet.

Printing it belongs to the command line.
"""

from __future__ import annotations

from dataclasses import dataclass

from transforms.records import Rating, ScoreEvidence
from warehouse.credibility import Credibility, CredibilityRow, DatedScore, ExampleArticle


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """A source's score with everything that it was made from."""

    credibility: CredibilityRow
    ratings: tuple[Rating, ...]
    evidence: tuple[ScoreEvidence, ...]
    history: tuple[DatedScore, ...]
    examples: tuple[ExampleArticle, ...]


def source_sheet(credibility: Credibility, source: str, examples: int) -> SourceSheet | None:
    """The sheet of a source, by its key; None where it was never scored."""
    row = credibility.credibility_of(source)
    if row is None:
        return None
    return SourceSheet(
        credibility=row,
        ratings=tuple(credibility.ratings_of([source])),
        evidence=tuple(credibility.evidence_of([source])),
        history=tuple(credibility.score_history(source)),
        examples=tuple(credibility.example_articles(source, examples)) if examples else (),
    )
