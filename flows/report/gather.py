"""Everything that a report shows, asked of the published database and put together.

Only the reads of :mod:`warehouse.reporting` are asked; nothing is drawn or written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.report import usual, verdict
from flows.report.usual import Compared
from flows.report.verdict import Verdict
from transforms.errors import UsageError
from warehouse.reader import Reader
from warehouse.reporting import (
    AgeCount,
    ContractAnswer,
    LanguageCount,
    QuarantineExample,
    ReportedStory,
    ReportReads,
    RunFacts,
    RunLanguage,
    ScoredSource,
    SourceConfidence,
    SourceMix,
    StoryAgreement,
    StoryReport,
    StrippedExample,
    StrippedSource,
    Totals,
)

TREND_RUNS = 20
"""Runs over which contract results are followed."""

DOCUMENTED_RUNS = 30
"""Runs that Data Docs are kept of."""

SHOWN_RUNS = 60
"""Runs that the report over time shows: two and a half days of hourly ones, two months of daily ones."""

LOOKED_AT_RUNS = 200
"""Runs among which those of the same inputs are looked for."""

EXAMPLES = 3
LINE_CHARACTERS = 200
STORY_DAYS = 3
SHOWN_STORIES = 8


class UnknownRun(UsageError):
    """There is no such run in the published database."""


@dataclass(frozen=True, slots=True)
class StorySheet:
    """A story with its reports and what they say."""

    story: ReportedStory
    reports: Sequence[StoryReport]
    facts: Sequence[StoryAgreement]


@dataclass(frozen=True, slots=True)
class Mix:
    """What both reports show of some documents: those of one run, or all."""

    quarantine: Sequence[QuarantineExample]
    stripped_kinds: Sequence[StrippedExample]
    stripped_sources: Sequence[StrippedSource]
    sources: Sequence[SourceMix]
    confidences: Sequence[SourceConfidence]
    """Least sure source first."""
    ages: Sequence[AgeCount]
    languages: Sequence[LanguageCount]
    contract: Sequence[ContractAnswer]
    """Of the last runs, oldest first."""
    credibility: Sequence[ScoredSource]
    stories: Sequence[StorySheet]


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run."""

    run: RunFacts
    runs: Sequence[RunFacts]
    """This one and the finished ones of the same inputs before it, newest first."""
    measures: Sequence[Compared]
    verdict: Verdict
    mix: Mix
    judged: Sequence[ContractAnswer]
    """The contract's answers about the last runs of all, for Data Docs."""

    @property
    def answers(self) -> list[ContractAnswer]:
        """The contract's answers about this run."""
        return [answer for answer in self.mix.contract if answer.run_id == self.run.run_id]


@dataclass(frozen=True, slots=True)
class OverviewReport:
    """Everything, over time."""

    totals: Totals
    runs: Sequence[RunFacts]
    """Newest first."""
    run_languages: Sequence[RunLanguage]
    """Of the runs that are shown."""
    latest: RunReport
    mix: Mix


def gather_run(reader: Reader, run_id: str | None) -> RunReport:
    """What the report of a run shows; of the latest where none is named.

    Raises:
        UnknownRun: there is no such run, or none at all.
    """
    reads = ReportReads(reader)
    runs = reads.runs(run_id, LOOKED_AT_RUNS)
    if not runs:
        raise UnknownRun(f"there is no run {run_id!r}; see copydesk runs" if run_id else "there is no run yet")
    run, before = runs[0], usual.earlier(runs)
    mix = _mix(reads, run.run_id)
    measures = usual.compared(run, before)
    return RunReport(
        run=run,
        runs=[run, *before],
        measures=measures,
        verdict=verdict.verdict(
            run,
            reads.ledger_problems(run.run_id, 1),
            [answer for answer in mix.contract if answer.run_id == run.run_id],
            measures,
            reads.waiting(),
            usual.silent_sources(reads.run_sources([run.run_id, *(one.run_id for one in before)]), run, before),
        ),
        mix=mix,
        judged=reads.contract(None, DOCUMENTED_RUNS),
    )


def gather_overview(reader: Reader) -> OverviewReport:
    """What the report over time shows.

    Raises:
        UnknownRun: there is no run yet.
    """
    reads = ReportReads(reader)
    runs = reads.runs(None, SHOWN_RUNS)
    return OverviewReport(
        totals=reads.totals(),
        runs=runs,
        run_languages=reads.run_languages([run.run_id for run in runs]),
        latest=gather_run(reader, None),
        mix=_mix(reads, None),
    )


def _mix(reads: ReportReads, run_id: str | None) -> Mix:
    return Mix(
        quarantine=reads.quarantine(run_id, EXAMPLES),
        stripped_kinds=reads.stripped_kinds(run_id, EXAMPLES, LINE_CHARACTERS),
        stripped_sources=reads.stripped_sources(run_id, LINE_CHARACTERS),
        sources=reads.sources(run_id),
        confidences=reads.confidences(run_id),
        ages=reads.ages(run_id),
        languages=reads.languages(run_id),
        contract=reads.contract(run_id, TREND_RUNS),
        credibility=reads.credibility(run_id),
        stories=_stories(reads, run_id),
    )


def _stories(reads: ReportReads, run_id: str | None) -> list[StorySheet]:
    stories = reads.stories(run_id, STORY_DAYS, SHOWN_STORIES)
    ids = [story.story_id for story in stories]
    reports, facts = reads.story_articles(ids), reads.story_facts(ids)
    return [
        StorySheet(
            story,
            [report for report in reports if report.story_id == story.story_id],
            [fact for fact in facts if fact.story_id == story.story_id],
        )
        for story in stories
    ]
