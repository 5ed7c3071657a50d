"""Politeness: rules of the site, pace, pauses, conditional requests, limits. No test waits: the clock is its own."""

from __future__ import annotations

import gzip
import itertools
import threading
import zlib
from email.utils import format_datetime
from typing import Any

import httpcore
import pytest

from flows.fetching import client
from flows.fetching import fetch as fetching
from flows.fetching.hosts import MAX_PAUSE_SECONDS
from flows.reading import ReadOptions, Unreadable, read
from tests.flows.fetching.conftest import MakeFetcher
from tests.flows.fetching.site import BAY, POST, START, Answer, Asked, FakeClock, Fetcher, Site, make_page, make_rss
from transforms.records import RawDocument, Rejection


def rejections(fetched: fetching.Fetched) -> list[tuple[str, str | None]]:
    """Reason and URL of what the file says was not to be had."""
    found = read([str(fetched.warc)], ReadOptions())
    return [(each.rejection.reason, each.document.url) for each in found if isinstance(each, Unreadable)]


def details(fetched: fetching.Fetched) -> str:
    found = read([str(fetched.warc)], ReadOptions())
    return "\n".join(each.rejection.detail for each in found if isinstance(each, Unreadable))


def urls(fetched: fetching.Fetched) -> list[str | None]:
    """URLs of the documents in the file."""
    return [each.url for each in read([str(fetched.warc)], ReadOptions()) if isinstance(each, RawDocument)]


def gaps(site: Site, host: str = POST) -> list[float]:
    """Seconds between the requests to a host."""
    times = [each.at for each in site.asked if each.host == host]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


# ---------------------------------------------------------------- robots.txt


def test_robots_txt_is_asked_first_and_obeyed(fetch: Fetcher, site: Site) -> None:
    site.say("/robots.txt", "User-agent: copydesk\nDisallow: /private/\n\nUser-agent: *\nDisallow: /")
    allowed, refused = site.page("/a", "News"), site.page("/private/b", "News")
    fetched = fetch(f"feed:{site.feed('/feed.xml', allowed, refused)}")
    assert [each.path for each in site.asked] == ["/robots.txt", "/feed.xml", "/a"]
    assert rejections(fetched) == [("refused by robots.txt", refused)]


def test_a_feed_that_robots_txt_refuses_is_not_asked_for(fetch: Fetcher, site: Site) -> None:
    site.say("/robots.txt", "User-agent: *\nDisallow: /feed.xml")
    feed = site.feed("/feed.xml", site.page("/a", "News"))
    fetched = fetch(f"feed:{feed}")
    assert (site.paths(), rejections(fetched)) == ([], [("refused by robots.txt", feed)])
    assert "refused by robots.txt" in fetched.notes[0]


def test_robots_txt_speaks_for_the_name_in_the_setting(make_fetcher: MakeFetcher, site: Site) -> None:
    site.say("/robots.txt", "User-agent: harbourbot\nDisallow: /")
    feed = site.feed("/feed.xml", site.page("/a", "News"))
    agent = "Mozilla/5.0 (compatible; HarbourBot/2.0; +mailto:desk@harbour.example)"
    assert make_fetcher(user_agent=agent)(f"feed:{feed}").pages == 0
    assert make_fetcher()(f"feed:{feed}").pages == 1
    assert site.asked[-1].headers["User-Agent"] == "copydesk/0.1"
    assert site.asked[0].headers["User-Agent"] == agent


@pytest.mark.parametrize("status", [404, 403, 410])
def test_without_rules_everything_is_allowed(fetch: Fetcher, site: Site, status: int) -> None:
    site.say("/robots.txt", "User-agent: *\nDisallow: /", status=status)
    assert fetch(f"feed:{site.feed('/feed.xml', site.page('/a', 'News'))}").pages == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_without_an_answer_about_rules_nothing_is_asked_for_now(fetch: Fetcher, site: Site, status: int) -> None:
    site.say("/robots.txt", status=status)
    feed = site.feed("/feed.xml", site.page("/a", "News"))
    fetched = fetch(f"feed:{feed}")
    assert (site.paths(), fetched.pages, fetched.failed) == ([], 0, 0)
    assert "robots.txt" in fetched.notes[0]
    site.say("/robots.txt", "")
    assert fetch(f"feed:{feed}").pages == 1


