"""Everything that the warehouse knows about one source, on one sheet: credibility, disclosures, practice.

Showing it belongs to the command line and to notebooks.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from flows.score import load_score_tools
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


@dataclass(frozen=True, slots=True)
class UnscoredSource:
    """A source that was never scored, with what it discloses and how its articles are made."""

    source: str
    facts: tuple[SheetRow, ...]
    credibility: None = None


def sheet_of_domain(reader: Reader, domain: str, examples: int) -> SourceSheet | UnscoredSource | None:
    """All that is known of the source that answers for a domain or address; None where nothing is.

    Args:
        reader: an open warehouse or published copy.
        domain: a domain or address; the source's key is found from it.
        examples: articles to show at most.
    """
    name = load_score_tools().names.name(domain)
    if name is None:
        return None
    facts = tuple(sheet_of(reader, name.key))
    sheet = source_sheet(Credibility(reader), name.key, examples)
    if sheet is None:
        return UnscoredSource(name.key, facts) if facts else None
    return dataclasses.replace(sheet, facts=facts)


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
