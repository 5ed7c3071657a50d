"""``copydesk ratings``: import expert ratings of sources, and see what is there."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.output import (
    AsJson,
    Config,
    NotFound,
    PublishedPath,
    WarehousePath,
    out,
    print_json,
    print_table,
    show,
)
from flows.plural import things

app = typer.Typer(no_args_is_help=True, help="Expert ratings of sources: import public sets or your own.")

SHOWN_REFUSALS = 5


@app.command("import")
def import_set(
    file: Annotated[str, typer.Argument(help="A file, or an fsspec URL such as https://...", metavar="FILE|URL")],
    form: Annotated[
        str, typer.Option("--format", help="lin2023, mbfc, iffy, cred1, wikipedia, or own (a CSV of your own).")
    ],
    rating_set: Annotated[
        str | None, typer.Option("--set", help="Name of the set; the format's where not given. Needed for own.")
    ] = None,
    rated_on: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day that the ratings can be of.")
    ] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the set, where it is not the format's.")] = None,
    link: Annotated[str | None, typer.Option(help="Where the set comes from, where it is not the format's.")] = None,
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Import a set of ratings, in place of the set of the same name, and score the sources that it rates.

    [bold]Examples[/bold]

      copydesk ratings import domain_pc1.csv --format lin2023
      copydesk ratings import desk.csv --format own --set our-desk --rated-on 2026-01-31
    """
    from flows.rating_files import read_rating_file
    from flows.score import import_ratings, load_score_tools
    from flows.settings import load_settings
    from transforms.credibility.ratings import RatingSource

    if form == "own" and not rating_set:
        raise typer.BadParameter("a set of your own needs a name, such as --set our-desk", param_hint="--set")
    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    source = RatingSource(rating_set, rated_on.date() if rated_on else None, licence, link)
    content = read_rating_file(file)
    found, result = import_ratings(settings, content, Path(file).name, form, source, load_score_tools())
    if as_json:
        print_json({"ratings": len(found.ratings), "refused": found.refused, **dataclasses.asdict(result)})
        return
    out.print(f"{things(len(found.ratings), 'rating')} imported; {things(result.scores_changed, 'score')} changed")
    if found.refused:
        out.print(f"{things(len(found.refused), 'row')} rejected, such as:")
        shown = [[row.row, row.name, row.reason] for row in found.refused[:SHOWN_REFUSALS]]
        print_table(["row", "name", "reason"], shown)


@app.command("list")
def list_sets(config: Config = None, published: PublishedPath = None, as_json: AsJson = False) -> None:
    """List the imported sets with family, date, licence and origin."""
    from flows.settings import load_settings
    from warehouse import Warehouse
    from warehouse.credibility import Credibility

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as opened:
        rows = Credibility(opened).rating_sets()
    show(
        rows,
        ["set", "families", "ratings", "of sources here", "rated until", "licence", "link"],
        lambda row: [
            *(row.rating_set, ", ".join(row.families), row.ratings, row.with_articles),
            *(row.rated_on, row.licence, row.link),
        ],
        as_json,
        when_empty="No ratings yet: copydesk ratings import FILE --format FORMAT",
    )


@app.command("show")
def show_ratings(
    domain: Annotated[str, typer.Argument(help="A domain or address of the source.")],
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Show every rating of a source: what each set says, in its own words and on our scale."""
    from flows.score import load_score_tools
    from flows.settings import load_settings
    from warehouse import Warehouse
    from warehouse.credibility import Credibility

    name = load_score_tools().names.name(domain)
    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as opened:
        rows = Credibility(opened).ratings_of([name.key]) if name else []
    if not rows:
        raise NotFound(f"no set rates {domain}; see copydesk ratings list")
    show(
        rows,
        ["set", "family", "says", "quality", "spread", "rated as", "until", "licence", "link"],
        lambda row: [
            *(row.rating_set, row.family, row.raw_label),
            row.unscored_reason if row.quality_mean is None else row.quality_mean,
            *(row.quality_spread, row.rated_name, row.rated_on, row.licence, row.link),
        ],
        as_json,
        title=rows[0].source,
    )


@app.command("conflicts")
def conflicts(
    limit: Annotated[int, typer.Option(min=1, help="How many, the widest apart first.")] = 50,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """List sources that independent sets judge very differently."""
    from flows.settings import load_settings
    from warehouse import Warehouse
    from warehouse.credibility import Credibility

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as opened:
        rows = Credibility(opened).rating_conflicts(limit)
    show(
        rows,
        ["source", "lowest", "says", "quality", "highest", "says", "quality", "apart"],
        lambda row: [
            *(row.source, row.lowest_family, row.lowest_label, f"{row.lowest_quality:.2f}"),
            *(row.highest_family, row.highest_label, f"{row.highest_quality:.2f}", f"{row.difference:.2f}"),
        ],
        as_json,
    )