def test_each_hop_of_a_redirect_asks_its_own_hosts_rules(fetch: Fetcher, site: Site) -> None:
    site.say("/robots.txt", "User-agent: *\nDisallow: /", host=BAY)
    target = site.page("/a", "News", host=BAY)
    fetched = fetch(f"feed:{site.feed('/feed.xml', site.say('/go', status=301, Location=target))}")
    assert [reason for reason, _ in rejections(fetched)] == ["refused by robots.txt"]
    assert site.paths(BAY) == []


def test_robots_txt_may_be_redirected_and_is_asked_for_once(fetch: Fetcher, site: Site) -> None:
    site.say("/robots.txt", status=301, Location="/rules.txt")
    site.say("/rules.txt", "User-agent: *\nDisallow: /b")
    fetched = fetch(f"feed:{site.feed('/feed.xml', site.page('/a', 'News'), site.page('/b', 'News'))}")
    assert urls(fetched) == [site.url("/a")]
    assert [each.path for each in site.asked].count("/robots.txt") == 1


def test_an_endless_robots_txt_is_read_as_far_as_is_due(fetch: Fetcher, site: Site) -> None:
    site.say("/robots.txt", "User-agent: *\nDisallow: /b\n" + "# more\n" * 200_000)
    fetched = fetch(f"feed:{site.feed('/feed.xml', site.page('/a', 'News'), site.page('/b', 'News'))}")
    assert urls(fetched) == [site.url("/a")]


# ---------------------------------------------------------------- pace


def test_one_request_a_second_to_each_host(fetch: Fetcher, site: Site) -> None:
    fetch(f"feed:{site.feed('/feed.xml', *(site.page(f'/{n}', 'News') for n in range(4)))}")
    assert gaps(site) == [1.0] * 5


def test_the_pause_is_a_setting(make_fetcher: MakeFetcher, site: Site) -> None:
    make_fetcher(fetch_delay_seconds=7)(f"feed:{site.feed('/feed.xml', site.page('/a', 'News'))}")
    assert gaps(site) == [7.0, 7.0]


@pytest.mark.parametrize("rule", ["Crawl-delay: 20", "Request-rate: 3/1m"])
def test_a_site_may_ask_for_a_slower_pace(fetch: Fetcher, site: Site, rule: str) -> None:
    site.say("/robots.txt", f"User-agent: *\n{rule}")
    fetch(f"feed:{site.feed('/feed.xml', site.page('/a', 'News'), site.page('/b', 'News'))}")
    assert gaps(site)[1:] == [20.0, 20.0]


def test_a_pace_that_outlasts_the_fetch_leaves_pages_for_the_next(make_fetcher: MakeFetcher, site: Site) -> None:
    site.say("/robots.txt", "User-agent: *\nCrawl-delay: 400")
    feed = site.feed("/feed.xml", *(site.page(f"/{n}", "News") for n in range(4)), ETag='"1"')
    fetch = make_fetcher(fetch_minutes=15)
    first = fetch(f"feed:{feed}")
    assert (first.pages, first.waiting, first.failed) == (2, 2, 0)
    assert site.clock.at < 900
    site.answers[POST, "/feed.xml"] = Answer(status=304)
    second = fetch(f"feed:{feed}")
    assert (second.unchanged_lists, second.pages, second.waiting) == (1, 2, 0)


def test_a_host_is_asked_one_thing_at_a_time_also_for_redirects(fetch: Fetcher, site: Site) -> None:
    direct = [site.page(f"/{n}", "News") for n in range(5)]
    led = [site.say(f"/go{n}", host=BAY, status=302, Location=site.page(f"/led{n}", "News")) for n in range(5)]
    fetched = fetch(f"feed:{site.feed('/feed.xml', *direct, *led)}")
    assert fetched.pages == 10
    assert site.most_at_once == {POST: 1, BAY: 1}


