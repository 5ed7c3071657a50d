"""A finished run in words, for people on a terminal, for Prefect's page and for programs.

The report with plots is another module's work; so is asking the warehouse.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import TYPE_CHECKING, Any

from flows.plural import things
from flows.run import RunResult
from flows.settings import Settings
from flows.waiting import next_step, sentence
from transforms.records import RunSummary

if TYPE_CHECKING:
    from flows.fetching.fetch import Fetched

QUERIES_TO_TRY = (
    "SELECT domain, title, language, word_count FROM articles",
    "SELECT stage, reason, documents FROM quarantine_by_reason",
    "SELECT kind, cuts, most_common FROM stripped_by_rule",
)
"""Shown after a run and run by the tests."""

_ENDS = (
    ("loaded", "clean articles, new or revised"),
    ("quarantined", "kept apart with stage and reason"),
    ("duplicates", "the same text as another document"),
    ("unchanged", "known from an earlier run"),
)


def summary_text(result: RunResult, settings: Settings) -> str:
    """What came in, where it went, and what to look at next."""
    summary = result.summary
    lines = [f"Run {summary.run_id} {summary.state} in {_seconds(summary):.1f} s", ""]
    lines += [f"  {'read':<12}{summary.read:>9,}   {_megabytes(summary):.1f} MB"]
    lines += [f"  {name:<12}{getattr(summary, name):>9,}   {meaning}" for name, meaning in _ENDS]
    lines += ["", *_reasons(result), *(f"Attention:   {one}" for one in _attention(result)), *_waiting(result)]
    lines += _templates(result)
    if result.fetched:
        lines += fetched_lines(result.fetched)
    lines += [f"Query it:    {settings.published} with any DuckDB client; replaced after each run"]
    if summary.quarantined:
        lines += ["See why:     copydesk quarantine list"]
    lines += ["Follow one:  copydesk explain DOC_ID   (line by line: kept, cut, why)", "", "Three queries to try:"]
    lines += [f'  copydesk sql "{query}"' for query in QUERIES_TO_TRY]
    return "\n".join(lines)


REASONS_SHOWN = 5


def _reasons(result: RunResult) -> list[str]:
    """Why documents are in quarantine, the most frequent reasons with an example each."""
    lines = []
    for one in result.reasons[:REASONS_SHOWN]:
        lines += [f"{one.documents:>14,}   {one.stage}: {one.reason}", f"{'':17}such as {one.origin}: {one.detail}"]
    if more := sum(one.documents for one in result.reasons[REASONS_SHOWN:]):
        lines.append(f"{more:>14,}   for other reasons")
    return ["Quarantined because of", *lines, ""] if lines else []


def _attention(result: RunResult) -> list[str]:
    """What went otherwise than a person will have meant, a sentence each."""
    nothing = [f"nothing could be read of {one.input}: {one.why}" for one in result.fruitless]
    return [*result.held, *nothing, *result.notes]


def _waiting(result: RunResult) -> list[str]:
    told = [(f"Waiting:     {sentence(one)}", f"             {next_step(one)}") for one in result.waiting]
    return list(itertools.chain.from_iterable(told))


def _templates(result: RunResult) -> list[str]:
    if result.looked_again is None:
        return []
    learned, changed = result.looked_again.templates_learned, result.looked_again.summary.changed
    found, lost = things(learned, "line"), things(changed, "article")
    return [f"Templates:   {found} found to recur over a source; {lost} of this run lost some"]


def fetched_lines(fetched: Fetched) -> list[str]:
    """What was fetched, what was not to be had, and the file that it can be repeated from."""
    lists = f"{things(fetched.lists, 'list')} read, {fetched.unchanged_lists:,} unchanged"
    pages = f"{things(fetched.pages, 'page')} fetched, {fetched.known:,} known, {fetched.failed:,} failed"
    return [
        f"Fetched:     {lists}; {pages}, {fetched.waiting:,} left for the next time",
        *(f"Attention:   {note}" for note in fetched.notes),
        f"Kept in:     {fetched.warc}   (read it again: copydesk run {fetched.warc})",
    ]


def as_code(text: object) -> str:
    """Any text as a code span of Markdown, the one place where no renderer finds a link, an image or HTML.

    What a feed, a file name or a contract says goes into Prefect's artifacts by this alone. Empty for None.
    """
    if text is None or not (line := " ".join(_UNPRINTED.sub(" ", str(text)).split())):
        return ""
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(line)), default=0) + 1)
    inset = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{fence}{inset}{line}{inset}{fence}"


_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_BACKTICKS = re.compile("`+")


def summary_markdown(result: RunResult, settings: Settings) -> str:
    """The same as a Prefect artifact."""
    summary = result.summary
    rows = [f"| read | {summary.read:,} | {_megabytes(summary):.1f} MB in {_seconds(summary):.1f} s |"]
    rows += [f"| {name} | {getattr(summary, name):,} | {meaning} |" for name, meaning in _ENDS]
    held = [f"- **Attention:** {as_code(reason)}" for reason in _attention(result)]
    held += [f"- **Waiting:** {as_code(f'{sentence(one)} {next_step(one)}')}" for one in result.waiting]
    return "\n".join(
        [
            f"# Run {summary.run_id}: {summary.state}",
            "",
            "| documents | count | |",
            "|---|--:|---|",
            *rows,
            "",
            *held,
            *_templates(result),
            *([f"- {as_code(line)}" for line in fetched_lines(result.fetched)] if result.fetched else []),
            "",
            f"Published as {as_code(settings.published)}.",
        ]
    )


def summary_values(result: RunResult) -> dict[str, Any]:
    """The same for programs: the run's row, its duration in seconds and the held batches."""
    return dataclasses.asdict(result.summary) | {
        "seconds": _seconds(result.summary),
        "held": list(result.held),
        "reasons": [dataclasses.asdict(one) for one in result.reasons],
        "fruitless": [dataclasses.asdict(one) for one in result.fruitless],
        "notes": list(result.notes),
        "waiting": [dataclasses.asdict(one) for one in result.waiting],
        "fetched": fetched_values(result.fetched) if result.fetched else None,
        "templates_learned": result.looked_again.templates_learned if result.looked_again else 0,
    }


def fetched_values(fetched: Fetched) -> dict[str, Any]:
    """The counts, notes and files of a fetch for programs."""
    values = dataclasses.asdict(fetched)
    return values | {"warc": str(fetched.warc), "unread": [str(path) for path in fetched.unread]}


def _seconds(summary: RunSummary) -> float:
    return (summary.finished_at - summary.started_at).total_seconds() if summary.finished_at else 0.0


def _megabytes(summary: RunSummary) -> float:
    return summary.bytes_read / 1e6
