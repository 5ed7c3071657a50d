"""What a fetch folder remembers, and that nothing is lost: stopped, killed, full disk, a damaged file, two at once."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from flows.fetching import fetch as fetching
from flows.fetching.ends import Failed
from flows.fetching.fetch import SAVE_SECONDS
from flows.fetching.plan import is_fetched, read_plan
from flows.fetching.state import FORGET_DAYS, STATE_FILE, FetchError, held_state, mark_read
from flows.fetching.warcs import Warc
from flows.reading import InputError, Unreadable, read
from flows.reading.options import REASONS
from flows.settings import SettingsError
from tests.flows.fetching.site import POST, START, Answer, Asked, FakeClock, Fetcher, Site, fetch_settings, make_page
from transforms.records import RawDocument
from transforms.text.urls import UrlRules


def memory(fetch: Fetcher) -> dict[str, Any]:
    value = json.loads((fetch.settings.fetched / STATE_FILE).read_bytes())
    assert isinstance(value, dict)
    return value


def feed_of(site: Site, pages: int) -> str:
    return "feed:" + site.feed("/feed.xml", *(site.page(f"/{n}", "News") for n in range(pages)), ETag='"1"')


def documents(*files: Path) -> set[str | None]:
    return {each.url for each in read([str(file) for file in files]) if isinstance(each, RawDocument)}


def stop_at(site: Site, path: str, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise where the answer of this path would be kept."""
    keep = Warc.keep

    def raising(self: Warc, exchange: Any, *, is_list: bool) -> None:
        if exchange.url.target == path:
            raise error
        keep(self, exchange, is_list=is_list)

    monkeypatch.setattr(Warc, "keep", raising)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_a_fetch_that_was_stopped_keeps_what_it_has_and_goes_on(
    fetch: Fetcher, site: Site, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    feed = feed_of(site, 4)
    with monkeypatch.context() as patch:
        stop_at(site, "/2", error, patch)
        with pytest.raises(type(error)):
            fetch(feed)
    assert len(memory(fetch)["waiting"]) == 2
    site.clock = FakeClock()  # the other was stopped
    site.answers[POST, "/feed.xml"] = Answer(status=304)
    fetched = fetch(feed)
    assert (fetched.unchanged_lists, fetched.pages) == (1, 2)
    assert documents(*fetched.unread) == {site.url(f"/{n}") for n in range(4)}


def fetch_slowly(fetch_folder: Path, port: int, feed: str, reached: Event) -> None:
    """Fetches in a process of its own, in which a minute passes with each page, and hangs at the third."""
    import threading

    from flows.fetching.fetch import fetch
    from tests.flows.fetching.site import FakeClock, fetch_settings

    keep = Warc.keep

    def hanging(self: Warc, exchange: Any, *, is_list: bool) -> None:
        keep(self, exchange, is_list=is_list)
        if exchange.url.target == "/2":
            reached.set()
            threading.Event().wait()

    Warc.keep = hanging  # type: ignore[method-assign]
    settings = fetch_settings(fetch_folder, fetch_delay_seconds=SAVE_SECONDS + 1)
    fetch(settings, [feed], clock=FakeClock(), resolve=lambda host, port: ["127.0.0.1"])


def test_a_fetch_that_was_killed_loses_nothing(fetch: Fetcher, site: Site, tmp_path: Path) -> None:
    feed = feed_of(site, 4)
    context = multiprocessing.get_context("spawn")
    reached = context.Event()
    process = context.Process(target=fetch_slowly, args=(tmp_path, site.port, feed, reached))
    process.start()
    assert reached.wait(timeout=180)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    fetched = fetch(feed)
    assert documents(*fetched.unread) == {site.url(f"/{n}") for n in range(4)}
    assert site.paths().count("/0") == 1


def test_one_fetch_at_a_time_holds_the_folder(fetch: Fetcher, site: Site) -> None:
    feed = feed_of(site, 1)
    with held_state(fetch.settings.fetched, UrlRules()), pytest.raises(FetchError, match="another fetch"):
        fetch(feed)
    assert fetch(feed).pages == 1


@pytest.mark.parametrize("content", ["{", "[]", '{"version": "x"}', '{"unknown": 1}'])
def test_a_damaged_memory_is_told_with_its_remedy(fetch: Fetcher, site: Site, content: str) -> None:
    fetch.settings.fetched.mkdir()
    (fetch.settings.fetched / STATE_FILE).write_text(content)
    with pytest.raises(FetchError, match="restore it, or delete it"):
        fetch(feed_of(site, 1))
    assert site.asked == []


def test_the_memory_is_replaced_in_one_step(fetch: Fetcher, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch(feed_of(site, 1))
    before = memory(fetch)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            fetch(feed_of(site, 2))
    assert memory(fetch) == before
    assert fetch(feed_of(site, 2)).pages == 1


def test_a_record_that_does_not_fit_on_the_disk_leaves_no_half(tmp_path: Path) -> None:
    warc = Warc(tmp_path / "a.warc.gz", "test", START)
    warc.keep_failure("https://a.example/", Failed("fetch failed", "Gone."), START)
    size = warc.bytes

    def half(record: object) -> None:
        warc._file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    warc._writer.write_record = half
    with pytest.raises(OSError, match="No space"):
        warc.keep_failure("https://b.example/", Failed("fetch failed", "Gone."), START)
    warc.close()
    assert (tmp_path / "a.warc.gz").stat().st_size == size
    assert len(list(read([str(tmp_path / "a.warc.gz")]))) == 1


def test_files_are_unread_until_a_run_has_read_them(fetch: Fetcher, site: Site) -> None:
    feed = feed_of(site, 1)
    first = fetch(feed)
    second = fetch(feed)
    assert second.unread == (first.warc, second.warc)
    mark_read(fetch.settings.fetched, [first.warc])
    second.warc.unlink()  # by a person
    assert fetch(feed).unread[:-1] == ()


def test_what_ended_long_ago_is_forgotten(fetch: Fetcher, site: Site) -> None:
    feed = feed_of(site, 1)
    fetch(feed)
    site.clock.at += (FORGET_DAYS - 1) * 86_400
    assert fetch(feed).known == 1
    site.clock.at += 2 * 86_400
    assert fetch(feed).pages == 1


def test_names_of_files_are_ours(fetch: Fetcher, site: Site) -> None:
    pages = [site.page(path, "News") for path in ("/..%2f..%2fetc%2fpasswd", "/a%00b", "/.state.json")]
    fetched = fetch(f"feed:{site.feed('/feed.xml', *pages)}")
    assert fetched.pages == 3
    assert sorted(each.name for each in fetch.settings.fetched.iterdir()) == [".lock", STATE_FILE, fetched.warc.name]


def test_pages_named_by_another_input_wait_for_it(fetch: Fetcher, site: Site) -> None:
    feed = feed_of(site, 1)
    site.say("/0", status=500)
    assert fetch(feed).waiting == 1
    other = site.feed("/other.xml", site.page("/other", "News"))
    asked = site.paths().count("/0")
    assert fetch(f"feed:{other}").waiting == 0
    assert site.paths().count("/0") == asked


def test_two_addresses_of_a_page_that_waits_have_one_end(fetch: Fetcher, site: Site) -> None:
    page = site.page("/a", "News")
    first = site.say("/go", status=302, Location=page)
    fetched = fetch(f"feed:{site.feed('/feed.xml', first, page)}")
    assert (fetched.pages, fetched.waiting, site.paths().count("/a")) == (1, 0, 1)


def test_pages_that_wait_are_bounded_and_the_others_are_named_again(
    fetch: Fetcher, site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fetching, "MAX_WAITING", 2)
    feed = feed_of(site, 3)
    first = fetch(feed)
    assert (first.pages, first.waiting) == (2, 0)
    assert "over 2 pages wait" in first.notes[0]
    second = fetch(feed)
    assert (second.known, second.pages, second.notes) == (2, 1, ())
    assert "If-None-Match" not in [each for each in site.asked if each.path == "/feed.xml"][-1].headers
    (tmp_path / "list").write_text("\n".join(site.page(f"/more{n}", "News") for n in range(3)))
    assert [fetch(f"urls:{tmp_path / 'list'}").pages for _ in range(3)] == [2, 1, 0]


def test_settings_of_fetching_are_checked(tmp_path: Path) -> None:
    assert fetch_settings(tmp_path, fetch_private_hosts="intranet.example").fetch_private_hosts == ("intranet.example",)
    for key, value in {"user_agent": "two\r\nlines", "fetch_delay_seconds": 0, "fetch_minutes": 0}.items():
        with pytest.raises(SettingsError, match=key):
            fetch_settings(tmp_path, **{key: value})


def test_progress_is_told_after_each_address(fetch: Fetcher, site: Site) -> None:
    from flows.fetching.fetch import fetch as fetch_inputs

    told: list[tuple[int, int]] = []
    fetch_inputs(
        fetch.settings,
        [feed_of(site, 3)],
        clock=site.clock,
        resolve=site.resolve,
        on_progress=lambda progress: told.append((progress.pages, progress.left)),
    )
    assert told == [(1, 2), (2, 1), (3, 0)]


@pytest.mark.parametrize(
    "text", ["https://harbourpost.example/feed.xml", "feed:", "urls: ", "urls:no-such-file", "urls:."]
)
def test_what_names_nothing_to_fetch_is_an_error(text: str) -> None:
    assert not is_fetched("https://harbourpost.example/feed.xml")
    with pytest.raises(InputError):
        read_plan([text])


def test_every_failure_comes_back_from_the_file(tmp_path: Path) -> None:
    warc = Warc(tmp_path / "a.warc.gz", "test", START)
    for number, reason in enumerate(REASONS):
        warc.keep_failure(f"https://a.example/{number}\r\nX: y", Failed(reason, f"Detail\n{number}"), START)
    warc.close()
    found = [each for each in read([str(tmp_path / "a.warc.gz")]) if isinstance(each, Unreadable)]
    assert [each.rejection.reason for each in found] == list(REASONS)
    assert [each.rejection.detail for each in found] == [f"Detail {number}" for number in range(len(REASONS))]
    assert {each.document.fetched_at for each in found} == {START}
    assert found[0].document.url == "https://a.example/0  X: y"


@pytest.mark.parametrize("said", [b"no json", b"[]", b'{"reason": 1}', b'{"reason": "made up", "detail": 3}', b""])
def test_a_strangers_record_of_failure_is_no_more_than_a_row(tmp_path: Path, said: bytes) -> None:
    head = f"WARC/1.0\r\nWARC-Type: metadata\r\nCopydesk-Role: failure\r\nContent-Length: {len(said)}\r\n\r\n"
    (tmp_path / "a.warc").write_bytes(head.encode() + said + b"\r\n\r\n")
    [found] = read([str(tmp_path / "a.warc")])
    assert isinstance(found, Unreadable) and found.rejection.reason == "unreadable"


def test_answers_are_kept_with_what_was_asked(fetch: Fetcher, site: Site) -> None:
    from warcio.archiveiterator import ArchiveIterator

    fetched = fetch(f"feed:{site.feed('/feed.xml', site.page('/a', 'News'))}")
    with fetched.warc.open("rb") as file:
        kinds = [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI"),
                record.rec_headers.get_header("Copydesk-Role"),
            )
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    pairs = [(site.url("/robots.txt"), "list"), (site.url("/feed.xml"), "list"), (site.url("/a"), None)]
    assert kinds == [("warcinfo", None, None), *[(kind, *pair) for pair in pairs for kind in ("response", "request")]]


def test_chunks_are_undone_once(fetch: Fetcher, site: Site) -> None:
    def chunked(_: Asked) -> Answer:
        body = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in (make_page("News"), b""))
        headers = {"Content-Type": "text/html", "Transfer-Encoding": "chunked", "Content-Length": "0"}
        return Answer(body, headers={name: value for name, value in headers.items() if name != "Content-Length"})

    site.answers[POST, "/a"] = chunked
    [document] = read([str(fetch(f"feed:{site.feed('/feed.xml', site.url('/a'))}").warc)])
    assert isinstance(document, RawDocument) and document.content == make_page("News")
