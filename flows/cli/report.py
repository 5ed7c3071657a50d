"""``copydesk report``."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import AsJson, Config, PublishedPath, err, out, plain, print_json

if TYPE_CHECKING:
    from flows.settings import Settings


def report(
    run: Annotated[str | None, typer.Argument(help="Id of a run; the latest where none is given.")] = None,
    overview: Annotated[bool, typer.Option("--overview", help="Only the report over time.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="The report of every run, and the one over time.")] = False,
    folder: Annotated[Path | None, typer.Option("--reports", help="The folder that reports are written to.")] = None,
    opened: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Write what happened to the data as pages for people: one about a run, one over time.

    Each page is one file that needs no network. What it shows is told in docs/reports.md.

    [bold]Examples[/bold]

      copydesk report --open
      copydesk report --all
    """
    from flows.settings import load_settings

    if sum((run is not None, overview, everything)) > 1:
        raise typer.BadParameter("give a run, --overview or --all, not several of them")
    settings = load_settings({"published": published, "reports": folder}, config_file=config)
    with err.status("writing ..."):
        paths = _write(settings, run, overview=overview, everything=everything)
    if as_json:
        print_json({"reports": [str(path) for path in paths]})
    else:
        for path in paths:
            out.print(plain(path), soft_wrap=True)
    if opened:
        webbrowser.open(paths[0].resolve().as_uri())


def _write(settings: Settings, run: str | None, *, overview: bool, everything: bool) -> list[Path]:
    """The pages that were written; the one that was asked for first."""
    from flows.report import write_overview_report, write_run_report
    from flows.tools import read_contract
    from warehouse import Warehouse

    folder, published, contract = settings.reports, settings.published, read_contract(settings)
    if overview:
        return [write_overview_report(published, folder)]
    run_ids: list[str | None] = [run]
    if everything:
        with Warehouse.open_published(published) as warehouse:
            run_ids = [one.run_id for one in warehouse.runs(_EVERY_RUN)]
    written = [write_run_report(published, folder, run_id, contract=contract) for run_id in run_ids]
    over_time = write_overview_report(published, folder)
    return [over_time, *written] if everything else [*written, over_time]


_EVERY_RUN = 1_000_000
