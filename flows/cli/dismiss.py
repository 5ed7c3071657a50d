"""``copydesk dismiss``."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from typing import Annotated

import typer

from flows.cli.output import (
    EXIT_HELD,
    AsJson,
    Config,
    NotFound,
    PublishedPath,
    WarehousePath,
    out,
    plain,
    print_json,
    require_warehouse,
)


def dismiss(
    run: Annotated[str, typer.Argument(help="Id of the run that left something waiting.")],
    reason: Annotated[str, typer.Option(help="Why nothing of it needs to wait any longer.", prompt=True)],
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Decide that what a run left waiting needs nobody any longer: held documents, or that it failed.

    The reason is recorded in the table decisions. Documents that are held stay in quarantine, where they can still be
    tried again. To load them instead: [bold]copydesk quarantine retry --accept-batch[/bold].

    [bold]Examples[/bold]

      copydesk dismiss 20260131T081500-9f3a1c --reason "error pages of one hour; the site is well again"
    """
    from flows.settings import load_settings
    from flows.waiting import sentence
    from warehouse import Warehouse

    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    if not reason.strip():
        raise typer.BadParameter("say in a few words why", param_hint="--reason")
    require_warehouse(settings)
    with Warehouse.open(settings.warehouse) as opened:
        if not any(one.run_id == run for one in opened.waiting()):
            raise NotFound(f"nothing of a run {run} waits; copydesk runs lists what does")
        opened.decide(run, reason.strip(), dt.datetime.now(dt.UTC))
        left = opened.waiting()
        opened.publish(settings.published)
    if as_json:
        print_json({"dismissed": run, "waiting": [dataclasses.asdict(one) for one in left]})
    else:
        out.print(f"Run {run} waits for nobody any longer.")
        for one in left:
            out.print(plain(f"Still waiting: {sentence(one)}"))
    sys.exit(EXIT_HELD if left else 0)
