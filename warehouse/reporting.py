"""What the reports ask: one run or everything, in rows of few values, examples included.

Nothing here writes, and no sentence is made here; what a figure means to people is told in ``flows.report``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import pyarrow as pa

from transforms.records import ScoreStatus
from warehouse.connection import Connection
from warehouse.named import statement
from warehouse.reader import Reader, Waiting
from warehouse.rows import from_table

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run with what was measured of the articles that it loaded."""

    run_id: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    state: str
    message: str | None
    inputs: tuple[str, ...]
    rules_version: str
    bytes_read: int
    read: int
    loaded: int
    quarantined: int
    duplicates: int
    unchanged: int
    batches: int
    held_batches: int
    revised: int
    """Of the loaded articles, those that are a new version of a known one."""
    fresh: int
    """Of the loaded articles, those published on the day of loading or the day before."""
    dated: int
    """Of the loaded articles, those with a date of publication."""
    cuts: int
    """Made in the loaded articles."""
    confidence: float | None
    """Mean extraction confidence of the loaded articles that have one; None where none has."""

    @property
    def new(self) -> int:
        """Documents that were not known before."""
        return self.read - self.unchanged

    @property
    def quarantine_share(self) -> float | None:
        """Share of the new documents, copies apart, that was sent back, 0..1; None where there were none."""
        judged = self.new - self.duplicates
        return self.quarantined / judged if judged else None

    @property
    def seconds(self) -> float | None:
        """How long it took; None where it did not end."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


@dataclass(frozen=True, slots=True)
class QuarantineExample:
    """A document in quarantine, with the counts of its reason."""

    stage: str
    reason: str
    documents: int
    held_documents: int
    released_documents: int
    """Those that a retry has settled since."""
    doc_id: str
    title: str | None
    url: str | None
    origin: str
    origin_row: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class StrippedExample:
    """A line that was cut, with the counts of its kind."""

    kind: str
    cuts: int
    documents: int
    characters: int
    text: str
    times: int
    """How often this very text was cut."""
    rule_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class StrippedSource:
    """What a source was stripped of."""

    domain: str | None
    articles: int
    cuts: int
    characters: int
    commonest_kind: str
    commonest_text: str
    times: int
    """How often that very text was cut."""


@dataclass(frozen=True, slots=True)
class SourceMix:
    """What came from a source."""

    domain: str | None
    publisher: str | None
    articles: int
    revised: int
    main_language: str
    median_words: float
    newest_on: dt.date | None


@dataclass(frozen=True, slots=True)
class SourceConfidence:
    """How far the main texts of a source can be trusted."""

    domain: str | None
    articles: int
    """Those that have an extraction confidence."""
    confidence: float
    """Their mean."""
    lowest: float
    lowest_title: str | None
    lowest_url: str | None


@dataclass(frozen=True, slots=True)
class AgeCount:
    """Articles by age when they were loaded."""

    days: int | None
    """At most so many days, the next lower class excepted; 366 is more than 365; None where no date is known."""
    articles: int


@dataclass(frozen=True, slots=True)
class ContractAnswer:
    """How one expectation fared over the batches of one run."""

    run_id: str
    suite: str
    expectation: str
    severity: Literal["critical", "warning"]
    batches: int
    batches_failed: int
    checked: int
    failed: int
    observed: str | None
    """The measured value of a batch, of the first that failed where one did."""
    reason: str
    checked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """Articles in a language."""

    language: str
    articles: int


@dataclass(frozen=True, slots=True)
class RunLanguage:
    """Loaded articles of a run in a language."""

    run_id: str
    language: str
    articles: int


@dataclass(frozen=True, slots=True)
class RunSource:
    """Loaded articles of a run from a source."""

    run_id: str
    domain: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class ScoredSource:
    """A source's score in force, with how many of the articles that are meant it wrote."""

    source: str
    articles: int
    status: ScoreStatus
    reason: str | None
    quality: float | None
    quality_low: float | None
    quality_high: float | None
    low_quality_chance: float | None
    rating_families: int
    override: str | None
    override_quality: float | None
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class ReportedStory:
    """A story of several sources."""

    story_id: str
    title: str | None
    language: str
    first_on: dt.date
    told_on: dt.date
    """Day of its last article whose day is known."""
    article_count: int
    source_count: int
    report_count: int
    new_articles: int
    """Articles of the run that is meant."""
    stories: int
    """How many such stories there are in all."""


