"""Pages to blocks of text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.builders import data_file
from transforms.page.blocks import ANCESTORS, HIDDEN_BIT, Blocks, ContainerWordError, parse_container_words, read_blocks

WORDS = parse_container_words(data_file("container_words.toml").read_text("utf-8"))


def blocks(body: str) -> Blocks:
    """The blocks of a page with this body."""
    return read_blocks(html.document_fromstring(f"<html><body>{body}</body></html>"), WORDS)


def test_text_of_inline_elements_belongs_to_one_block() -> None:
    found = blocks("<p>The <b>old</b> <a href='/x'>bridge</a>\n was <i>open</i>.</p>")
    assert found.texts == ["The old bridge was open."]
    assert (found.link_characters, found.emphasised_characters) == ([len("bridge")], [len("old")])


def test_text_around_block_elements_is_a_block_of_its_own_in_the_pages_order() -> None:
    assert blocks("<div>before<p>inside</p>after</div>").texts == ["before", "inside", "after"]


def test_line_breaks_stay_lines() -> None:
    assert blocks("<p>one<br>two<br><br>three</p>").texts == ["one\ntwo\nthree"]


@pytest.mark.parametrize("tag", ["script", "style", "noscript", "select", "textarea", "svg"])
def test_what_is_not_read_is_skipped_and_what_follows_kept(tag: str) -> None:
    assert blocks(f"<p>one <{tag}>never</{tag}> two</p>").texts == ["one two"]


def test_a_block_knows_what_it_stands_in() -> None:
    found = blocks("<nav><p>menu</p></nav><p hidden>hid</p><p style='display: none'>den</p><p>open</p>")
    assert found.ancestors == [1 << ANCESTORS.index("nav"), HIDDEN_BIT, HIDDEN_BIT, 0]


def test_a_block_knows_the_words_of_all_containers_around_it() -> None:
    found = blocks("<div class='Related-Box'><p id='share-1'>x</p></div><p>y</p>")
    groups = {name for number, name in enumerate(WORDS.groups) if found.words[0] >> number & 1}
    assert {"related", "side", "share"} <= groups
    assert found.words[1] == 0


def test_blocks_at_the_same_place_share_their_path_and_parent() -> None:
    found = blocks("<div class='a'><p>one</p><p class='lead'>two</p></div><div class='b'><p>three</p></div>")
    assert len(set(found.paths)) == 1
    assert len(set(found.named_paths)) == 3
    parents = [found.parents[container] for container in found.containers]
    assert parents[0] == parents[1] != parents[2]


@given(st.text(alphabet="<>/pbdivspanae =\"' xyz", max_size=300))
@settings(max_examples=60)
def test_any_page_has_columns_of_equal_length_and_no_empty_block(body: str) -> None:
    found = blocks(f"<p>start</p>{body}")
    columns = (found.tags, found.paths, found.named_paths, found.ancestors, found.words, found.depths)
    assert all(len(column) == len(found) for column in (*columns, found.containers, found.link_characters))
    assert all(text and text == text.strip() for text in found.texts)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("group = [", "TOML"),
        ("[[group]]\nid = 'x'", "needs"),
        ("[[group]]\nid='x'\nwords=['share']\nreason='r'\nmatch=['other']\nkeep=[]", "'other'"),
        ("[[group]]\nid='x'\nwords=['share']\nreason='r'\nmatch=[]\nkeep=['share-bar']", "'share-bar'"),
    ],
)
def test_wrong_container_words_are_refused(text: str, message: str) -> None:
    with pytest.raises(ContainerWordError, match=message):
        parse_container_words(text)
