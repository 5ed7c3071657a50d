"""What a run leaves on Prefect's page: its summary, the contract's answers, and where its report is.

Text and numbers are made elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.maintain import MaintainResult
from flows.run import RunResult
from flows.settings import Settings
from flows.summary import as_code, summary_markdown
from warehouse import Warehouse
from warehouse.reporting import ContractAnswer, ReportReads


def leave_summary(result: RunResult, settings: Settings) -> None:
    """What came in and where it went, and what the contract answered about every batch."""
    create_markdown_artifact(
        key="run-summary", markdown=summary_markdown(result, settings), description="What came in and where it went"
    )
    with Warehouse.open_published(settings.published) as published:
        answers = ReportReads(published).contract(result.summary.run_id, 1)
    answers = [answer for answer in answers if answer.run_id == result.summary.run_id]
    if not answers:  # nothing was new, so there was nothing to judge
        return
    create_table_artifact(
        key="contract-results",
        table=[
            {
                "expectation": as_code(answer.expectation),  # Prefect's page reads each cell as Markdown
                "severity": answer.severity,
                "met": "NO" if answer.batches_failed else "yes",
                "failed": answer.failed,
                "checked": answer.checked,
                "observed": as_code(answer.observed),
                "reason": as_code(answer.reason),
            }
            for answer in sorted(answers, key=_unmet_first)
        ],
        description=f"What the data contract answered about run {result.summary.run_id}",
    )


def _unmet_first(answer: ContractAnswer) -> tuple[bool, str, int]:
    return answer.batches_failed == 0, answer.severity, -answer.failed


def leave_report(path: Path, settings: Settings, key: str, title: str) -> None:
    """A link to a report where a web server shows the folder of reports; else the place of the file."""
    if settings.reports_url:
        below = path.relative_to(settings.reports).as_posix()
        address = f"{settings.reports_url.rstrip('/')}/{quote(below)}"
        create_link_artifact(address, title, key=key, description=f"[{title}]({address}): {as_code(path.resolve())}")
        return
    # A page from a web server may not link to a file, so the place is for copying.
    place = f"**{title}**\n\nOpen it on the machine of the worker:\n\n    {path.resolve()}"
    create_markdown_artifact(place, key=key, description=title)


def leave_maintenance(result: MaintainResult) -> None:
    """What went, and what was verified."""
    went = "would go" if result.dry_run else "went"
    lines = [
        f"- {pruning.pruned:,} {pruning.what} from before {pruning.older_than:%Y-%m-%d} {went} "
        f"({pruning.bytes / 1e6:,.1f} MB; `{pruning.setting}`)"
        for pruning in result.prunings
    ] or ["- Nothing was old enough to go."]
    sizes = f"{result.before.total / 1e6:,.1f} MB, of which {result.before.free / 1e6:,.1f} MB empty"
    lines.append(f"- Compacted from {sizes}." if result.compacted else f"- Not compacted: {sizes}.")
    checks = [
        f"| {one.verification} | {one.examined:,} | {one.problems:,} | {as_code(one.example).replace('|', '&#124;')} |"
        for one in result.verifications
    ]
    table = ["| verified | looked at | wrong | example |", "|---|--:|--:|---|", *checks]
    markdown = "\n".join([f"# Maintenance {result.maintenance_id}", "", *lines, "", *table])
    create_markdown_artifact(markdown, key="maintenance", description="What was pruned and verified")
