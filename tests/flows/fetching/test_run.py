"""Feeds as inputs of a run: loaded, accounted for, repeatable from the file, and not lost where the run fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.fetching.fetch import Fetched
from flows.fetching.fetch import fetch as fetch_inputs
from flows.reading import InputError, read
from flows.run import RunResult, Steps, run
from flows.settings import Settings
from flows.summary import summary_markdown, summary_text, summary_values
from tests.flows.fetching.site import Fetcher, Site
from tests.news import make_articles
from warehouse import Warehouse, WarehouseFull

pytestmark = pytest.mark.usefixtures("stages_here")

ARTICLES = list(make_articles(3))


@pytest.fixture
def feed(site: Site) -> str:
    """A feed of three articles and a page that is gone."""
    pages = [site.page(f"/{at}", str(article["text"]).replace("\n", "</p><p>")) for at, article in enumerate(ARTICLES)]
    return site.feed("/feed.xml", *pages, site.url("/gone"))


def run_fetching(fetch: Fetcher, *inputs: str, **steps: Any) -> RunResult:
    def fetch_from_site(settings: Settings, named: Sequence[str], on_fetch: Any) -> Fetched:
        return fetch_inputs(settings, named, on_progress=on_fetch, clock=fetch.site.clock, resolve=fetch.site.resolve)

    return run(fetch.settings, inputs, steps=replace(Steps(), fetch=fetch_from_site, **steps))


def rows(settings: Settings, query: str) -> list[dict[str, Any]]:
    with Warehouse.open_published(settings.published) as warehouse:
        return warehouse.query(query).to_pylist()


def test_a_feed_is_loaded_and_every_address_has_its_end(fetch: Fetcher, feed: str) -> None:
    result = run_fetching(fetch, f"feed:{feed}")
    assert (result.summary.read, result.summary.loaded, result.summary.quarantined) == (4, 3, 1)
    articles = rows(fetch.settings, "SELECT url, origin FROM articles ORDER BY url")
    assert [each["url"].rpartition("/")[2] for each in articles] == ["0", "1", "2"]
    assert result.fetched is not None
    assert {each["origin"] for each in articles} == {result.fetched.warc.name}
    [refused] = rows(fetch.settings, "SELECT stage, reason, detail, url FROM quarantine")
    assert (refused["stage"], refused["reason"]) == ("read", "fetch failed")
    assert "404" in refused["detail"] and refused["url"].endswith("/gone")
    [recorded] = rows(fetch.settings, "SELECT inputs FROM runs")
    assert recorded["inputs"] == [f"feed:{feed}", str(result.fetched.warc)]


def test_a_run_repeated_from_the_file_gives_the_same_documents(
    fetch: Fetcher, feed: str, tmp_path: Path, make_fetcher: Any
) -> None:
    first = run_fetching(fetch, f"feed:{feed}")
    assert first.fetched is not None
    query = "SELECT doc_id, text, origin FROM articles ORDER BY doc_id"
    refused = "SELECT doc_id, reason, detail FROM quarantine"
    again = make_fetcher(warehouse=tmp_path / "other.duckdb", published=tmp_path / "other-published.duckdb")
    repeated = run(again.settings, [str(first.fetched.warc)])
    assert (repeated.summary.read, repeated.summary.loaded) == (first.summary.read, first.summary.loaded)
    assert rows(again.settings, query) == rows(fetch.settings, query)
    assert rows(again.settings, refused) == rows(fetch.settings, refused)
    same = run(fetch.settings, [str(first.fetched.warc)])
    assert (same.summary.read, same.summary.unchanged) == (4, 4)


def test_a_second_run_fetches_and_loads_nothing_anew(fetch: Fetcher, feed: str, site: Site) -> None:
    run_fetching(fetch, f"feed:{feed}")
    asked = len(site.paths())
    result = run_fetching(fetch, f"feed:{feed}")
    assert site.paths()[asked:] == ["/feed.xml"]
    assert (result.summary.read, result.summary.loaded) == (0, 0)


def test_what_was_fetched_for_a_run_that_failed_is_read_by_the_next(fetch: Fetcher, feed: str) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise WarehouseFull("no space left")

    with pytest.raises(WarehouseFull):
        run_fetching(fetch, f"feed:{feed}", settle=full)
    result = run_fetching(fetch, f"feed:{feed}")
    assert (result.summary.read, result.summary.loaded) == (4, 3)
    assert run_fetching(fetch, f"feed:{feed}").summary.read == 0


def test_what_was_only_fetched_is_read_by_the_next_run(fetch: Fetcher, feed: str) -> None:
    fetch(f"feed:{feed}")
    assert run_fetching(fetch, f"feed:{feed}").summary.loaded == 3


def test_the_summary_tells_what_was_fetched_and_what_was_not_to_be_had(fetch: Fetcher, feed: str, site: Site) -> None:
    broken = site.say("/broken.xml", "<html><body>Sorry</body></html>")
    result = run_fetching(fetch, f"feed:{feed}", f"feed:{broken}")
    assert result.fetched is not None
    for text in (summary_text(result, fetch.settings), summary_markdown(result, fetch.settings)):
        assert "3 pages fetched" in text
        assert f"{broken}: not a feed" in text
        assert str(result.fetched.warc) in text
    values = json.loads(json.dumps(summary_values(result), default=str))
    assert (values["fetched"]["pages"], values["fetched"]["failed"]) == (3, 2)
    assert values["fetched"]["warc"] == str(result.fetched.warc)


def test_feeds_and_files_together(fetch: Fetcher, feed: str, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(str(ARTICLES[0]["text"]).replace("ferry", "tram"), encoding="utf-8")
    assert run_fetching(fetch, str(tmp_path / "story.txt"), f"feed:{feed}").summary.read == 5


def test_a_misspelt_file_is_told_before_anything_is_fetched(fetch: Fetcher, feed: str, site: Site) -> None:
    with pytest.raises(InputError, match="no such file"):
        run_fetching(fetch, "no-such-file.txt", f"feed:{feed}")
    assert site.asked == []


def test_the_command_fetches_and_tells_the_place(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "copydesk.toml").write_text('fetch_private_hosts = ["127.0.0.1"]\nfetch_delay_seconds = 0.1')
    site.page("/a", "The ferry left at noon.", host="127.0.0.1")
    feed = site.feed("/feed.xml", site.url("/a", "127.0.0.1"), host="127.0.0.1")
    values = json.loads(CliRunner().invoke(app, ["fetch", f"feed:{feed}", "--json"], catch_exceptions=False).stdout)
    assert (values["pages"], values["lists"]) == (1, 1)
    [document] = list(read([values["warc"]]))
    assert b"The ferry left at noon." in document.content  # type: ignore[union-attr]
    shown = CliRunner().invoke(app, ["fetch", f"feed:{feed}", "--again"], catch_exceptions=False).output
    assert "1 page fetched" in shown and "copydesk run fetched/" in shown
