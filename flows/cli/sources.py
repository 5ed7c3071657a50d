"""``copydesk sources``: the credibility of each source, with its interval, and what it was made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import AsJson, Config, NotFound, PublishedPath, out, plain, print_json, print_table, show

if TYPE_CHECKING:
    from flows.source_sheet import SourceSheet, UnscoredSource
    from warehouse.credibility import CredibilityRow
    from warehouse.disclosures import SheetRow

app = typer.Typer(help="Sources and their credibility: score, interval, evidence.", invoke_without_command=True)


@app.callback(invoke_without_command=True)
def sources(
    context: typer.Context,
    status: Annotated[
        str | None, typer.Option(help="Only this status: scored, 'style only', unknown or unscored.")
    ] = None,
    min_articles: Annotated[int, typer.Option(min=0, help="Least articles; 0 lists rated sources without any.")] = 1,
    limit: Annotated[int, typer.Option(min=1, help="How many, those with most articles first.")] = 50,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """List sources with their score and interval.

    A score says how experts would judge the source as a whole, not whether an article is true. [bold]copydesk sources
    show DOMAIN[/bold] shows what one is made from.
    """
    if context.invoked_subcommand is not None:
        return
    from flows.settings import load_settings
    from warehouse import Warehouse
    from warehouse.credibility import Credibility

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as opened:
        rows = Credibility(opened).credibility(status, min_articles, limit)
    show(
        rows,
        ["source", "status", "90% interval", "quality", "ratings", "articles", "copies", "note"],
        lambda row: [
            *(row.source, row.status, _interval(row), _number(row.quality)),
            *(row.rating_families, row.own_articles, row.copied_articles, _note(row)),
        ],
        as_json,
        after="0 worst, 1 best. Style only: nobody rated the source, and style does not detect falsehood.\n"
        "What a score is made from: copydesk sources show DOMAIN",
        when_empty="No scores yet: copydesk score, after copydesk run.",
    )


@app.command("show")
def show_source(
    domain: Annotated[str, typer.Argument(help="A domain or address of the source.")],
    examples: Annotated[int, typer.Option(min=0, help="Articles to show.")] = 5,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Show all that is known of a source: its score with what it was made from, what it discloses, how it works."""
    from flows.score import load_score_tools
    from flows.settings import load_settings
    from flows.source_sheet import UnscoredSource, sheet_of_domain
    from warehouse import Warehouse

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as opened:
        sheet = sheet_of_domain(opened, domain, examples)
    if sheet is None:
        raise NotFound(f"{domain} has no score; see copydesk sources, or copydesk score")
    if as_json:
        print_json(sheet)
        return
    if isinstance(sheet, UnscoredSource):
        _print_unscored(sheet)
        return
    name = load_score_tools().names.name(domain)
    if name and (name.subdomain or name.section):
        out.print(f"{plain(domain)} has no score of its own; {plain(name.key)} answers for all of its parts.\n")
    _print(sheet)


def _print_unscored(source: UnscoredSource) -> None:
    out.rule(plain(source.source), align="left")
    out.print("not scored yet: copydesk score")
    _print_facts(source.facts)


def _print_facts(facts: Sequence[SheetRow]) -> None:
    """What the source says of itself, what no longer stands, and how its articles are made; facts without weight."""
    for title, part, is_past in _FACT_TABLES:
        chosen = [fact for fact in facts if fact.part == part and fact.is_past == is_past]
        if not chosen:
            continue
        cells = [
            [fact.fact, fact.value, fact.place, fact.quote, _day(fact.first_seen_at), _day(fact.last_seen_at)]
            for fact in chosen
        ]
        columns = ["fact", "value", "where", "quoted", "first seen", "last seen"]
        width = len(columns) if part == "disclosure" else 4
        out.print()
        print_table(columns[:width], [row[:width] for row in cells], title=title)


_FACT_TABLES = (
    ("What the source discloses", "disclosure", False),
    ("What its files said before", "disclosure", True),
    ("How its articles are made (facts without weight in the score)", "practice", False),
)


def _day(moment: dt.datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d}"


def _print(sheet: SourceSheet) -> None:
    row = sheet.credibility
    out.rule(plain(row.source), align="left")
    facts = {
        "status": f"{row.status}: {row.reason}" if row.reason else row.status,
        "quality": None if row.quality is None else f"90% interval {_interval(row)}, around {row.quality:.2f}",
        "under 0.5": None if row.low_quality_chance is None else f"chance {row.low_quality_chance:.0%}",
        "articles": f"{row.own_articles:,} own, {row.copied_articles:,} copies that do not count",
        "correction": _note(row) if row.override else None,
        "scored": f"{row.scored_at:%Y-%m-%d}, content model {row.model_version}",
    }
    out.print("\n".join(f"[dim]{name:<10}[/dim] {plain(value)}" for name, value in facts.items() if value))
    if sheet.ratings:
        columns = ["set", "family", "says", "quality", "until", "licence", "link"]
        cells = [
            [
                *(one.rating_set, one.family, one.raw_label, _number(one.quality_mean)),
                *(one.rated_on, one.licence, one.link),
            ]
            for one in sheet.ratings
        ]
        out.print()
        print_table(columns, cells, title="Ratings")
    if sheet.evidence:
        columns = ["evidence", "name", "value", "weight", "moves the score", "note"]
        cells = [
            [one.kind, one.name, _number(one.value), f"{one.weight:.0%}", f"{one.shift:+.3f}", one.note or ""]
            for one in sheet.evidence
        ]
        out.print()
        print_table(columns, cells, title="What the score is made from (logits, from the prior)")
    _print_facts(sheet.facts)
    _print_articles(sheet)


def _print_articles(sheet: SourceSheet) -> None:
    if sheet.history[1:]:
        past = [[f"{one.scored_at:%Y-%m-%d %H:%M}", one.status, _number(one.quality)] for one in sheet.history]
        out.print()
        print_table(["scored", "status", "quality"], past, title="History")
    if sheet.examples:
        columns = ["document", "title", "words", "loaded", "camps", "speech verbs", "named", "comment sought"]
        cells = [
            [
                *(one.doc_id[:12], one.title, one.narrated_words, one.loaded_words, one.camp_labels),
                *(one.loaded_speech_verbs, one.named_speakers, one.comment_sought),
            ]
            for one in sheet.examples
        ]
        out.print()
        print_table(columns, cells, title="Articles with most loaded language, counted outside quotations")


def _interval(row: CredibilityRow) -> str:
    if row.quality_low is None or row.quality_high is None:
        return "-"
    return f"{row.quality_low:.2f} to {row.quality_high:.2f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _note(row: CredibilityRow) -> str:
    if row.override is None:
        return row.reason or ""
    given = "" if row.override_quality is None else f" {row.override_quality:.2f}"
    return f"{row.override}{given} on {row.override_on}: {row.override_reason}"
