"""``copydesk runs``."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from flows.cli.output import AsJson, Config, PublishedPath, out, print_json, table


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
    columns = ["run", "started (UTC)", "state", "read", "loaded", "quarantined", "duplicates", "unchanged", "inputs"]
    out.print(
        table(
            columns,
            [
                [
                    row.run_id,
                    f"{row.started_at:%Y-%m-%d %H:%M:%S}",
                    f"{row.state}: {row.message}" if row.message else row.state,
                    *(row.read, row.loaded, row.quarantined, row.duplicates, row.unchanged),
                    ", ".join(row.inputs),
                ]
                for row in rows
            ],
        )
    )
