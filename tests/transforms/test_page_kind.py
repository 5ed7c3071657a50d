"""What a page is where it is no article."""

from __future__ import annotations

import pytest
from lxml import html

from tests.builders import DATA
from transforms.blocks import Blocks, parse_container_words, read_blocks
from transforms.page_kind import (
    ARTICLE,
    Declared,
    PageKindError,
    PageKindRules,
    measure_page,
    page_kind,
    parse_page_kinds,
)

ADDRESSES = (DATA / "page_kinds.toml").read_text("utf-8")
RULES = parse_page_kinds(ADDRESSES, (DATA / "page_kind_weights.toml").read_text("utf-8"))
WORDS = parse_container_words((DATA / "container_words.toml").read_text("utf-8"))
SENTENCE = (
    "The harbour bridge opened again on Monday after two years of repairs, and the first buses crossed it at dawn. "
)


def kind_of(body: str, url: str, declared: Declared, rules: PageKindRules = RULES) -> str | None:
    """The kind of a page whose whole body is its main text."""
    blocks = read_blocks(html.document_fromstring(f"<html><body>{body}</body></html>"), WORDS)
    facts = measure_page(declared, url, blocks, range(len(blocks)), "\n".join(blocks.texts), rules)
    return page_kind(facts, rules)


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
    assert measure_page(Declared(), "http://[", Blocks(), (), "", RULES)["address_depth"] == 0.0


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
    ],
)
def test_wrong_rules_are_refused(text: str, weights: str, message: str) -> None:
    with pytest.raises(PageKindError, match=message):
        parse_page_kinds(text, weights)
