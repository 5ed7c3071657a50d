"""What a page is where it is no article."""

from __future__ import annotations

import pytest
from lxml import html

from tests.builders import data_file
from transforms.page.blocks import Blocks, parse_container_words, read_blocks
from transforms.page.kind import (
    ARTICLE,
    Declared,
    PageForm,
    PageKindError,
    PageKindRules,
    measure_page,
    page_kind,
    parse_page_kinds,
)
from transforms.page.marks import PageMarks, read_marks

ADDRESSES = data_file("page_kinds.toml").read_text("utf-8")
RULES = parse_page_kinds(ADDRESSES, data_file("page_kind_weights.toml").read_text("utf-8"))
WORDS = parse_container_words(data_file("container_words.toml").read_text("utf-8"))
SENTENCE = (
    "The harbour bridge opened again on Monday after two years of repairs, and the first buses crossed it at dawn. "
)


def kind_of(body: str, url: str, declared: Declared, rules: PageKindRules = RULES, head: str = "") -> str | None:
    """The kind of a page whose whole body is its main text."""
    tree = html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    blocks = read_blocks(tree, WORDS)
    form = PageForm(blocks, range(len(blocks)), "\n".join(blocks.texts), read_marks(tree))
    return page_kind(measure_page(declared, url, form, rules), rules)


def test_a_dated_article_is_an_article() -> None:
    declared = Declared(frozenset({"newsarticle"}), "article", has_date=True, has_author=True)
    body = "<h1>Bridge open</h1>" + f"<p>{SENTENCE * 2}</p>" * 8
    assert kind_of(body, "https://post.example/2024/05/harbour-bridge-opens-again-on-monday", declared) == ARTICLE


@pytest.mark.parametrize(
    ("url", "types", "og", "family"),
    [
        ("https://shop.example/products/mug", {"product", "offer"}, "product", "product page"),
        ("https://forum.example/threads/bike.12/", {"discussionforumposting"}, "website", "forum"),
        ("https://shop.example/collections/mugs", {"itemlist", "collectionpage"}, "website", "section page"),
    ],
)
def test_a_page_is_told_by_its_address_form_and_word(url: str, types: set[str], og: str, family: str) -> None:
    body = "<div>Red mug $12</div><div>Blue mug $14</div><div>Add to basket</div>" * 3
    found = kind_of(body, url, Declared(frozenset(types), og))
    assert found is not None
    assert found.startswith(f"{family}: ")


def test_without_weights_nothing_is_said() -> None:
    assert (
        kind_of("<div>$1</div>", "https://shop.example/products/mug", Declared(), parse_page_kinds(ADDRESSES)) is None
    )


def test_an_address_that_is_none_is_no_error() -> None:
    form = PageForm(Blocks(), (), "", PageMarks())
    assert measure_page(Declared(), "http://[", form, RULES)["address_depth"] == 0.0


def test_a_page_whose_posts_scripts_load_is_told_by_its_marks() -> None:
    """Forum software loads posts by script and gives readers without it a plain copy, which makes no blocks."""
    tree = html.document_fromstring('<html><head><meta name="generator" content="Discourse 3.4"></head></html>')
    form = PageForm(Blocks(), (), SENTENCE * 5, read_marks(tree))
    found = page_kind(measure_page(Declared(), "https://forum.example/t/my-bike/12", form, RULES), RULES)
    assert found is not None
    assert found.startswith("forum: ")


def test_two_signs_of_a_family_count_together() -> None:
    tree = html.document_fromstring('<html><head><meta name="generator" content="XenForo"></head></html>')
    facts = measure_page(
        Declared(), "https://bikes.example/threads/a.1/", PageForm(Blocks(), (), "", read_marks(tree)), RULES
    )
    assert facts["signs_forum"] == 2.0
    assert facts["two_signs_forum"] == 1.0
    assert facts["two_signs_shop"] == 0.0


def test_links_made_to_look_like_buttons_are_signs_of_an_offer() -> None:
    tree = html.document_fromstring('<a class="btn" href="/q">Get a quote</a><a href="tel:+1555">Ring us</a>')
    facts = measure_page(Declared(), None, PageForm(Blocks(), (), "", read_marks(tree)), RULES)
    assert facts["service_buttons"] > 0.0
    assert facts["calls"] > 0.0


def test_a_list_at_the_root_of_a_site_is_its_home_page() -> None:
    body = '<h2><a href="/a">Mill closes</a></h2><h2><a href="/b">Bridge opens</a></h2>' * 12
    found = kind_of(body, "https://post.example/", Declared(frozenset({"website"}), "website"))
    assert found is not None
    assert found.startswith("home page: ")


@pytest.mark.parametrize(
    ("text", "weights", "message"),
    [
        ("address = [", "", "TOML"),
        ("[[address]]\nid = 'list'", "", "needs"),
        ("[[address]]\nid='list'\npath='('\nreason='r'\nmatch=[]\nkeep=[]", "", "RE2"),
        (
            "[[address]]\nid='list'\npath='/x'\nreason='r'\nmatch=['https://a.example/y']\nkeep=[]",
            "",
            "comes out wrong",
        ),
        ("", "[weights]\ncolour = 1.0", "colour"),
        ("", "[[family]]\nname = 'forum'\nintercept = 0.0\n[family.weights]\ncolour = 1.0", "colour"),
        ("[[mark]]\nid = 'forum_title'", "", "needs"),
        ("[[mark]]\nid='x'\nplace='sky'\nwords=['a']\nreason='r'\nmatch=['a']\nkeep=[]", "", "sky"),
        ("[[mark]]\nid='x'\nplace='title'\nwords=['a']\nreason='r'\nmatch=['ab']\nkeep=[]", "", "comes out wrong"),
    ],
)
def test_wrong_rules_are_refused(text: str, weights: str, message: str) -> None:
    with pytest.raises(PageKindError, match=message):
        parse_page_kinds(text, weights)
