"""``copydesk maintain``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import (
    AsJson,
    Config,
    PublishedPath,
    WarehousePath,
    out,
    plain,
    print_json,
    print_table,
    require_warehouse,
)
from flows.plural import things
from transforms.errors import EXIT_FAILED

if TYPE_CHECKING:
    from flows.maintain import MaintainResult


def maintain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; say what would go and what is wrong.")
    ] = False,
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Prune what is too old, compact the database file, and verify the books and a sample.

    How long things are kept is a setting each: [bold]copydesk config show[/bold]. What went stands in the table
    prunings, what was verified in verifications. Exit code 1 where a verification found something wrong.

    [bold]Examples[/bold]

      copydesk maintain --dry-run
      copydesk maintain
    """
    from flows import maintain as composition
    from flows.settings import load_settings

    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    require_warehouse(settings)
    result = composition.maintain(settings, dry_run=dry_run)
    if as_json:
        print_json(result)
    else:
        _print(result)
    sys.exit(EXIT_FAILED if result.problems else 0)


def _print(result: MaintainResult) -> None:
    went = "would go" if result.dry_run else "went"
    for pruning in result.prunings:
        out.print(
            f"{pruning.pruned:,} {pruning.what} from before {pruning.older_than:%Y-%m-%d} {went} "
            f"({pruning.bytes / 1e6:,.1f} MB; {pruning.setting})"
        )
    if not result.prunings:
        out.print("Nothing is old enough to go.")
    free = f"{result.before.free / 1e6:,.1f} of {result.before.total / 1e6:,.1f} MB were empty"
    out.print(
        f"Compacted to {result.after.total / 1e6:,.1f} MB: {free}" if result.compacted else f"Not compacted: {free}"
    )
    out.print()
    rows = [[one.verification, one.examined, one.problems, one.example] for one in result.verifications]
    print_table(["verified", "looked at", "wrong", "example"], rows)
    if result.problems:
        found = things(result.problems, "problem")
        out.print(plain(f"\n{found}: see docs/operate.md, what to do when books do not balance"))
