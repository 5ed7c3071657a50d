"""Which JSON-LD object is the article's, and how far broken blocks are repaired."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from transforms.page.json_ld import MAX_REPAIRED_CHARACTERS, article_object, read_objects
from transforms.text.urls import UrlRules

URL = "https://harbourpost.example/city/bridge"
HEADLINE = "Harbour bridge reopens today"
OWN: dict[str, Any] = {"@type": "NewsArticle", "headline": HEADLINE, "author": {"name": "Ana Ruiz"}}
RELATED: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": "Ferry fares rise again",
    "author": {"name": "Tom Okafor"},
}


def chosen(*objects: dict[str, Any], url: str | None = URL) -> dict[str, Any]:
    return article_object([*objects], url, [HEADLINE, f"{HEADLINE} | Harbour Post"], UrlRules())


@pytest.mark.parametrize(
    "own",
    [
        OWN,
        OWN | {"url": URL},
        OWN | {"mainEntityOfPage": {"@id": f"{URL}/"}},
        OWN | {"url": None},
        OWN | {"headline": "Bridge: harbour reopens today"},
        {"@type": "NewsArticle", "headline": "What drivers must know", "url": URL},
        {"@type": ["Thing", "BlogPosting"], "name": HEADLINE, "headline": "At last"},
    ],
)
@pytest.mark.parametrize("related", [RELATED, RELATED | {"url": "https://harbourpost.example/city/fares"}])
def test_the_object_with_the_pages_headline_or_address_is_the_articles(own: Any, related: Any) -> None:
    for objects in ((related, own), (own, related), (related, related, own)):
        assert chosen(*objects)["headline"] == own["headline"]


def test_an_article_goes_before_a_page_that_says_as_much() -> None:
    page = {"@type": "WebPage", "headline": HEADLINE, "datePublished": "2019-01-01", "author": {"name": "Site Admin"}}
    assert chosen(page, OWN) == OWN | {"author": [{"name": "Ana Ruiz"}]}


def test_the_only_object_is_not_the_articles_if_it_has_another_address_and_another_headline() -> None:
    assert chosen(RELATED | {"url": "https://harbourpost.example/city/fares"}) == {}
    assert chosen(RELATED)["headline"] == RELATED["headline"]
    assert chosen(OWN | {"url": "https://harbourpost.example/old-address"})["headline"] == HEADLINE


def test_a_page_without_headline_is_believed_about_its_date() -> None:
    page = {"@type": ["WebPage"], "url": URL, "datePublished": "2024-05-03"}
    assert chosen(page) == page


def objects_in(*blocks: str) -> list[dict[str, Any]]:
    page = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return read_objects(html.document_fromstring(f"<html><body>{page}</body></html>"))


def test_repairing_is_bounded_for_a_page() -> None:
    broken = '{"a": "b" "c"' + " " * (MAX_REPAIRED_CHARACTERS // 2) + "}"
    assert len(objects_in(broken, broken, broken)) < len([broken] * 3)
    assert objects_in("{" * 50 + '"a": "x" "y"' + "}" * 50) == []


def test_a_block_that_is_beyond_repair_does_not_hide_the_next() -> None:
    assert objects_in("var x = 1;", "[" * 5_000, '{"@type": "NewsArticle"}') == [{"@type": "NewsArticle"}]


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet='{}[]":,\\/*ab1 \n', max_size=300))
def test_any_text_is_read_or_passed_over(text: str) -> None:
    assert all(isinstance(item, dict) for item in objects_in(text.replace("</", "")))
