"""``copydesk disclosures``."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from flows.cli.output import AsJson, Config, PublishedPath, WarehousePath, err, out, plain, print_json, print_table


def disclosures(
    domain: Annotated[str, typer.Argument(help="A domain, asked by https, or an address of the site.")],
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what a site discloses in trust.txt, ads.txt, robots.txt and tdmrep.json, and keep it.

    Calling this command is the consent to fetch: a handful of files of the site, and the trust.txt of up to 20 others
    that it names, to see whether they name it in turn. Each fetch asks what robots.txt allows.

    [bold]Example[/bold]

      copydesk disclosures harbourpost.example
    """
    from flows.settings import load_settings
    from flows.site_disclosures import disclose

    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    with err.status("asking the site"):
        found = disclose(settings, domain)
    if as_json:
        print_json(dataclasses.asdict(found))
        return
    cells = [[row.place, row.fact, row.value, row.quote] for row in found.rows]
    print_table(["file", "fact", "value", "quoted"], cells, title=f"What {plain(found.source)} discloses")
    for note in found.notes:
        out.print(plain(f"not read: {note}"), soft_wrap=True)
    out.print(plain(f"\nWith everything else that is known: copydesk sources show {found.source}"), soft_wrap=True)
