"""``copydesk relate``."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.output import AsJson, Config, PublishedPath, WarehousePath, err, out, print_json, require_warehouse
from flows.plural import things


def relate(
    anew: Annotated[bool, typer.Option("--anew", help="Forget what was found before and relate everything.")] = False,
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Find near-duplicates and stories among the articles that were loaded since the last time.

    What is found stands in the published database: see [bold]copydesk stories list[/bold] and the views story_reports,
    story_agreement syndication and copies_in_parts.

    [bold]Examples[/bold]

      copydesk relate
      copydesk relate --anew
    """
    from flows import relate as stage
    from flows.settings import load_settings

    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    require_warehouse(settings)
    with err.status("relating ...") as status:
        result = stage.relate(
            settings, anew=anew, on_progress=lambda done, total: status.update(f"{done:,} of {total:,} related")
        )
    if as_json:
        print_json(result)
        return
    out.print(
        f"{things(result.articles, 'article')} related: "
        f"{things(result.near_duplicates, 'pair of near-duplicates', 'pairs of near-duplicates')}, "
        f"{things(result.text_parts, 'text')} found in part in longer ones, "
        f"{things(result.placed, 'article')} placed in stories, {things(result.stories, 'story', 'stories')} changed"
    )
    out.print("See copydesk stories list")
