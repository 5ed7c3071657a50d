"""Outgoing links and captions of a page's main text."""

from __future__ import annotations

from lxml import html

from tests.builders import data_file, make_extract_options
from transforms.page.blocks import Blocks, parse_container_words, read_blocks
from transforms.page.parts import MAX_LINKS, PageImage, PageLink, PageParts, read_parts

WORDS = parse_container_words(data_file("container_words.toml").read_text("utf-8"))
URLS = make_extract_options().page_rules.urls
URL = "https://harbourpost.example/2024/bridge"
GAZETTE = PageLink("https://gazette.example/a", "gazette.example", "the Gazette")


def parts_of(body: str, url: str | None = URL) -> tuple[PageParts, Blocks, list[int]]:
    """The parts of a page whose paragraphs are its main text."""
    tree = html.document_fromstring(f"<html><body>{body}</body></html>")
    blocks = read_blocks(tree, WORDS)
    return read_parts(tree, url), blocks, [i for i, tag in enumerate(blocks.tags) if tag == "p"]


def links_of(body: str, url: str | None = URL) -> tuple[PageLink, ...]:
    parts, blocks, chosen = parts_of(body, url)
    return parts.links_in(blocks, chosen, URLS)


def images_of(body: str) -> tuple[PageImage, ...]:
    parts, blocks, chosen = parts_of(body)
    return parts.images_of(blocks, chosen)


def test_a_link_in_the_main_text_is_kept_with_its_words() -> None:
    body = '<p>It opens, <b><a href="https://www.gazette.example/a?utm_source=x">the\n Gazette</a></b> says.</p>'
    assert links_of(body) == (GAZETTE,)


def test_links_of_the_own_site_and_of_menus_are_none() -> None:
    body = (
        '<ul><li><a href="https://gazette.example/menu">Gazette</a></li></ul>'
        '<p>See <a href="https://m.harbourpost.example/b">here</a>, <a href="/c">there</a>,'
        ' <a href="https://harbourpost.example.evil.example/x"> </a>, <a href="mailto:a@gazette.example">mail</a>.</p>'
    )
    assert links_of(body) == ()


def test_an_address_counts_once_and_in_order() -> None:
    link = '<p>As <a href="https://gazette.example/a">the Gazette</a> and {} say.</p>'
    body = link.format('<a href="https://council.example/">the council</a>') + link.format("others")
    assert [found.domain for found in links_of(body)] == ["gazette.example", "council.example"]


def test_without_an_address_nothing_is_outgoing() -> None:
    assert links_of('<p>As <a href="https://gazette.example/a">the Gazette</a> says.</p>', None) == ()


def test_broken_and_endless_addresses_are_left_out() -> None:
    body = f'<p><a href="http://[">one</a> <a href="https://gazette.example/{"a" * 2000}">two</a></p>'
    assert links_of(body) == ()


def test_the_number_of_links_is_bounded() -> None:
    body = "<p>" + " ".join(f'<a href="https://s{i}.example/">s{i}</a>' for i in range(3 * MAX_LINKS)) + "</p>"
    assert len(links_of(body)) <= MAX_LINKS


def test_captions_around_the_main_text_are_kept_with_the_credit() -> None:
    figure = "<figure><img><figcaption>The bridge. <span class='credit'>Photo: A. Ruiz</span></figcaption></figure>"
    later = "<figure><figcaption>Another story</figcaption></figure>"
    assert images_of(f"{figure}<p>It opens.</p>{later}") == (PageImage("The bridge. Photo: A. Ruiz", "Photo: A. Ruiz"),)


def test_a_caption_without_a_marked_credit_has_none() -> None:
    assert images_of("<figure><figcaption>The bridge</figcaption></figure><p>It opens.</p>") == (
        PageImage("The bridge", ""),
    )


def test_a_page_without_main_text_has_no_parts() -> None:
    assert images_of("<figure><figcaption>The bridge</figcaption></figure>") == ()
