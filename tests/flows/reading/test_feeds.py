"""Feeds that were saved as files: their items with a whole text are documents."""

from pathlib import Path

import pytest

from flows.reading import Unreadable
from tests.flows.reading.helpers import STORY, documents, outcomes
from transforms.records import RawDocument

FERRY = "https://harbourpost.example/ferry"
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Harbour Post</title><link>https://harbourpost.example/</link>
<atom:link href="https://harbourpost.example/feed" rel="self"/>
<item><title>Ferry &amp; fog</title><link>https://harbourpost.example/ferry</link><guid>7</guid>
<pubDate>Fri, 03 May 2024 10:00:00 +0000</pubDate><dc:creator>Ben Wolf</dc:creator><description>Short.</description>
<content:encoded><![CDATA[<p>{STORY}</p>]]></content:encoded></item>
<item><title>Pier</title><link>https://harbourpost.example/pier</link><description>A teaser only.</description></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour Post</title>
<entry><title>Ferry</title><link rel="self" href="https://harbourpost.example/x"/><id>7</id>
<link href="https://harbourpost.example/ferry"/><updated>2024-05-03T10:00:00Z</updated>
<author><name>Ben Wolf</name></author><content type="CONTENT_TYPE">{STORY}</content></entry></feed>"""


def test_rss_items_with_their_whole_text_are_documents(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    first, second = outcomes(path)
    assert isinstance(first, RawDocument)
    assert (first.title, first.url, first.authors) == (
        "Ferry & fog",
        "https://harbourpost.example/ferry",
        ("Ben Wolf",),
    )
    assert (first.published, first.media_type, first.origin_row) == ("Fri, 03 May 2024 10:00:00 +0000", "text/html", 1)
    assert (first.input_id, first.content) == ("7", f"<p>{STORY}</p>".encode())
    assert isinstance(second, Unreadable)
    assert (second.rejection.reason, second.document.origin_row) == ("missing text field", 2)


@pytest.mark.parametrize(
    ("kind", "media_type"), [("html", "text/html"), ("xhtml", "text/html"), ("text", "text/plain")]
)
@pytest.mark.parametrize("name", ["feed.atom", "feed"])
def test_atom_entries_are_documents(tmp_path: Path, name: str, kind: str, media_type: str) -> None:
    told = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{STORY}</p></div>' if kind == "xhtml" else STORY
    path = tmp_path / name
    path.write_text("\ufeff" + ATOM.replace("CONTENT_TYPE", kind).replace(STORY, told))
    [found] = documents(path)
    assert (found.media_type, found.url, found.authors) == (
        media_type,
        "https://harbourpost.example/ferry",
        ("Ben Wolf",),
    )
    assert STORY in found.content.decode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<rss><channel></channel></rss>", "empty"),
        ('<?xml version="1.0"?><urlset><url><loc>https://x.example</loc></url></urlset>', "unsupported kind"),
        ('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">]><rss><channel/></rss>', "unsupported kind"),
    ],
)
def test_what_has_no_items(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(content)
    [found] = outcomes(path)
    assert isinstance(found, Unreadable)
    assert found.rejection.reason == reason


def test_broken_xml_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "feed.rss"
    path.write_text(RSS.replace("Ferry &amp; fog", "Ferry & fog &nbsp;")[:-40])
    assert isinstance(outcomes(path)[0], RawDocument)