def test_several_hosts_are_asked_at_the_same_time(fetch: Fetcher, site: Site) -> None:
    both = threading.Barrier(2)

    def wait_for_the_other(_: Asked) -> Answer:
        both.wait(timeout=180)
        return Answer(make_page("News"), headers={"Content-Type": "text/html"})

    site.answers[POST, "/a"] = site.answers[BAY, "/b"] = wait_for_the_other
    assert fetch(f"feed:{site.feed('/feed.xml', site.url('/a'), site.url('/b', BAY))}").pages == 2


# ---------------------------------------------------------------- pauses and trouble


def busy_once(status: int, **headers: str) -> Any:
    times: list[int] = []

    def say(_: Asked) -> Answer:
        times.append(1)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        done = Answer(make_page("News"), headers={"Content-Type": "text/html"})
        return Answer(status=status, headers=named) if len(times) == 1 else done

    return say


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "pause"),
    [({"Retry_After": "30"}, 30.0), ({}, client.BUSY_SECONDS), ({"Retry_After": "soon"}, client.BUSY_SECONDS)],
)
def test_a_busy_host_is_given_the_pause_that_it_asks_for(
    fetch: Fetcher, site: Site, status: int, headers: dict[str, str], pause: float
) -> None:
    site.answers[POST, "/a"] = busy_once(status, **headers)
    fetched = fetch(f"feed:{site.feed('/feed.xml', site.url('/a'))}")
    assert (fetched.pages, gaps(site)[-1]) == (1, pause)


def test_a_date_to_come_again_at(fetch: Fetcher, site: Site) -> None:
    at = START.replace(minute=1)
    site.answers[POST, "/a"] = busy_once(503, Retry_After=format_datetime(at, usegmt=True))
    assert fetch(f"feed:{site.feed('/feed.xml', site.url('/a'))}").pages == 1
    assert site.asked[-1].at == 60.0


def test_a_long_pause_is_kept_over_fetches(fetch: Fetcher, site: Site) -> None:
    site.answers[POST, "/a"] = busy_once(429, Retry_After=str(int(MAX_PAUSE_SECONDS) + 3600))
    feed = site.feed("/feed.xml", site.url("/a"), site.page("/b", "News"))
    fetched = fetch(f"feed:{feed}")
    assert (fetched.pages, fetched.waiting, site.clock.at < 60) == (0, 2, True)
    asked = len(site.asked)
    assert fetch(f"feed:{feed}").waiting == 2
    assert len(site.asked) == asked
    site.clock.at += 4000
    assert fetch(f"feed:{feed}").pages == 2


def test_a_host_that_stays_busy_is_left_for_the_next_fetch(fetch: Fetcher, site: Site) -> None:
    site.say("/a", status=503)
    fetched = fetch(f"feed:{site.feed('/feed.xml', site.url('/a'))}")
    assert (site.paths().count("/a"), fetched.waiting, fetched.failed) == (client.MAX_ASKS, 1, 0)
    assert site.clock.at < 120


def test_a_host_that_fails_three_times_is_left_alone(fetch: Fetcher, site: Site) -> None:
    pages = [site.say(f"/{n}", status=500) for n in range(10)]
    other = site.page("/b", "News", host=BAY)
    fetched = fetch(f"feed:{site.feed('/feed.xml', *pages, other)}")
    assert (len(site.paths()), fetched.pages, fetched.waiting, fetched.failed) == (1 + 3, 1, 10, 0)


def test_an_address_without_an_answer_fails_after_five_fetches_and_a_week(fetch: Fetcher, site: Site) -> None:
    page = site.say("/a", status=500)
    feed = f"feed:{site.feed('/feed.xml', page)}"
    for _ in range(6):
        assert (fetch(feed).waiting, fetch(feed).failed) == (1, 0)
    site.clock.at += 8 * 86_400
    fetched = fetch(feed)
    assert (fetched.waiting, rejections(fetched)) == (0, [("fetch failed", page)])
    assert "answered 500" in details(fetched)
    assert fetch(feed).known == 1


