"""``copydesk serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.output import Config, PublishedPath, WarehousePath, err, out, plain

CRON_HELP = "When it is due, as cron in UTC; '' for never."


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65534, help="Port of the page; reports are at the next one.")] = 4200,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", help="Host name under which people reach it, such as a proxy's; repeatable."),
    ] = None,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", "-i", help="What to take in: file, folder, glob or URL; repeatable.")
    ] = None,
    cron_ingest: Annotated[str | None, typer.Option(help=CRON_HELP, metavar="CRON")] = None,
    cron_rescore: Annotated[str | None, typer.Option(help=CRON_HELP, metavar="CRON")] = None,
    cron_report: Annotated[str | None, typer.Option(help=CRON_HELP, metavar="CRON")] = None,
    cron_maintain: Annotated[str | None, typer.Option(help=CRON_HELP, metavar="CRON")] = None,
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
) -> None:
    """Run everything on a schedule, with a page that shows it: one command, no account, no network.

    Ingest, rescore, report and maintain run when they are due, one writer at a time. The page starts runs by hand too.
    The address after "Sign in" opens it in a browser. Ctrl-C ends it; a run that is going on is stopped, and the next
    one goes on from there.

    [bold]Examples[/bold]

      copydesk serve
      copydesk serve --input samples --cron-ingest '* * * * *'
    """
    from flows.scheduled import serve as service
    from flows.settings import load_settings

    overrides: dict[str, Any] = {
        "warehouse": warehouse,
        "published": published,
        "inputs": tuple(inputs) if inputs else None,
        "ingest_cron": cron_ingest,
        "rescore_cron": cron_rescore,
        "report_cron": cron_report,
        "maintain_cron": cron_maintain,
    }
    settings = load_settings(overrides, config_file=config)
    _make_drop_folder(settings.inputs)
    if host in service.ANY_ADDRESS:
        err.print("[yellow]The password and the reports go over the network as they are:[/yellow] see docs/operate.md")
    service.serve(
        settings,
        overrides,
        service.Address(host, port, tuple(names or ())),
        config=config,
        is_private=out.is_terminal,
        tell=lambda line: out.print(plain(line), soft_wrap=True),
    )


def _make_drop_folder(inputs: tuple[str, ...]) -> None:
    """The folder of the default setting, so that a first try has somewhere to put news."""
    from flows.settings import Settings

    if inputs == Settings.model_fields["inputs"].default and not Path(inputs[0]).exists():
        Path(inputs[0]).mkdir()
        out.print(f"Made the folder [bold]{plain(inputs[0])}[/bold]: what you put there is taken in.")
