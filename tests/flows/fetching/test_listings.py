"""What lists name: every kind of feed and sitemap, as written, sloppy, broken and hostile."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.fetching.ends import Failed
from flows.fetching.listings import MAX_LINKS, Listing, parse_listing

BASE = "https://harbourpost.example/feeds/news.xml"
A = "https://harbourpost.example/a"
B = "https://harbourpost.example/b"

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Harbour Post</title><link>https://harbourpost.example/</link>
<atom:link href="https://harbourpost.example/feed.xml" rel="self"/>
<item><title>One</title><link>
  {A} </link><guid isPermaLink="false">https://harbourpost.example/?p=1</guid>
  <media:content url="https://harbourpost.example/a.jpg"><link>https://elsewhere.example/</link></media:content></item>
<item><title>Two</title><guid>{B}</guid></item>
<item><title>Three</title><guid isPermaLink="false">https://harbourpost.example/?p=3</guid></item>
<item><title>One again</title><link><![CDATA[{A}]]></link></item>
<item><title>Four</title><link>/c?x=1&amp;y=2</link></item>
</channel></rss>"""

RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="x"><link>https://harbourpost.example/</link></channel>
<item rdf:about="{A}"><title>One</title><link>{A}</link></item></rdf:RDF>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://harbourpost.example/news/">
<link href="https://harbourpost.example/"/><link rel="self" href="feed"/>
<entry><link rel="edit" href="https://harbourpost.example/edit"/><link rel="alternate" href="../a"/></entry>
<entry xml:base="/x/"><link href="b"/><source><link href="https://elsewhere.example/"/></source></entry>
<entry><link rel="enclosure" href="c.mp3"/></entry></feed>"""

SITEMAP = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>{A}</loc><news:news><news:title>One</news:title></news:news>
<image:image><image:loc>https://harbourpost.example/a.jpg</image:loc></image:image></url>
<url><loc>{B}</loc></url></urlset>"""

INDEX = f"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>{A}.xml</loc><lastmod>2026-03-01</lastmod></sitemap><sitemap><loc>/b.xml.gz</loc></sitemap></sitemapindex>"""

JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "items": [
{"id": "1", "url": "https://harbourpost.example/a"}, {"id": "https://harbourpost.example/b"}, {"id": "3"}, 7,
{"id": "4", "external_url": "https://bayherald.example/x"}, {"url": "/c", "external_url": "https://bayherald.example/y"}]}"""


def parse(text: str | bytes, charset: str | None = None) -> Listing:
    return parse_listing(text if isinstance(text, bytes) else text.encode(), BASE, charset)


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        (RSS, (A, B, "https://harbourpost.example/c?x=1&y=2")),
        (RDF, (A,)),
        (ATOM, (A, "https://harbourpost.example/x/b")),
        (SITEMAP, (A, B)),
        (JSON_FEED, (A, B, "https://bayherald.example/x", "https://harbourpost.example/c")),
        (f"# news\n{A}\n\n{B}\n{A}\n", (A, B)),
        ("<rss><channel/></rss>", ()),
        ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', ()),
    ],
    ids=["rss", "rss1", "atom", "sitemap", "json", "plain", "empty rss", "empty sitemap"],
)
def test_kinds(text: str, pages: tuple[str, ...]) -> None:
    assert parse(text) == Listing(pages)


def test_an_index_leads_to_lists() -> None:
    assert parse(INDEX) == Listing((), (f"{A}.xml", "https://harbourpost.example/b.xml.gz"))


@pytest.mark.parametrize(
    "text",
    [
        f"<rss><channel><item><title>Ships & harbours</title><link>{A}?x=1&y=2</link></item></channel></rss>",
        f"<rss><channel><item><title>A&nbsp;B &eacute;</title><link>{A}?x=1&#38;y=2</link></item></channel></rss>",
        f"<rss><channel><item><title>No end</title><link>{A}?x=1&amp;y=2</link></item>",
        f"<rss><channel><item><media:title>No prefix</media:title><link>{A}?x=1&y=2</link></item></channel></rss>",
        f"<rss><channel><item><link>{A}?x=1&y=2</link><title>a<b</title></channel></rss>",
        f"\n\n <?xml version='1.0'?>\n<!-- late --><rss><item><link>{A}?x=1&y=2</link>\x0b</item></rss>",
        f"\ufeff<?xml version='1.0' encoding='UTF-16'?><rss><item><link>{A}?x=1&y=2</link></item></rss>",
        f"<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>"
        f"<rss><channel><item><link>{A}?x=1&y=2</link></item></channel></rss>",
    ],
)
def test_sloppy_feeds_keep_their_links(text: str) -> None:
    assert parse(text).pages == (f"{A}?x=1&y=2",)


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (f"<rss><item><title>caf\xe9</title><link>{A}</link></item></rss>".encode("latin-1"), None),
        (
            f"<?xml version='1.0' encoding='iso-8859-1'?><rss><item><link>{A}</link>\xe9</item></rss>".encode(
                "latin-1"
            ),
            None,
        ),
        (f"<rss><item><title>Стихи</title><link>{A}</link></item></rss>".encode("cp1251"), "windows-1251"),
        (f"<rss><item><link>{A}</link></item></rss>".encode("utf-16"), None),
        (f"<rss><item><title>\xe9</title><link>{A}</link></item></rss>".encode("latin-1"), "no-such-charset"),
        (f"<rss><item><title>\xe9</title><link>{A}</link></item></rss>".encode("latin-1"), "base64"),
    ],
)
def test_character_sets(content: bytes, charset: str | None) -> None:
    assert parse(content, charset).pages == (A,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "<html><body>Sorry, we are closed</body></html>",
        "<!doctype html><html><head><link href='/x'></head></html>",
        "Service unavailable",
        '{"error": "no such feed"}',
        "{not json",
        '{"items": 3}',
        "<",
        "<?xml version='1.0'?>",
        "<svg xmlns='http://www.w3.org/2000/svg'><item><link>https://a.example/</link></item></svg>",
        "\x00\x01\x02",
    ],
)
def test_what_is_no_feed_is_told(text: str) -> None:
    with pytest.raises(Failed) as raised:
        parse(text)
    assert raised.value.reason == "not a feed"
    assert "is needed" in raised.value.detail


def test_entities_are_not_expanded_and_no_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("https://harbourpost.example/secret")
    doctype = f'<!DOCTYPE rss [<!ENTITY s SYSTEM "{(tmp_path / "secret").as_uri()}"><!ENTITY t "https://a.example/">]>'
    text = (
        f"{doctype}<rss><item><link>&s;</link></item><item><link>&t;</link></item><item><link>{A}</link></item></rss>"
    )
    assert not any("secret" in page or "a.example" in page for page in parse(text).pages)
    assert A in parse(text).pages


def test_an_entity_bomb_costs_nothing() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE rss [<!ENTITY e0 "boom">{levels}]><rss><item><title>&e9;</title><link>{A}</link></item></rss>'
    tracemalloc.start()
    try:
        parse(text)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_links_of_a_list_are_bounded() -> None:
    urls = "".join(f"<url><loc>{A}/{n}</loc></url>" for n in range(MAX_LINKS + 10))
    listing = parse(f"<urlset>{urls}</urlset>")
    assert (len(listing.pages), listing.cut) == (MAX_LINKS, True)
    plain = parse("\n".join(f"{A}/{n}" for n in range(MAX_LINKS + 10)))
    assert (len(plain.pages), plain.cut) == (MAX_LINKS, True)


def test_a_list_nested_without_end_is_read_as_far_as_it_goes() -> None:
    listing = parse(f"<rss><item><link>{A}</link></item>" + "<a>" * 100_000)
    assert (listing.pages, listing.cut) == ((A,), True)


def test_a_link_of_a_million_characters_is_not_held() -> None:
    [page] = parse(f"<rss><item><link>{A}{'x' * 1_000_000}</link></item></rss>").pages
    assert len(page) < 200_000


TAGS = "<rss> <feed> <item> </item> <entry_xml:base='http://['> <link> </link> <link_href='http://[x'/> <loc> <url>"
MARKS = "<!DOCTYPE_rss_[ ]> <!ENTITY_a_'b'> &a; & <![CDATA[ ]]> <!-- --> <?x ?> <a:b_c:d='e'> xmlns='x' \x00 é _"
WORDS = '{ "items": [ https://a.example/ http://['
PIECES = st.sampled_from([piece.replace("_", " ") for piece in f"{TAGS} {MARKS} {WORDS}".split(" ")])


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=30).map(lambda parts: "".join(parts).encode())))
def test_any_bytes_are_a_list_or_refused(content: bytes) -> None:
    for prefix in (b"", b"<rss><item><link>", b"{"):
        try:
            listing = parse_listing(prefix + content, BASE, "utf-8")
        except Failed as failure:
            assert failure.reason == "not a feed"
        else:
            assert all(isinstance(page, str) for page in listing.pages)
