"""The command line ``copydesk``: one command per thing that a person wants to do.

Commands parse, call and print; work belongs to the other modules of flows. Heavy imports stand inside the commands, so
that ``--help`` answers at once.
"""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Annotated

import typer

from flows.cli import (
    config,
    disclosures,
    dismiss,
    explain,
    export,
    fetch,
    maintain,
    notify,
    quarantine,
    ratings,
    reclean,
    relate,
    report,
    rules,
    run,
    runs,
    score,
    search,
    serve,
    sources,
    sql,
    stories,
)
from flows.cli.output import EXIT_CODES, reporting_errors

app = typer.Typer(
    name="copydesk",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The copy desk for a news database: raw news in, clean articles and a record of every cut out.",
    epilog=f"Start with: [bold]copydesk run FOLDER[/bold]. Exit codes: {EXIT_CODES}.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"copydesk {metadata.version('copydesk')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take the options that belong to no command."""


app.command("run")(run.run)
app.command("fetch")(fetch.fetch)
app.command("disclosures")(disclosures.disclosures)
app.command("sql")(sql.sql)
app.command("search")(search.search)
app.command("export")(export.export)
app.command("explain")(explain.explain)
app.command("runs")(runs.runs)
app.command("dismiss")(dismiss.dismiss)
app.command("report")(report.report)
app.command("score")(score.score)
app.add_typer(sources.app, name="sources")
app.add_typer(ratings.app, name="ratings")
app.command("reclean")(reclean.reclean)
app.command("relate")(relate.relate)
app.command("maintain")(maintain.maintain)
app.command("serve")(serve.serve)
app.add_typer(config.app, name="config")
app.add_typer(notify.app, name="notify")
app.add_typer(stories.app, name="stories")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(rules.app, name="rules")


def main() -> None:
    """Entry point of the ``copydesk`` command; ends the process with a documented exit code."""
    with reporting_errors():
        app()
    sys.exit(0)
