"""Reports as files: where they stand, how they are replaced, and what they link to."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from flows.report import charts, page, usual, words
from flows.report.gather import Mix, OverviewReport, RunReport, UnknownRun, gather_overview, gather_run
from flows.report.stream import stream_of
from flows.report.verdict import headline
from warehouse import Warehouse

OVERVIEW = "overview.html"
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


def overview_path(folder: Path) -> Path:
    """Where the report over time stands."""
    return folder / OVERVIEW


def write_run_report(published: Path, folder: Path, run_id: str | None = None) -> Path:
    """Write the report of a run, the latest where none is named, and return its path.

    Args:
        published: the published database.
        folder: the folder of reports, which is made when it is not there.

    Raises:
        UnknownRun: there is no such run in the published database, or none at all.
        WarehouseError: the database cannot be read.
    """
    with Warehouse.open_published(published) as reader:
        report = gather_run(reader, run_id)
    path = run_report_path(folder, report.run.run_id)
    return _replace(path, run_page(report, has_overview=overview_path(folder).exists()))


def write_overview_report(published: Path, folder: Path) -> Path:
    """Write the report over time and return its path; it links to the reports of runs that are there.

    Raises:
        UnknownRun: there is no run yet.
        WarehouseError: the database cannot be read.
    """
    with Warehouse.open_published(published) as reader:
        report = gather_overview(reader)
    there = {run.run_id for run in report.runs if run_report_path(folder, run.run_id).exists()}
    return _replace(overview_path(folder), overview_page(report, there))


def run_page(report: RunReport, *, has_overview: bool) -> str:
    """The page of a run."""
    mix, runs = report.mix, report.runs
    read = next(one for one in report.measures if one.measure is usual.MEASURES[0])
    return page.rendered(
        "run.html.j2",
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
        has_overview=has_overview,
        made_at=dt.datetime.now(dt.UTC),
    )


def overview_page(report: OverviewReport, with_report: set[str]) -> str:
    """The page over time; ``with_report`` are the runs whose reports can be linked."""
    mix, latest = report.mix, report.latest
    return page.rendered(
        "overview.html.j2",
        report=report,
        mix=mix,
        headline=headline(latest.run),
        verdict=latest.verdict,
        answers=[answer for answer in mix.contract if answer.run_id == latest.run.run_id],
        pictures=_pictures(mix)
        | {
            "volume": charts.ends_over_time("volume", report.runs),
            "languages": charts.languages_over_time("languages", report.runs, mix.languages) or _languages(mix),
        },
        with_report=with_report,
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
    totals: dict[str, int] = {}
    for one in mix.languages:
        totals[one.language] = totals.get(one.language, 0) + one.articles
    ordered = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    rows = [(words.language(code), number, f"{number:,}") for code, number in ordered]
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
    return names.get(days, "older")


def _replace(path: Path, text: str) -> Path:
    """Write a page in one step, so that nobody reads half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
    return path