def test_a_feed_without_an_answer_is_told_each_time_and_fails_after_a_week(fetch: Fetcher, site: Site) -> None:
    feed = site.say("/feed.xml", status=500)
    for _ in range(6):
        fetched = fetch(f"feed:{feed}")
        assert "answered 500" in fetched.notes[0] and rejections(fetched) == []
    site.clock.at += 8 * 86_400
    assert rejections(fetch(f"feed:{feed}")) == [("fetch failed", feed)]
    site.feed("/feed.xml", site.page("/a", "News"))
    assert fetch(f"feed:{feed}").pages == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 501, 204, 206, 304])
def test_what_is_not_to_be_had_is_told_once(fetch: Fetcher, site: Site, status: int) -> None:
    page = site.say("/a", status=status)
    feed = site.feed("/feed.xml", page)
    assert rejections(fetch(f"feed:{feed}")) == [("fetch failed", page)]
    assert fetch(f"feed:{feed}").known == 1


def test_a_server_that_says_no_http_costs_its_pages(fetch: Fetcher, site: Site) -> None:
    site.say("/cut", "only a part", Content_Length="1000000", Content_Type="text/html")
    fetched = fetch(f"feed:{site.feed('/feed.xml', site.url('/cut'), site.page('/a', 'News'))}")
    assert (urls(fetched), fetched.waiting) == ([site.url("/a")], 1)


def test_a_name_without_an_address_waits(fetch: Fetcher, site: Site) -> None:
    def unknown(host: str, port: int) -> list[str]:
        if host == BAY:
            raise OSError("name not known")
        return site.resolve(host, port)

    fetch.resolve = unknown
    fetched = fetch(f"feed:{site.feed('/feed.xml', site.url('/a', BAY))}")
    assert (fetched.failed, fetched.waiting) == (0, 1)


# ---------------------------------------------------------------- nothing twice


def test_a_feed_is_asked_for_what_changed(fetch: Fetcher, site: Site) -> None:
    modified = "Mon, 02 Mar 2026 07:00:00 GMT"
    feed = site.feed("/feed.xml", site.page("/a", "News"), ETag='"v1"', Last_Modified=modified)
    fetch(f"feed:{feed}")
    site.answers[POST, "/feed.xml"] = Answer(status=304)
    fetched = fetch(f"feed:{feed}")
    headers = site.asked[-1].headers
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"v1"', modified)
    assert (fetched.lists, fetched.unchanged_lists, fetched.pages) == (0, 1, 0)


def test_a_page_is_fetched_once_however_it_is_spelt(fetch: Fetcher, site: Site) -> None:
    site.page("/a", "News")
    spellings = [site.url("/a"), site.url("/a#top"), site.url("/a?utm_source=rss"), site.url("/a/")]
    feed = site.feed("/feed.xml", *spellings)
    assert fetch(f"feed:{feed}", f"feed:{feed}").pages == 1
    site.feed("/other.xml", *spellings)
    fetched = fetch(f"feed:{site.url('/other.xml')}", f"feed:{feed}")
    assert (fetched.pages, site.paths().count("/a")) == (0, 1)


def test_a_redirect_to_a_known_page_fetches_nothing(fetch: Fetcher, site: Site) -> None:
    page = site.page("/a", "News")
    fetch(f"feed:{site.feed('/feed.xml', page)}")
    fetched = fetch(f"feed:{site.feed('/feed.xml', site.say('/go', status=302, Location=page))}")
    assert (fetched.known, fetched.failed, site.paths().count("/a")) == (1, 0, 1)


def test_again_fetches_everything(fetch: Fetcher, site: Site) -> None:
    feed = site.feed("/feed.xml", site.page("/a", "News"), ETag='"1"')
    fetch(f"feed:{feed}")
    assert fetch(f"feed:{feed}", again=True).pages == 1
    assert "If-None-Match" not in site.asked[-2].headers


def test_no_cookie_is_kept(fetch: Fetcher, site: Site) -> None:
    site.say("/a", make_page("News"), Content_Type="text/html", Set_Cookie="id=1")
    fetch(f"feed:{site.feed('/feed.xml', site.url('/a'), site.page('/b', 'News'), Set_Cookie='id=2')}")
    assert not any("Cookie" in each.headers or "Referer" in each.headers for each in site.asked)


