"""Reports as files: where they stand, how they are replaced, and what they link to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from expectations import Contract, data_docs
from expectations.data_docs import JudgedRun
from flows.report import charts, page, usual, words
from flows.report.gather import SHOWN_RUNS, Mix, OverviewReport, RunReport, UnknownRun, gather_overview, gather_run
from flows.report.stream import stream_of
from flows.report.verdict import headline
from flows.settings import Settings
from flows.tools import read_contract
from transforms.records import ContractResult
from warehouse import Warehouse
from warehouse.reporting import ContractAnswer, ReportReads, RunFacts

INDEX = "index.html"
OVERVIEW = "overview.html"
DATA_DOCS = "data-docs"
RUNS = "runs"
"""The folder of the reports of single runs, in the folder of reports."""

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,80}")


def run_report_path(folder: Path, run_id: str) -> Path:
    """Where the report of a run stands.

    Raises:
        UnknownRun: no run of ours has such an id; it could not be a file's name.
    """
    if not _SAFE_NAME.fullmatch(run_id):
        raise UnknownRun(f"{words.shown(run_id)!r} is not the id of a run; see copydesk runs")
    return folder / RUNS / f"{run_id}.html"


def index_path(folder: Path) -> Path:
    """Where the index of all reports is: the page to begin with."""
    return folder / INDEX


def overview_path(folder: Path) -> Path:
    """Where the report over time stands."""
    return folder / OVERVIEW


def data_docs_path(folder: Path) -> Path:
    """Where the contents of the Data Docs stand."""
    return folder / DATA_DOCS / data_docs.INDEX


def write_run_report(
    published: Path, folder: Path, run_id: str | None = None, *, contract: Contract | None = None
) -> Path:
    """Write the report of a run and its Data Docs; the latest run where none is named.

    The index of reports is written too, and the report over time where there is none yet.

    Args:
        published: the published database.
        folder: the folder of reports, which is made when it is not there.
        contract: the contract in force; the bundled one where none is given.

    Returns:
        The path of the report.

    Raises:
        UnknownRun: there is no such run in the published database, or none at all.
        WarehouseError: the database cannot be read.
    """
    with Warehouse.open_published(published) as reader:
        report = gather_run(reader, run_id)
    write_data_docs(folder, report, contract or read_contract(Settings.model_validate({})))
    path = _replace(run_report_path(folder, report.run.run_id), run_page(report))
    if not overview_path(folder).exists():  # the pages link to it
        write_overview_report(published, folder)
    else:
        _write_index(published, folder)
    return path


def write_overview_report(published: Path, folder: Path) -> Path:
    """Write the report over time and the index, and return the report's path; both link to what is there.

    Raises:
        UnknownRun: there is no run yet.
        WarehouseError: the database cannot be read.
    """
    with Warehouse.open_published(published) as reader:
        report = gather_overview(reader)
    path = _replace(overview_path(folder), overview_page(report, _links(folder, report.runs)))
    _write_index(published, folder)
    return path


def _write_index(published: Path, folder: Path) -> None:
    with Warehouse.open_published(published) as reader:
        runs, latest = ReportReads(reader).runs(None, SHOWN_RUNS), gather_run(reader, None)
    _replace(index_path(folder), index_page(runs, latest, _links(folder, runs)))


@dataclass(frozen=True, slots=True)
class Links:
    """Which other pages are there to be linked to."""

    runs: frozenset[str]
    """Runs that have a report."""
    data_docs: bool


def _links(folder: Path, runs: Sequence[RunFacts]) -> Links:
    there = frozenset(run.run_id for run in runs if run_report_path(folder, run.run_id).exists())
    return Links(there, data_docs_path(folder).exists())


def write_data_docs(folder: Path, report: RunReport, contract: Contract) -> Path:
    """Write what the contract asks, how this run fared, and the contents of all; pages of older runs go."""
    docs = folder / DATA_DOCS
    runs = _judged(report)
    pages = data_docs.suite_pages(contract)
    for run in runs:
        if run.run_id == report.run.run_id:
            pages |= data_docs.run_pages(contract, run)
    named = {data_docs.run_page(run.run_id, suite) for run in runs for suite in run.suites}
    for path in docs.glob(data_docs.run_page("*", "*")):
        if path.name not in named:
            path.unlink(missing_ok=True)
    there = {*pages, *(name for name in named if (docs / name).exists())}
    for name, text in (
        pages | {data_docs.INDEX: data_docs.index_page(contract, runs, there, f"../{OVERVIEW}")}
    ).items():
        _replace(docs / name, text)
    return data_docs_path(folder)


def _judged(report: RunReport) -> list[JudgedRun]:
    """The last judged runs and that of the report, newest first, with the answers to each expectation added up."""
    by_run: dict[str, list[ContractAnswer]] = {}
    for answer in {(one.run_id, one.suite, one.expectation): one for one in (*report.judged, *report.answers)}.values():
        by_run.setdefault(answer.run_id, []).append(answer)
    runs = [
        JudgedRun(run_id, max(one.checked_at for one in answers), tuple(map(_added_up, answers)))
        for run_id, answers in by_run.items()
        if _SAFE_NAME.fullmatch(run_id)
    ]
    return sorted(runs, key=lambda run: (run.judged_at, run.run_id), reverse=True)


def _added_up(answer: ContractAnswer) -> ContractResult:
    return ContractResult(
        suite=answer.suite,
        expectation=answer.expectation,
        severity=answer.severity,
        success=not answer.batches_failed,
        checked=answer.checked,
        failed=answer.failed,
        observed=answer.observed,
        reason=answer.reason,
    )


def run_page(report: RunReport) -> str:
    """The page of a run."""
    mix, runs = report.mix, report.runs
    read = next(one for one in report.measures if one.measure is usual.MEASURES[0])
    return page.rendered(
        "run.html.j2",
        home=f"../{INDEX}",
        report=report,
        mix=mix,
        headline=headline(report.run),
        verdict=report.verdict,
        stream=stream_of(report.run, mix.quarantine),
        answers=report.answers,
        pictures=_pictures(mix)
        | {
            "volume": charts.ends_over_time("volume", runs, read if read.runs else None),
            "languages": _languages(mix),
        },
        made_at=dt.datetime.now(dt.UTC),
    )


def index_page(runs: Sequence[RunFacts], latest: RunReport, links: Links) -> str:
    """The page that leads to all others: how the latest run is, and the runs, newest first."""
    return page.rendered(
        "index.html.j2",
        home=None,
        runs=runs,
        headline=headline(latest.run),
        verdict=latest.verdict,
        with_report=links.runs,
        has_data_docs=links.data_docs,
        made_at=dt.datetime.now(dt.UTC),
    )


def overview_page(report: OverviewReport, links: Links) -> str:
    """The page over time."""
    mix, latest = report.mix, report.latest
    return page.rendered(
        "overview.html.j2",
        home=INDEX,
        report=report,
        mix=mix,
        headline=headline(latest.run),
        verdict=latest.verdict,
        answers=[answer for answer in mix.contract if answer.run_id == latest.run.run_id],
        pictures=_pictures(mix)
        | {
            "volume": charts.ends_over_time("volume", report.runs),
            "languages": _languages(mix),
            "language_trend": charts.languages_over_time("language-trend", report.runs, report.run_languages),
        },
        with_report=links.runs,
        has_data_docs=links.data_docs,
        made_at=dt.datetime.now(dt.UTC),
    )


def _pictures(mix: Mix) -> dict[str, object]:
    kinds = [group[0] for group in words.grouped(mix.stripped_kinds, "kind")]
    return {
        "kinds": charts.bars(
            "kinds",
            "What was cut, in characters",
            [(one.kind, one.characters, f"{one.characters:,}") for one in kinds],
            charts.COLOURS["duplicates"],
        ),
        "cut_sources": charts.bars(
            "cut-sources",
            "Characters cut in an article, by source",
            [
                (
                    one.domain or "source not known",
                    one.characters / one.articles,
                    f"{one.characters / one.articles:,.0f}",
                )
                for one in sorted(
                    mix.stripped_sources[: charts.SHOWN_BARS],
                    key=lambda one: one.characters / one.articles,
                    reverse=True,
                )
            ],
            charts.COLOURS["duplicates"],
        ),
        "sources": charts.bars(
            "sources",
            "Articles by source",
            [(one.domain or "source not known", one.articles, f"{one.articles:,}") for one in mix.sources],
        ),
        "ages": charts.bars(
            "ages",
            "How old articles were when they were loaded",
            [(_age(one.days), one.articles, f"{one.articles:,}") for one in mix.ages],
            charts.SERIES[2],
        ),
        "contract": charts.contract_trend("contract", mix.contract),
        "scores": charts.scores("scores", mix.credibility),
    }


def _languages(mix: Mix) -> object:
    rows = [(words.language(one.language), one.articles, f"{one.articles:,}") for one in mix.languages]
    return charts.bars("languages", "Articles by language", rows, charts.SERIES[3])


def _age(days: int | None) -> str:
    names = {
        None: "no date",
        0: "of the same day",
        1: "a day old",
        7: "up to a week",
        31: "up to a month",
        365: "up to a year",
    }
    return names.get(days, "more than a year")


def _replace(path: Path, text: str) -> Path:
    """Write a page in one step, so that nobody reads half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
    return path
