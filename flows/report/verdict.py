"""The sentence at the head of a report: what happened, and whether it is well.

Everything is decided from figures of the warehouse; what a figure is worth stands in :mod:`flows.report.usual` and in
the data contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flows.report import words
from flows.report.usual import Compared
from flows.waiting import next_step, sentence
from warehouse import Waiting
from warehouse.reporting import ContractAnswer, LedgerProblem, RunFacts

Level = Literal["good", "look", "bad"]

SHOWN_SOURCES = 5
SHOWN_WAITING = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should know about a run."""

    level: Level
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run is, in a word and in sentences."""

    level: Level
    findings: tuple[Finding, ...]

    @property
    def word(self) -> str:
        """The level for people."""
        return {"good": "All is well", "look": "Worth a look", "bad": "Something is wrong"}[self.level]


def headline(run: RunFacts) -> str:
    """What happened, in a sentence."""
    if not run.read:
        return "Nothing came in: the inputs held no documents."
    one = run.read == 1
    if not run.new:
        known = "the one document was" if one else f"all {run.read:,} documents were"
        return f"Nothing new: {known} known from earlier runs."
    if run.loaded == run.read:
        return "The one document became an article." if one else f"All {run.read:,} documents became articles."
    ends = (
        (run.loaded, "became an article", "became articles"),
        (run.quarantined, "went to quarantine", "went to quarantine"),
        (run.duplicates, "repeated a known text", "repeated a known text"),
        (run.unchanged, "was known already", "were known already"),
    )
    told = [f"{number:,} {single if number == 1 else plural}" for number, single, plural in ends if number]
    return f"{words.things(run.read, 'document')} came in: {words.listed(told)}."


def verdict(
    run: RunFacts,
    problems: Sequence[LedgerProblem],
    answers: Sequence[ContractAnswer],
    measures: Sequence[Compared],
    waiting: Sequence[Waiting],
    silent: Sequence[str],
) -> Verdict:
    """Whether a run is well.

    Args:
        answers: of the run itself.
        measures: the run against those before it.
        waiting: what waits for a person now, whichever run left it; as long as anything does, nothing is well.
        silent: sources that usually send something and did not.
    """
    findings = [
        *_waiting(waiting),
        *_state(run, waiting),
        *_ledger(problems),
        *_contract(run, answers),
        *_unusual(measures),
        *_silent(silent),
    ]
    levels = {finding.level for finding in findings}
    level: Level = "bad" if "bad" in levels else "look" if "look" in levels else "good"
    return Verdict(level, tuple(findings))


def _waiting(waiting: Sequence[Waiting]) -> list[Finding]:
    told = [Finding("bad", f"{words.shown(sentence(one), 400)} {next_step(one)}") for one in waiting[:SHOWN_WAITING]]
    more = len(waiting) - len(told)
    return [*told, *([Finding("bad", f"{more:,} more wait for a decision: copydesk runs lists them.")] if more else [])]


def _state(run: RunFacts, waiting: Sequence[Waiting]) -> list[Finding]:
    message = words.shown(run.message, 400)
    if any(one.run_id == run.run_id for one in waiting):  # told already, with what to do
        return []
    if run.state in {"failed", "interrupted"}:
        ended = "failed" if run.state == "failed" else "was interrupted"
        why = message or "why is not known"
        return [Finding("look", f"The run {ended}: {why}. A later run or a decision has settled it.")]
    if run.state == "running":
        return [Finding("look", "The run has not ended yet; its counts are filled in when it does.")]
    if run.held_batches:
        held = words.things(run.held_batches, "batch was", "batches were")
        why = message or "why is not known"
        return [Finding("look", f"{held} held back: {why}. A retry or a decision has settled it.")]
    if not run.read:
        return [Finding("look", "Nothing was read; look whether the inputs are the right ones.")]
    return []


def _ledger(problems: Sequence[LedgerProblem]) -> list[Finding]:
    if problems:
        return [Finding("bad", f"The books do not balance: {problems[0].problem}. Please report this as a defect.")]
    return [Finding("good", "The books balance: every document that was read has exactly one end.")]


def _contract(run: RunFacts, answers: Sequence[ContractAnswer]) -> list[Finding]:
    broken = [answer for answer in answers if answer.suite == "batch" and answer.batches_failed]
    if run.held_batches:  # told already, in the contract's own words
        broken = [answer for answer in broken if answer.severity != "critical"]
    told = [
        Finding("look", f"The contract about whole batches was not kept: {answer.expectation} ({_observed(answer)}).")
        for answer in broken
    ]
    unmet = [answer for answer in answers if answer.suite == "article" and answer.failed]
    if unmet:
        worst = max(unmet, key=lambda answer: words.part(answer.failed, answer.checked) or 0.0)
        share = words.share(words.part(worst.failed, worst.checked))
        number = f"{words.things(len(unmet), 'expectation')} of {len(answers)} {'was' if len(unmet) == 1 else 'were'}"
        told.append(
            Finding(
                "look" if any(answer.batches_failed for answer in unmet) else "good",
                f"{number} not met by every article; the most often: {worst.expectation}, {share}.",
            )
        )
    elif answers and not told:
        told.append(Finding("good", "Every expectation of the data contract was met by every article."))
    return told


def _observed(answer: ContractAnswer) -> str:
    return f"measured {answer.observed}" if answer.observed else words.things(answer.batches_failed, "batch", "batches")


def _unusual(measures: Sequence[Compared]) -> list[Finding]:
    return [
        Finding(
            "look",
            f"{one.verdict.capitalize()} than in any of the {one.runs} runs before: {one.measure.name}, "
            f"{one.text(one.value)}; usual is {one.text(one.middle)}.",
        )
        for one in measures
        if one.measure.matters and one.verdict in {"higher", "lower"}
    ]


def _silent(silent: Sequence[str]) -> list[Finding]:
    if not silent:
        return []
    named, more = words.first(silent, SHOWN_SOURCES)
    rest = [f"{more:,} more"] if more else []
    names = words.listed([*(words.shown(name, 60) for name in named), *rest])
    return [Finding("look", f"Nothing came from {names}, which the runs before all had.")]
