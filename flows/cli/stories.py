"""``copydesk stories``: events that several sources report, what their reports share and where they differ."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import AsJson, Config, NotFound, PublishedPath, out, plain, print_json, print_table, show
from flows.plural import things

if TYPE_CHECKING:
    from transforms.stories.facts import StoryFact
    from warehouse.stories import ListedReport, ListedStory

app = typer.Typer(no_args_is_help=True, help="Events that several sources report: who, what they share, what differs.")

SHOWN_SOURCES = 4
SHOWN_SENTENCE = 160


@app.command("list")
def list_stories(
    words: Annotated[str | None, typer.Option(help="Only stories with this in the title.")] = None,
    since: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only stories that go on at this day or later.")
    ] = None,
    reports: Annotated[int, typer.Option(min=1, help="At least so many independent reports.")] = 1,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 30,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """List stories: articles of several sources about one event, within days.

    Copies of one text, texts of one agency and articles of one source count as one independent report.
    """
    from flows.settings import load_settings
    from warehouse import Warehouse
    from warehouse.stories import StoryFilter, stories

    settings = load_settings({"published": published}, config_file=config)
    wanted = StoryFilter(words=words, since=since.date() if since else None, least_reports=reports, limit=limit)
    with Warehouse.open_published(settings.published) as warehouse:
        found = stories(warehouse, wanted)
    show(
        found,
        ["story", "days", "title", "articles", "reports", "sources"],
        _cells,
        as_json,
        after="Look closer: copydesk stories show STORY",
        when_empty="No story matches. Stories are found by copydesk relate.",
    )


@app.command("show")
def show_story(
    story: Annotated[str, typer.Argument(help="Id of a story or of one of its articles; its first characters do.")],
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Show a story: its independent reports, what more than one of them says, and where they differ."""
    from flows.settings import load_settings
    from warehouse import Warehouse
    from warehouse.stories import facts, reports, story_of

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as warehouse:
        found = story_of(warehouse, story)
        if found is None:
            raise NotFound(f"no story begins with {story}; see copydesk stories list")
        told, said = reports(warehouse, found.story_id), facts(warehouse, found.story_id)
    if as_json:
        print_json(dataclasses.asdict(found) | {"reports": told, "facts": said})
        return
    _print(found, told, said)


def _cells(story: ListedStory) -> list[object]:
    more = len(story.sources) - SHOWN_SOURCES
    sources = ", ".join(map(_source, story.sources[:SHOWN_SOURCES])) + (f" and {more} more" if more > 0 else "")
    return [story.story_id[:12], _days(story), story.title, story.article_count, story.report_count, sources]


def _source(source: str) -> str:
    """A source for people; by what it is held apart from others does not matter to them."""
    kind, marked, name = source.partition(": ")
    return source if not marked else name if kind == "publisher" else "not known"


def _days(story: ListedStory) -> str:
    if story.first_on is None:
        return "not known"
    return str(story.first_on) if story.first_on == story.last_on else f"{story.first_on} to {story.last_on}"


def _print(story: ListedStory, told: list[ListedReport], said: list[StoryFact]) -> None:
    out.print(f"[bold]{plain(story.title or 'without a headline')}[/bold]")
    days = _days(story) if story.first_on else "day of publication not known"
    counts = (
        things(story.article_count, "article") + " of " + things(story.source_count, "source"),
        things(story.report_count, "independent report"),
    )
    out.print(f"{days}; {', '.join(counts)}\n")
    rows = [
        [
            one.report_number,
            _source(one.source),
            one.because,
            one.day if one.day_known else "not known",
            one.agency,
            one.title or f"without a headline, article {one.article_id[:12]}",
        ]
        for one in told
    ]
    print_table(["report", "source", "counts as", "day", "agency", "title"], rows)
    number = {one.article_id: one.report_number for one in told}
    _print_shared([fact for fact in said if fact.agreement == "shared"], number)
    _print_differing([fact for fact in said if fact.agreement != "shared"], number)


def _print_shared(facts: list[StoryFact], number: dict[str, int]) -> None:
    if not facts:
        out.print("\nThe reports share no name, number or quotation that could be read.")
        return
    out.print("\n[bold]What more than one report says[/bold]")
    rows = [
        [kind, subject, ", ".join(map(str, sorted({number[fact.article_id] for fact in group})))]
        for (kind, subject), group in _by_subject(facts)
    ]
    print_table(["kind", "what", "reports"], rows)


def _print_differing(facts: list[StoryFact], number: dict[str, int]) -> None:
    if not facts:
        return
    out.print("\n[bold]Where they differ[/bold]")
    rows = [
        [fact.kind, fact.agreement, number[fact.article_id], fact.value, _shortened(fact.sentence)]
        for _, group in _by_subject(facts)
        for fact in group
    ]
    print_table(["kind", "how", "report", "says", "where"], rows)


def _shortened(sentence: str) -> str:
    """As many whole words as are shown, with a mark where more follow."""
    if len(sentence) <= SHOWN_SENTENCE:
        return sentence
    return sentence[:SHOWN_SENTENCE].rpartition(" ")[0] + " …"


def _by_subject(facts: list[StoryFact]) -> list[tuple[tuple[str, str], list[StoryFact]]]:
    grouped = itertools.groupby(facts, key=lambda fact: (fact.kind, fact.subject))
    return [(key, list(group)) for key, group in grouped]