@dataclass(frozen=True, slots=True)
class StoryReport:
    """An article of a story."""

    story_id: str
    report_number: int
    because: str
    source: str
    agency: str | None
    title: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class StoryAgreement:
    """What several reports of a story say alike or differently."""

    story_id: str
    kind: str
    agreement: str
    subject: str
    reports: int
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What is in the warehouse."""

    articles: int
    sources: int
    languages: int
    first_on: dt.date | None
    last_on: dt.date | None
    quarantined: int
    """Documents that are in quarantine now."""
    duplicates: int
    """Documents that had exactly the text of another."""
    near_duplicates: int
    """Pairs of articles with nearly the same text."""
    replaced: int
    """Earlier versions of articles, which are no articles of their own."""
    runs: int
    stories: int
    """Stories of several sources."""


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """A place where the books do not balance; a row of view ``ledger_check``."""

    problem: str
    doc_id: str | None
    expected: int
    found: int


class ReportReads:
    """The named reads of the reports.

    Where a run is asked for, the articles meant are all versions that the run loaded; None means the current articles,
    whichever run loaded them, so that counts by source, language and age add up to the articles in both cases.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._connection: Connection = reader._connection

    def runs(self, run_id: str | None, limit: int) -> list[RunFacts]:
        """The last runs up to the one named, newest first; empty where there is no such run."""
        return self._rows("runs", RunFacts, run_id=run_id, limit=limit)

    def totals(self) -> Totals:
        """What is in the warehouse now."""
        return self._rows("totals", Totals)[0]

    def quarantine(self, run_id: str | None, examples: int) -> list[QuarantineExample]:
        """What a run sent back, or all that is in quarantine now: some documents of each reason, commonest first."""
        return self._rows("quarantine", QuarantineExample, run_id=run_id, examples=examples)

    def stripped_kinds(self, run_id: str | None, examples: int, characters: int) -> list[StrippedExample]:
        """What was cut by kind: the commonest lines of each, the kinds with most characters first."""
        names = {"run_id": run_id, "examples": examples, "characters": characters}
        return self._rows("stripped_kinds", StrippedExample, **names)

    def stripped_sources(self, run_id: str | None, characters: int) -> list[StrippedSource]:
        """What was cut by source, those with most characters first."""
        return self._rows("stripped_sources", StrippedSource, run_id=run_id, characters=characters)

    def sources(self, run_id: str | None) -> list[SourceMix]:
        """What came from which source, the largest first."""
        return self._rows("sources", SourceMix, run_id=run_id)

    def confidences(self, run_id: str | None) -> list[SourceConfidence]:
        """How far the main texts of each source can be trusted, the least first."""
        return self._rows("confidences", SourceConfidence, run_id=run_id)

    def ages(self, run_id: str | None) -> list[AgeCount]:
        """How old articles were when they were loaded, youngest first, without a date last."""
        return self._rows("ages", AgeCount, run_id=run_id)

    def contract(self, run_id: str | None, last_runs: int) -> list[ContractAnswer]:
        """The answers of the last runs that were judged, up to the one named, oldest first."""
        return self._rows("contract", ContractAnswer, run_id=run_id, last_runs=last_runs)

    def languages(self, run_id: str | None) -> list[LanguageCount]:
        """Articles by language, the most common first."""
        return self._rows("languages", LanguageCount, run_id=run_id)

    def run_languages(self, run_ids: Sequence[str]) -> list[RunLanguage]:
        """Loaded articles of these runs by language."""
        return self._rows("run_languages", RunLanguage, run_ids=list(run_ids))

    def run_sources(self, run_ids: Sequence[str]) -> list[RunSource]:
        """Loaded articles of these runs by source."""
        return self._rows("run_sources", RunSource, run_ids=list(run_ids))

    def credibility(self, run_id: str | None) -> list[ScoredSource]:
        """The sources of a run's articles with their scores, those with most of the articles first."""
        return self._rows("credibility", ScoredSource, run_id=run_id)

    def stories(self, run_id: str | None, days: int, limit: int) -> list[ReportedStory]:
        """Stories of several sources: those of the newest days first, with most reports first among them."""
        return self._rows("stories", ReportedStory, run_id=run_id, days=days, limit=limit)

    def story_articles(self, story_ids: Sequence[str]) -> list[StoryReport]:
        """The articles of these stories, by independent report."""
        return self._rows("story_articles", StoryReport, story_ids=list(story_ids))

    def story_facts(self, story_ids: Sequence[str]) -> list[StoryAgreement]:
        """What the reports of these stories say of the same things, differences first."""
        return self._rows("story_facts", StoryAgreement, story_ids=list(story_ids))

    def ledger_problems(self, run_id: str | None, limit: int) -> list[LedgerProblem]:
        """Where the books do not balance, of one run or anywhere; empty when all is well."""
        return self._rows("ledger_problems", LedgerProblem, run_id=run_id, limit=limit)

    def waiting(self) -> list[Waiting]:
        """What waits for a person now, whichever run left it."""
        return self._reader.waiting()

    def _rows(self, name: str, record: type[Row], **parameters: Any) -> list[Row]:
        table: pa.Table = self._connection.table(statement(f"report/{name}"), parameters)
        return from_table(table, record)
