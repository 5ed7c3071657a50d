"""``copydesk runs``."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from flows.cli.output import AsJson, Config, PublishedPath, out, plain, print_json, table


def runs(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """List the last runs: what came in, where it went, how each ended."""
    from flows.settings import load_settings
    from warehouse import Warehouse

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as warehouse:
        rows = warehouse.runs(limit)
    if as_json:
        print_json([dataclasses.asdict(row) for row in rows])
        return
    columns = ["run (UTC)", "state", "read", "loaded", "quaran-\ntined", "dupli-\ncates", "un-\nchanged"]
    counts = [[row.read, row.loaded, row.quarantined, row.duplicates, row.unchanged] for row in rows]
    out.print(table(columns, [[row.run_id, row.state, *count] for row, count in zip(rows, counts, strict=True)]))
    for row in rows:
        if row.message:
            out.print(f"\n{row.run_id} {row.state}: {plain(row.message)}")
