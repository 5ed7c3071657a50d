"""``copydesk config``: every setting, its value and where that came from, and whether all of it can be used."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.output import AsJson, Config, out, plain, print_json, print_table

app = typer.Typer(no_args_is_help=True, help="Settings: what they are, where each value comes from, whether they hold.")


@app.command("show")
def show_config(
    changed: Annotated[bool, typer.Option("--changed", help="Only what is not the default.")] = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show every setting with its value and origin: default, the settings file, or the environment.

    A setting is given as [bold]key = value[/bold] in copydesk.toml or as [bold]COPYDESK_KEY[/bold] in the environment,
    lists and tables there as JSON; options of a command win over both.
    """
    from flows.settings import DEFAULT, trace_settings

    rows = trace_settings(config_file=config).rows()
    rows = [row for row in rows if not changed or row["origin"] != DEFAULT]
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print("All settings have their defaults.")
        return
    for row in rows:
        value = "-" if row["value"] is None else row["value"]
        out.print(f"[bold]{row['key']}[/bold] = {plain(value)}  [cyan]({plain(row['origin'])})[/cyan]")
        out.print(f"    [dim]{plain(row['description'])}[/dim]")


@app.command("check")
def check_config(config: Config = None, as_json: AsJson = False) -> None:
    """Try everything that the settings name: schedules, rule packs, contract, corrections, inputs, folders.

    Changes nothing and reads no news. What is wrong ends the command with 2 and a line for each problem.
    """
    import sys

    from flows.configured import check_settings
    from flows.settings import load_settings
    from transforms.errors import EXIT_USAGE

    problems = check_settings(load_settings(config_file=config))
    if as_json:
        print_json({"problems": problems})
    elif problems:
        print_table(["problem"], [[problem] for problem in problems])
    else:
        out.print("All settings can be used.")
    sys.exit(EXIT_USAGE if problems else 0)
