"""``copydesk sql``."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import Config, PublishedPath, out, print_json, table

if TYPE_CHECKING:
    import pyarrow as pa


class Format(StrEnum):
    """How the rows of an answer are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def sql(
    query: Annotated[str, typer.Argument(help="One SQL statement; - reads it from standard input.")],
    rows: Annotated[int, typer.Option(min=1, help="Rows to show; all are written in the other formats.")] = 100,
    form: Annotated[
        Format, typer.Option("--format", help="table for people, json or csv for programs.")
    ] = Format.TABLE,
    config: Config = None,
    published: PublishedPath = None,
) -> None:
    """Ask the published database, which a run never locks.

    [bold]Examples[/bold]

      copydesk sql "FROM quarantine_by_reason"
      copydesk sql "SELECT domain, count(*) FROM articles GROUP BY ALL" --format csv
    """
    from flows.settings import load_settings
    from warehouse import Warehouse

    settings = load_settings({"published": published}, config_file=config)
    statement = sys.stdin.read() if query == "-" else query
    with Warehouse.open_published(settings.published) as warehouse:
        answer = warehouse.query(statement, rows + 1 if form is Format.TABLE else None)
    _print(answer, rows, form)


def _print(answer: pa.Table, rows: int, form: Format) -> None:
    if form is Format.JSON:
        print_json(answer.to_pylist())
    elif form is Format.CSV:
        import pyarrow.csv

        pyarrow.csv.write_csv(answer, sys.stdout.buffer)
    else:
        shown = answer.slice(0, rows)
        out.print(table(answer.column_names, [list(row.values()) for row in shown.to_pylist()]))
        if answer.num_rows > rows:
            out.print(f"\nThe first {rows} rows; more with --rows, all with --format csv or json.")
