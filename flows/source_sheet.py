"""Everything that the warehouse knows about one source, on one sheet: credibility, disclosures, practice.

Printing it belongs to the command line.
"""

from __future__ import annotations

from dataclasses import dataclass

from transforms.records import Rating, ScoreEvidence
from warehouse.credibility import Credibility, CredibilityRow, DatedScore, ExampleArticle
from warehouse.disclosures import SheetRow, sheet_of
from warehouse.reader import Reader


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """A source's score with everything that it was made from."""

    credibility: CredibilityRow
    ratings: tuple[Rating, ...]
    evidence: tuple[ScoreEvidence, ...]
    history: tuple[DatedScore, ...]
    examples: tuple[ExampleArticle, ...]
    facts: tuple[SheetRow, ...] = ()
    """What the source discloses, and how its articles are made."""


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


def disclosed_facts(reader: Reader, source: str) -> tuple[SheetRow, ...]:
    """What a source discloses and how its articles are made, scored or not."""
    return tuple(sheet_of(reader, source))
