"""``copydesk reclean``: today's rules, templates and model on the articles that are stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import (
    AsJson,
    Config,
    PublishedPath,
    WarehousePath,
    err,
    out,
    print_json,
    print_table,
    require_warehouse,
)
from flows.plural import things

if TYPE_CHECKING:
    from flows.reclean import OnReclean, RecleanResult

EXAMPLE_CHARACTERS = 100


def reclean(
    source: Annotated[str | None, typer.Option(help="Only this source, such as bbc.co.uk.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Articles that were cleaned with today's rules too; after an upgrade.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change in the published copy; change nothing.")
    ] = False,
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Clean stored articles anew by today's rules, without reading the input again, and say what changed.

    Only articles that were cleaned with other rules or templates are looked at, so that it can be stopped and started
    again. An article that would be sent back today stays as it was and is named.

    [bold]Examples[/bold]

      copydesk reclean --dry-run
      copydesk reclean --source bbc.co.uk
    """
    from flows.reclean import reclean as clean_anew
    from flows.settings import load_settings

    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    require_warehouse(settings)
    with _progress_bar() as on_progress:
        result = clean_anew(settings, domain=source, everything=everything, dry_run=dry_run, on_progress=on_progress)
    if as_json:
        facts = dataclasses.asdict(result.summary) | {"templates_learned": result.templates_learned}
        print_json(facts | {"dry_run": dry_run, "changes": result.changes})
    else:
        _print(result, dry_run)


def _print(result: RecleanResult, dry_run: bool) -> None:
    summary = result.summary
    out.print("Nothing was changed; this is what would be:" if dry_run else f"Re-cleaned as {summary.reclean_id}")
    rows = [
        ["looked at", summary.looked_at, "articles cleaned with other rules or templates"],
        ["changed", summary.changed, f"{things(summary.lines_cut, 'line')} newly cut, {summary.lines_kept:,} put back"],
        ["unchanged", summary.unchanged, "came out as they were"],
        ["refused", summary.refused, "would be sent back today; left as they were"],
    ]
    print_table(["articles", "count", ""], rows)
    if result.templates_learned:
        out.print(f"{things(result.templates_learned, 'new template')} learned")
    if result.changes:
        out.print()
        columns = ["rule", "change", "lines", "document", "for example"]
        cells = [
            [one.rule_id, one.change, one.lines, one.doc_id[:12], one.example[:EXAMPLE_CHARACTERS]]
            for one in result.changes
        ]
        print_table(columns, cells)


@contextmanager
def _progress_bar() -> Iterator[OnReclean]:
    """A bar on standard error; silent where that is not a terminal."""
    from rich.progress import Progress

    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("cleaning anew", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show
