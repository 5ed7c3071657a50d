"""``copydesk run``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import (
    EXIT_HELD,
    AsJson,
    Config,
    PublishedPath,
    WarehousePath,
    err,
    holding_interrupts,
    out,
    plain,
    print_json,
    remembering_interrupts,
)
from transforms.errors import EXIT_USAGE

if TYPE_CHECKING:
    from flows.fetching.fetch import FetchProgress
    from flows.gather import OnFetch
    from flows.run import OnProgress
    from flows.run import Progress as RunProgress


def run(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders, globs, fsspec URLs, feed:URL, sitemap:URL, urls:FILE, -.", metavar="INPUT..."
        ),
    ],
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes; one per core where not given.")] = None,
    runner: Annotated[str | None, typer.Option(help="local, or ray for a cluster; see docs/scale.md.")] = None,
    address: Annotated[
        str | None, typer.Option(help="The Ray cluster: HOST:PORT, or ray://HOST:PORT from outside.")
    ] = None,
    storage: Annotated[
        str | None, typer.Option(help="With ray: a folder or fsspec URL that every node reads and writes.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="Name of your column or JSON field, as our_name=your_name; repeatable.", metavar="A=B"
        ),
    ] = None,
    csv_dialect: Annotated[
        str | None,
        typer.Option(help="How CSV files write quotation marks inside cells: auto, standard (doubled) or backslash."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take raw news to clean, validated articles in DuckDB.

    The same input again changes nothing; a page that changed becomes a new revision. Every document ends exactly once:
    loaded, quarantined with its reason, duplicate, or unchanged. A field named by --map that no row has, and a file
    without a field for the text, are refused before anything is read; an input of which nothing could be read ends the
    command with exit code 2.

    [bold]Examples[/bold]

      copydesk run samples
      copydesk run dump.jsonl.gz --map text=article_body --map url=link
      copydesk run feed:https://harbourpost.example/feed.xml
      zcat crawl.warc.gz | copydesk run -
      copydesk run crawl --runner ray --storage s3://bucket/copydesk
    """
    with holding_interrupts():
        from flows import run as composition
        from flows.settings import load_settings
        from flows.summary import summary_text, summary_values

    overrides = {"warehouse": warehouse, "published": published, "workers": workers, "field_map": _field_map(field)}
    others = {"runner": runner, "ray_address": address, "shared_storage": storage, "csv_dialect": csv_dialect}
    settings = load_settings({**overrides, **others}, config_file=config)
    with _progress_bar() as (on_progress, on_fetch):
        result = composition.run(settings, inputs, on_progress=on_progress, on_fetch=on_fetch)
    if as_json:
        print_json(summary_values(result))
    else:
        out.print(plain(summary_text(result, settings)), soft_wrap=True)
    sys.exit(EXIT_USAGE if result.fruitless else EXIT_HELD if result.waiting else 0)


def _field_map(pairs: list[str] | None) -> dict[str, str] | None:
    if not pairs:
        return None
    wrong = [pair for pair in pairs if not all(pair.partition("="))]
    if wrong:
        raise typer.BadParameter(
            f"{wrong[0]!r} is not of the form our_name=your_name, such as text=body", param_hint="--map"
        )
    return dict(pair.split("=", 1) for pair in pairs)


@contextmanager
def _progress_bar() -> Iterator[tuple[OnProgress, OnFetch]]:
    """A bar on standard error with documents, rate, elapsed and remaining time; silent where that is not a terminal."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("elapsed,"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=err,
        transient=True,
    )
    with bar, remembering_interrupts() as raise_lost_interrupt:
        task = bar.add_task("reading", total=None, rate="")

        def show(progress: RunProgress) -> None:
            raise_lost_interrupt()
            seconds = bar.tasks[0].elapsed or 0.0
            rate = f"{progress.read / seconds:,.0f} documents/s" if seconds else ""
            bar.update(
                task,
                completed=progress.bytes_read,
                total=progress.total_bytes,
                description=f"{progress.read:,} read, {progress.ledger.read:,} settled",
                rate=rate,
            )

        def show_fetch(progress: FetchProgress) -> None:
            bar.update(task, description=f"{progress.pages:,} pages fetched, {progress.left:,} waiting")

        yield show, show_fetch
