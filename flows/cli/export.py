"""``copydesk export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.output import AsJson, Config, PublishedPath, out, plain, print_json
from flows.cli.sql import QueryFile, read_query
from flows.plural import things

MEGABYTE = 1e6


def export(
    target: Annotated[Path, typer.Argument(help="File to write (.parquet, .jsonl, .csv or .jsonld), or folder.")],
    table: Annotated[str, typer.Option(help="Table or view to write.")] = "articles",
    query: Annotated[
        str | None, typer.Option(help="Write the answer to this query instead; - reads it from standard input.")
    ] = None,
    file: QueryFile = None,
    form: Annotated[
        Literal["parquet", "jsonl", "csv", "jsonld", "markdown"] | None,
        typer.Option(
            "--format",
            help="Format of the files of a folder; parquet where not given. Markdown has a file for each article; "
            "jsonld writes articles as schema.org NewsArticle.",
        ),
    ] = None,
    partition_by: Annotated[
        str | None, typer.Option(help="Columns by whose values the rows go to folders, such as language,domain.")
    ] = None,
    permitted_for: Annotated[
        Literal["ai-training", "research"] | None,
        typer.Option(
            "--permitted-for", help="Only texts whose page or site expressly permits it; unknown ones stay behind."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file, or a folder that was exported.")] = False,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Write a table, or the answer to a query, to files: Parquet (zstd), JSON Lines, CSV, JSON-LD or Markdown.

    What is written appears when it is whole, or not at all.

    [bold]Examples[/bold]

      copydesk export articles.parquet
      copydesk export dataset --partition-by language
      copydesk export articles.jsonld
      copydesk export notes --format markdown
      copydesk export open.jsonl --permitted-for ai-training
      copydesk export cuts.csv --query "SELECT domain, text FROM stripped_by_source"
    """
    from flows.settings import load_settings
    from warehouse.export import Export
    from warehouse.export import export as write

    settings = load_settings({"published": published}, config_file=config)
    wanted = Export(
        target=target,
        table=table,
        query=None if query is None and file is None else read_query(query, file),
        format=form,
        partition_by=tuple(name.strip() for name in (partition_by or "").split(",") if name.strip()),
        permitted_for=permitted_for,
        replace=force,
    )
    done = write(settings.published, wanted)
    if as_json:
        print_json(done)
        return
    written = f"{things(done.rows, 'row')} in {things(done.files, 'file')}"
    out.print(f"{written}, {done.bytes / MEGABYTE:,.1f} MB: {plain(done.target)}")