# ---------------------------------------------------------------- bounds


def test_redirects_are_followed_to_the_page(fetch: Fetcher, site: Site) -> None:
    site.say("/1", status=302, Location="/2")
    site.say("/2", status=308, Location="a")
    page = site.page("/a", "News")
    assert urls(fetch(f"feed:{site.feed('/feed.xml', site.url('/1'))}")) == [page]


@pytest.mark.parametrize("location", ["/loop", None])
def test_redirects_without_end_or_aim_fail(fetch: Fetcher, site: Site, location: str | None) -> None:
    page = site.say("/loop", status=302, **({"Location": location} if location else {}))
    fetched = fetch(f"feed:{site.feed('/feed.xml', page)}")
    assert [reason for reason, _ in rejections(fetched)] == ["fetch failed"]
    assert site.paths().count("/loop") <= client.MAX_REDIRECTS + 1


def test_a_page_over_the_size_is_not_read_to_its_end(make_fetcher: MakeFetcher, site: Site) -> None:
    page = site.say("/big", b"x" * 30_000_000, Content_Type="text/html")
    fetched = make_fetcher(document_megabytes=1)(f"feed:{site.feed('/feed.xml', page)}")
    assert rejections(fetched) == [("too large", page)]
    assert fetched.warc.stat().st_size < 100_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_refused_and_not_kept(make_fetcher: MakeFetcher, site: Site, encoding: str) -> None:
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}[encoding](bytes(50_000_000))
    page = site.say("/bomb", packed, Content_Type="text/html", Content_Encoding=encoding)
    feed = site.say("/bomb.xml", packed, Content_Encoding=encoding)
    fetched = make_fetcher(document_megabytes=1)(f"feed:{site.feed('/feed.xml', page)}", f"feed:{feed}")
    assert ("too large", page) in rejections(fetched)
    assert fetched.pages == 0
    assert fetched.warc.stat().st_size < 200_000


