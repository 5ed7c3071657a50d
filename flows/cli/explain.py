"""``copydesk explain``: one document line by line, with what was cut, why, and what was read from it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import AsJson, Config, NotFound, PublishedPath, out, plain, print_json, print_table

if TYPE_CHECKING:
    from flows.batching import Item
    from flows.explain import Explanation, Part
    from flows.settings import Settings
    from flows.tools import Tools
    from transforms.records import Article, Evidence

COLOURS: Mapping[Evidence, str] = {"rule": "red", "template": "magenta", "model": "dark_orange", "structure": "blue"}
"""Of cut text, by what the cut rests on."""

SHOWN_LINKS = 8
SHOWN_IMAGES = 5
SHOWN_CHARACTERS = 100
"""Of a link's words, a caption or a credit; ``--json`` has all of it."""


def explain(
    document: Annotated[str, typer.Argument(help="A file, or a document or article id (its first characters do).")],
    limit: Annotated[int, typer.Option(min=1, help="Documents to show of a file that holds several.")] = 3,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Show a text line by line: kept, or cut by what and why, and what was read from the cuts.

    Cut text is struck through: by a rule in red, as a template of its source in magenta, by the line model, with its
    log-odds, in orange, by the structure of the document in blue. A file is taken by the rules of today and by the
    templates of the published copy.

    [bold]Examples[/bold]

      copydesk explain story.html
      copydesk explain 41af8dbe
    """
    from flows.settings import load_settings

    settings = load_settings({"published": published}, config_file=config)
    if Path(document).is_file():
        tools = _tools(settings)
        found = [_of_item(item, tools) for item in _first_items(document, settings, limit)]
    else:
        found = [_from_warehouse(document, settings)]
    if as_json:
        print_json([explanation.values() for explanation in found])
        return
    for explanation in found:
        _print(explanation)


def _first_items(path: str, settings: Settings, limit: int) -> list[Item]:
    from flows.reading import Reader
    from flows.tools import read_options

    return list(itertools.islice(Reader([path], read_options(settings)), limit))


def _tools(settings: Settings) -> Tools:
    """Rules of today, and the templates of the published copy where it can be read; a file needs no database."""
    from flows.tools import build_tools, read_tool_parts
    from transforms.junk.templates import Templates
    from warehouse import Warehouse, WarehouseError

    parts = read_tool_parts(settings)
    with suppress(WarehouseError), Warehouse.open_published(settings.published) as warehouse:
        parts = dataclasses.replace(parts, templates=Templates(warehouse.templates()))
    return build_tools(parts)


def _of_item(item: Item, tools: Tools) -> Explanation:
    from flows.explain import Explanation, explain_document
    from flows.reading import Unreadable

    if isinstance(item, Unreadable):
        return Explanation.of_rejection(item.document, item.rejection)
    return explain_document(item, tools)


def _from_warehouse(document: str, settings: Settings) -> Explanation:
    from flows.explain import Explanation
    from warehouse import Warehouse

    with Warehouse.open_published(settings.published) as warehouse:
        stored = warehouse.article(document)
    if stored is None:
        raise NotFound(
            f"{document} is neither a file nor the id of an article; articles.doc_id holds the ids of articles, and "
            "copydesk quarantine list shows those of rejected documents"
        )
    return Explanation.of_article(stored.article, stored.cuts, stored.provenance)


def _print(explanation: Explanation) -> None:
    out.rule(plain(f"{explanation.doc_id}  {explanation.origin}"), align="left")
    if explanation.rejection:
        rejection = explanation.rejection
        out.print(
            f"[bold]quarantined[/bold] at {rejection.stage}: {plain(rejection.reason)} ({plain(rejection.detail)})"
        )
    if explanation.article:
        out.print(_facts(explanation))
    for line in explanation.lines:
        _print_line(line)
    if explanation.provenance:
        out.print()
        rows = [[item.kind, item.value, item.read_from, item.line] for item in explanation.provenance]
        print_table(["read", "value", "from", "where it stood"], rows)
    if explanation.article:
        _print_parts(explanation.article)


def _facts(explanation: Explanation) -> str:
    article = explanation.article
    assert article is not None
    facts = {
        "title": article.title,
        "source": article.domain,
        "publisher": article.publisher,
        "published": _when(article.published_on, article.published_at),
        "modified": _when(article.modified_on, article.modified_at),
        "language": _language(article),
        "article": f"{'yes' if article.is_article else 'no'}, {article.article_reason}",
        "words": article.word_count,
    }
    return "\n".join(f"[dim]{name:<10}[/dim] {plain(value)}" for name, value in facts.items() if value) + "\n"


def _language(article: Article) -> str:
    """What the text is in and who said so; what the page declares, where that is another language."""
    found = f"{article.language} ({article.language_by})"
    declared = article.declared_language
    agreed = declared in (None, article.language.partition("-")[0])
    return found if agreed else f"{found}; the page declares {declared}"


def _when(day: dt.date | None, moment: dt.datetime | None) -> str | None:
    """The day as the page writes it, with the moment where it gives an offset too."""
    if day is None or moment is None:
        return None if day is None else day.isoformat()
    return f"{day}, {moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def _print_parts(article: Article) -> None:
    """The first links to other sites, and the first captions with their credits."""
    _print_first(["links to", "by the words"], (article.link_domains, article.link_texts), SHOWN_LINKS)
    _print_first(["caption", "credit"], (article.image_captions, article.image_credits), SHOWN_IMAGES)


def _print_first(names: list[str], columns: tuple[tuple[str, ...], tuple[str, ...]], limit: int) -> None:
    rows = [[_short(value) for value in row] for row in zip(*columns, strict=True)]
    if rows:
        out.print()
        print_table(names, rows[:limit])
    if len(rows) > limit:
        out.print(f"[dim]and {len(rows) - limit} more[/dim]")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def _print_line(line: tuple[Part, ...]) -> None:
    """Kept text as it is, cut text struck through in the colour of its evidence; below it by what, why, how sure."""
    mark = (
        "[red]-[/red]" if all(part.cut for part in line) else "[yellow]~[/yellow]" if any(p.cut for p in line) else " "
    )
    out.print(f"{mark} {''.join(_marked(part) for part in line)}")
    for part in line:
        if cut := part.cut:
            sure = "" if cut.score is None else f" (log-odds {cut.score:+.1f})"
            by = f"[{COLOURS[cut.evidence]}]{cut.evidence}[/{COLOURS[cut.evidence]}]"
            out.print(f"  [dim]{cut.kind} by {by} {plain(cut.rule_id)}{sure}: {plain(cut.reason)}[/dim]")


def _marked(part: Part) -> str:
    if part.cut is None:
        return plain(part.text)
    style = f"{COLOURS[part.cut.evidence]} strike"
    return f"[{style}]{plain(part.text)}[/{style}]"
