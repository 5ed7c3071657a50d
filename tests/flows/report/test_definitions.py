"""One count everywhere: the figures of docs/reports.md add up, in each report and between the two."""

import dataclasses
from pathlib import Path

import pytest

from flows.report.gather import Mix, OverviewReport, RunReport, gather_overview, gather_run
from tests.flows.report.warehouses import add_days, add_run, articles_of, publish, rejected
from tests.warehouse.loads import copy_of
from transforms.text.identity import document_id
from warehouse import Warehouse

RUNS = 6


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs with articles, new versions of them, copies, rejections, and a batch that is held."""
    folder = tmp_path_factory.mktemp("definitions")
    with Warehouse.open(folder / "work.duckdb") as warehouse:
        add_days(warehouse, RUNS)
        again = articles_of(0, 6, domain="harbourpost.example", language="fr")
        versions = [
            dataclasses.replace(one, doc_id=document_id(b"new", one.doc_id), text_sha256=f"new{number}")
            for number, one in enumerate(again)
        ]
        add_run(warehouse, RUNS, versions, duplicates=[copy_of(versions[0])])
        junk = [rejected(900), rejected(901)]
        add_run(warehouse, RUNS + 1, quarantined=junk, held=frozenset(raw.doc_id for raw, _ in junk))
        return publish(warehouse, folder)


@pytest.fixture(scope="module")
def overview(published: Path) -> OverviewReport:
    with Warehouse.open_published(published) as reader:
        return gather_overview(reader)


@pytest.fixture(scope="module")
def runs(published: Path, overview: OverviewReport) -> list[RunReport]:
    with Warehouse.open_published(published) as reader:
        return [gather_run(reader, run.run_id) for run in overview.runs]


def article_counts(mix: Mix) -> set[int]:
    """The articles of a report, as each of its sections counts them."""
    sections = (mix.sources, mix.languages, mix.ages)
    return {sum(one.articles for one in section) for section in sections}


def quarantined(mix: Mix) -> int:
    return sum({(one.stage, one.reason): one.documents for one in mix.quarantine}.values())


def test_every_section_over_time_counts_the_current_articles(overview: OverviewReport) -> None:
    assert overview.totals.replaced == 6
    assert article_counts(overview.mix) == {overview.totals.articles}
    assert len(overview.mix.sources) == overview.totals.sources
    assert len(overview.mix.languages) == overview.totals.languages


def test_every_section_of_a_run_counts_what_it_loaded(runs: list[RunReport]) -> None:
    for report in runs:
        assert article_counts(report.mix) <= {report.run.loaded, 0}
        assert sum(one.articles for one in report.mix.sources) == report.run.loaded
        assert sum(one.revised for one in report.mix.sources) == report.run.revised
        assert quarantined(report.mix) == report.run.quarantined


def test_runs_add_up_to_what_is_there(overview: OverviewReport) -> None:
    totals = overview.totals
    assert sum(run.loaded for run in overview.runs) == totals.articles + totals.replaced
    assert sum(run.loaded - run.revised for run in overview.runs) == totals.articles
    assert sum(run.duplicates for run in overview.runs) == totals.duplicates
    assert sum(run.quarantined for run in overview.runs) == totals.quarantined == quarantined(overview.mix)
    assert sum(one.articles for one in overview.run_languages) == totals.articles + totals.replaced
    for run in overview.runs:
        assert run.read == run.loaded + run.quarantined + run.duplicates + run.unchanged


def test_cuts_are_the_same_by_kind_by_source_and_in_all(overview: OverviewReport, runs: list[RunReport]) -> None:
    for report in (overview, *runs):
        kinds = {one.kind: (one.cuts, one.characters) for one in report.mix.stripped_kinds}.values()
        sources = report.mix.stripped_sources
        assert sum(cuts for cuts, _ in kinds) == sum(one.cuts for one in sources)
        assert sum(characters for _, characters in kinds) == sum(one.characters for one in sources)
    for run in runs:
        assert sum(one.cuts for one in run.mix.stripped_sources) == run.run.cuts


def test_nothing_is_well_while_a_batch_is_held(runs: list[RunReport]) -> None:
    for report in runs:
        assert report.verdict.word == "Something is wrong"
        assert "2 documents" in report.verdict.findings[0].sentence