def test_lists_are_bounded_too(fetch: Fetcher, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_LIST_BYTES", 10_000)
    long = site.feed("/long.xml", *(f"https://harbourpost.example/{n}" for n in range(1000)))
    packed = site.say("/packed.xml.gz", gzip.compress(bytes(50_000)))
    fetched = fetch(f"feed:{long}", f"sitemap:{packed}")
    assert sorted(rejections(fetched)) == [("too large", long), ("too large", packed)]


class Dripping(httpcore.NetworkStream):
    """A connection that gives a byte every ten seconds, without end."""

    def __init__(self, clock: FakeClock, start: bytes) -> None:
        self.clock = clock
        self.left = start
        self.timeouts: list[float | None] = []

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.timeouts.append(timeout)
        self.clock.at += 10.0
        given, self.left = self.left or b"a", b""
        return given

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass

    def close(self) -> None:
        pass

    def get_extra_info(self, info: str) -> None:
        return None


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"]
)
def test_an_answer_that_drips_is_given_up(
    make_fetcher: MakeFetcher, site: Site, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    """However often something comes, the whole answer has to be there in time."""
    stream = Dripping(site.clock, start)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", lambda *_: stream)
    fetched = make_fetcher(fetch_seconds=35)(f"feed:{site.url('/feed.xml')}")
    assert stream.timeouts == [15.0, 15.0, 15.0, 5.0]
    assert "no valid answer" in fetched.notes[0]


def test_only_pages_are_read(fetch: Fetcher, site: Site) -> None:
    image = site.say("/a.png", b"\x89PNG", Content_Type="image/png")
    untyped = site.say("/b", b"something")
    text = site.say("/c.txt", "News in plain text.", Content_Type="text/plain; charset=utf-8")
    fetched = fetch(f"feed:{site.feed('/feed.xml', image, untyped, text)}")
    assert sorted(rejections(fetched)) == sorted([("unsupported kind", image), ("unsupported kind", untyped)])
    assert urls(fetched) == [text]


def test_encodings_are_undone_by_the_reader(fetch: Fetcher, site: Site) -> None:
    page = site.say("/a", gzip.compress(make_page("News")), Content_Type="text/html", Content_Encoding="gzip")
    fetched = fetch(f"feed:{site.say('/feed.xml', gzip.compress(make_rss(page).encode()), Content_Encoding='gzip')}")
    [document] = read([str(fetched.warc)])
    assert isinstance(document, RawDocument) and document.content == make_page("News")


def test_a_fetch_ends_at_the_size_of_its_file(fetch: Fetcher, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_FETCH_BYTES", 4_000)
    fetched = fetch(f"feed:{site.feed('/feed.xml', *(site.page(f'/{n}', 'News') for n in range(30)))}")
    assert 0 < fetched.pages < 30
    assert fetched.pages + fetched.waiting == 30


# ---------------------------------------------------------------- sitemaps, lists of URLs, garbage


def test_sitemaps_of_an_index_packed_or_not(fetch: Fetcher, site: Site) -> None:
    plain = site.say("/1.xml", f"<urlset><url><loc>{site.page('/a', 'News')}</loc></url></urlset>")
    packed = site.say(
        "/2.xml.gz", gzip.compress(f"<urlset><url><loc>{site.page('/b', 'News')}</loc></url></urlset>".encode())
    )
    lists = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in (plain, packed, plain))
    index = site.say("/sitemap.xml", f"<sitemapindex>{lists}</sitemapindex>", ETag='"1"')
    fetched = fetch(f"sitemap:{index}")
    assert (fetched.lists, fetched.pages) == (3, 2)
    fetch(f"sitemap:{index}")
    assert "If-None-Match" not in [each for each in site.asked if each.path == "/sitemap.xml"][-1].headers


def test_indexes_that_lead_to_themselves_or_ever_deeper_end(fetch: Fetcher, site: Site) -> None:
    for n in range(6):
        inner = "".join(f"<sitemap><loc>/{each}.xml</loc></sitemap>" for each in (n + 1, n, 0))
        site.say(f"/{n}.xml", f"<sitemapindex>{inner}</sitemapindex>")
    fetched = fetch(f"sitemap:{site.url('/0.xml')}")
    assert site.paths() == ["/0.xml", "/1.xml", "/2.xml"]
    assert "leads to" in fetched.notes[0]


def test_a_list_that_answers_garbage_costs_itself(fetch: Fetcher, site: Site) -> None:
    broken = site.say("/broken.xml", "<html><body>Sorry</body></html>", Content_Type="text/html")
    fetched = fetch(f"feed:{broken}", f"feed:{site.feed('/feed.xml', site.page('/a', 'News'))}")
    assert urls(fetched) == [site.url("/a")]
    assert rejections(fetched) == [("not a feed", broken)]
    assert f"{broken}: not a feed" in fetched.notes[0]


def test_the_same_failure_in_two_fetches_is_the_same_document(fetch: Fetcher, site: Site) -> None:
    broken = site.say("/broken.xml", "Sorry")
    both = [next(iter(read([str(fetch(f"feed:{broken}").warc)]))) for _ in range(2)]
    first, second = (each.rejection for each in both if isinstance(each, Unreadable))
    assert isinstance(first, Rejection) and first.doc_id == second.doc_id


def test_a_file_of_urls_and_feeds(fetch: Fetcher, site: Site, tmp_path: Any) -> None:
    feed = site.feed("/feed.xml", site.page("/a", "News"))
    lines = [
        "# our sources",
        "",
        f"feed:{feed}",
        site.page("/b", "News"),
        "  " + site.page("/c", "News"),
        "no url",
        "x" * 9000,
    ]
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
    fetched = fetch(f"urls:{tmp_path / 'list.txt'}")
    assert sorted(filter(None, urls(fetched))) == [site.url(path) for path in ("/a", "/b", "/c")]
    assert [reason for reason, _ in rejections(fetched)] == ["address refused"] * 2
    assert fetch(f"urls:{tmp_path / 'list.txt'}").known == 5
