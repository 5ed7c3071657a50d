"""``copydesk search``."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import AsJson, Config, PublishedPath, out, plain, print_json

if TYPE_CHECKING:
    from warehouse.search import Found, FoundArticle


def search(
    words: Annotated[list[str], typer.Argument(help='Words, "a phrase" in quotes, or the beginn* of words.')],
    language: Annotated[str | None, typer.Option(help="Only this language, such as en.")] = None,
    source: Annotated[str | None, typer.Option(help="Only this source, by its domain.")] = None,
    since: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only published on this day or later.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the best first.")] = 10,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Find articles that have every one of the words in headline or text, the best first.

    Case does not matter, and letters without accents find those with accents. Ranked by BM25; a headline counts more.
    It works for every language and needs no index: the texts are read, a third of a second for each word and 20,000
    articles.

    [bold]Examples[/bold]

      copydesk search ferry "carrow point" --since 2025-03-01
      copydesk search librar* --language en --json
    """
    from flows.settings import load_settings
    from transforms.text.search import search_words
    from warehouse import Warehouse
    from warehouse.search import SearchFilter
    from warehouse.search import search as find

    wanted = search_words(words)
    settings = load_settings({"published": published}, config_file=config)
    conditions = SearchFilter(language, source.lower() if source else None, since.date() if since else None)
    with Warehouse.open_published(settings.published) as warehouse:
        found = find(warehouse, wanted, conditions, limit)
    if as_json:
        print_json(dataclasses.asdict(found))
    else:
        _print(found)


def _print(found: Found) -> None:
    if not found.total:
        out.print("No article has all of these words. Fewer words, or the beginn* of one, find more.")
        return
    for article in found.articles:
        out.print(f"[bold]{plain(article.title or 'without a headline')}[/bold]", soft_wrap=True)
        out.print(f"  {plain(_facts(article))}", soft_wrap=True)
        out.print(f"  [dim]{plain(' '.join(article.passage.split()))} ...[/dim]\n")
    shown = len(found.articles)
    more = f"; {found.total - shown:,} more with --limit" if found.total > shown else ""
    out.print(f"{shown:,} of {found.total:,} articles{more}. One line by line: copydesk explain ID")


def _facts(article: FoundArticle) -> str:
    facts = (article.source, article.published_on, article.language, article.article_id[:12], article.url)
    return "  ".join(str(fact) for fact in facts if fact)
