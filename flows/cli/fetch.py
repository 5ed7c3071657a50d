"""``copydesk fetch``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import AsJson, Config, err, out, plain, print_json

if TYPE_CHECKING:
    from flows.fetching.fetch import FetchProgress


def fetch(
    inputs: Annotated[
        list[str], typer.Argument(help="feed:URL, sitemap:URL, or urls:FILE with one of these or a URL a line.")
    ],
    config: Config = None,
    again: Annotated[bool, typer.Option("--again", help="Fetch pages that were fetched before, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch feeds, sitemaps and lists of URLs into a WARC file, and load nothing.

    The next run over feeds reads the file; [bold]copydesk run FILE[/bold] reads it at once. Every fetch asks what
    robots.txt allows, one page a second of each host, and fetches no page twice.

    [bold]Examples[/bold]

      copydesk fetch feed:https://harbourpost.example/feed.xml
      copydesk fetch sitemap:https://harbourpost.example/news-sitemap.xml.gz
      copydesk fetch urls:feeds.txt
    """
    from rich.markup import escape

    from flows.fetching.fetch import fetch as fetch_inputs
    from flows.settings import load_settings
    from flows.summary import fetched_lines, fetched_values

    settings = load_settings(config_file=config)
    with err.status("fetching") as status:

        def show(progress: FetchProgress) -> None:
            status.update(escape(f"{progress.pages:,} pages fetched, {progress.left:,} waiting"))

        fetched = fetch_inputs(settings, inputs, again=again, on_progress=show)
    if as_json:
        print_json(fetched_values(fetched))
    else:
        out.print(plain("\n".join(fetched_lines(fetched))), soft_wrap=True)
