"""``copydesk sql``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.answers import Format, show, written
from flows.cli.output import Config, PublishedPath, err, out
from flows.plural import things

QueryFile = Annotated[Path | None, typer.Option("--file", "-f", help="Read the query from this file.")]


def sql(
    query: Annotated[
        str | None, typer.Argument(help="SQL, one statement or several; - reads it from standard input.")
    ] = None,
    file: QueryFile = None,
    form: Annotated[
        Format, typer.Option("--format", help="table and markdown for people, the others for programs.")
    ] = Format.TABLE,
    limit: Annotated[int | None, typer.Option(min=1, help="Rows to write; all where not given.")] = None,
    config: Config = None,
    published: PublishedPath = None,
) -> None:
    """Ask the published database, which a run never locks.

    A query only reads that database: it cannot write, and sees no other file, no network and no setting. On a terminal
    a long answer is shown page by page. docs/sql.md explains the tables and has queries to begin with.

    [bold]Examples[/bold]

      copydesk sql "FROM quarantine_by_reason"
      copydesk sql "SELECT domain, count(*) FROM articles GROUP BY ALL" --format csv
      copydesk sql --file report.sql --format markdown
    """
    from flows.settings import load_settings
    from warehouse import Warehouse

    statements = read_query(query, file)
    settings = load_settings({"published": published}, config_file=config)
    width = out.width if sys.stdout.isatty() else None
    with Warehouse.open_published(settings.published) as warehouse:
        for number, answer in enumerate(warehouse.answers(statements)):
            if number and form in {Format.TABLE, Format.MARKDOWN}:
                out.print()
            show(written(form, answer.schema, answer.first(limit), width))
            if limit is not None and form is Format.TABLE and next(answer.batches, None) is not None:
                err.print(f"{things(limit, 'row')} shown; there are more.")


def read_query(query: str | None, file: Path | None) -> str:
    """The query of a command, from its argument, a file or standard input."""
    if (query is None) == (file is None):
        raise typer.BadParameter("give one query: as an argument, as - for standard input, or with --file")
    if file is not None:
        try:
            return file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"{file} cannot be read: {error}") from error
    assert query is not None
    return sys.stdin.read() if query == "-" else query
