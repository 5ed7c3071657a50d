"""``copydesk runs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import AsJson, Config, PublishedPath, out, plain, show

if TYPE_CHECKING:
    from transforms.records import RunSummary


def runs(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """List the last runs: what came in, where it went, how each ended."""
    from flows.settings import load_settings
    from flows.waiting import next_step, sentence
    from warehouse import Warehouse

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as warehouse:
        rows, waiting = warehouse.runs(limit), warehouse.waiting()
    columns = ["run (UTC)", "state", "read", "loaded", "quaran-\ntined", "dupli-\ncates", "un-\nchanged"]
    show(rows, columns, _cells, as_json)
    if as_json:
        return
    for row in rows:
        if row.message:
            out.print(f"\n{row.run_id} {row.state}: {plain(row.message)}")
    for one in waiting:
        out.print(plain(f"\nWaiting: {sentence(one)}\n{next_step(one)}"), soft_wrap=True)


def _cells(row: RunSummary) -> list[object]:
    return [row.run_id, row.state, row.read, row.loaded, row.quarantined, row.duplicates, row.unchanged]
