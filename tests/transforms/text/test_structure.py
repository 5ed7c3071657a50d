"""The parts of a main text: placed, moved by cuts and back, and written as Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.records import BlockKind, StrippedLine, TextBlock
from transforms.strip import restore
from transforms.text.structure import (
    after_cuts,
    as_markdown_line,
    before_cuts,
    from_json,
    place,
    to_json,
    to_markdown,
    with_paragraphs,
)

TEXT = """The pans
They lie behind the dyke.
Nobody tends them.
- Two pans
- One inn
Year | Salt
1871 | none
Gone, she says."""
SHAPE: list[tuple[BlockKind, int, int]] = [
    ("heading", 2, 1),
    ("paragraph", 0, 2),
    ("list_item", 1, 1),
    ("list_item", 2, 1),
    ("table_row", 0, 1),
    ("table_row", 0, 1),
    ("quotation", 0, 1),
]
MARKDOWN = """## The pans

They lie behind the dyke.\\
Nobody tends them.

- Two pans
  - One inn

| Year | Salt |
| --- | --- |
| 1871 | none |

> Gone, she says.
"""


def cut(start: int, text: str) -> StrippedLine:
    return StrippedLine("d", 1, start, text, "related", "rule", "r", "r")


def said(text: str, blocks: tuple[TextBlock, ...]) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in blocks]


def without(text: str, cuts: list[StrippedLine]) -> str:
    for each in reversed(cuts):
        text = text[: each.start_offset] + text[each.start_offset + len(each.text) :]
    return text


def test_parts_stand_where_their_lines_are() -> None:
    blocks = place(TEXT, SHAPE)
    assert "\n".join(TEXT[block.start : block.end] for block in blocks) == TEXT
    assert said(TEXT, blocks)[1] == ("paragraph", "They lie behind the dyke.\nNobody tends them.")


def test_a_shape_of_another_text_says_nothing() -> None:
    assert place(TEXT + "\nmore", SHAPE) == ()


def test_lines_of_which_nothing_is_known_are_paragraphs() -> None:
    text = "Heading\nOne.\n\nTwo."
    blocks = with_paragraphs(text, place(text, [("heading", 2, 1), ("paragraph", 0, 3)])[:1])
    assert said(text, blocks) == [("heading", "Heading"), ("paragraph", "One."), ("paragraph", "Two.")]


@pytest.mark.parametrize(
    ("text", "cuts", "left"),
    [
        ("Ad\nHead\nText.", [(0, "Ad\n")], ["Head", "Text."]),
        ("Head\nAd\nText.", [(4, "\nAd")], ["Head", "Text."]),
        ("Head\nText. Ad", [(10, " Ad")], ["Head", "Text."]),
        ("Head\nAd: Text.", [(5, "Ad: ")], ["Head", "Text."]),
        ("Head\nText.", [(0, "Head\n")], ["Text."]),
        ("Head\nA b c.", [(6, " b")], ["Head", "A c."]),
    ],
)
def test_cuts_move_shorten_and_remove_parts(text: str, cuts: list[tuple[int, str]], left: list[str]) -> None:
    made = [cut(*each) for each in cuts]
    stripped = without(text, made)
    blocks = place(text, [("list_item", 1, 1)] * (text.count("\n") + 1))
    after = after_cuts(stripped, blocks, made)
    assert [stripped[block.start : block.end] for block in after] == left
    again = before_cuts(text, after, made)
    assert set(again) <= set(blocks)
    assert len(again) == len(after)


lines = st.lists(st.text("ab| -", min_size=1, max_size=8).filter(str.strip), min_size=1, max_size=8)


@given(lines, st.data())
def test_parts_are_ordered_and_within_the_text_after_any_cuts_and_back(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    cuts = [cut(one, text[one:other]) for one, other in zip(edges[::2], edges[1::2], strict=False)]
    stripped = without(text, cuts)
    assert restore(stripped, cuts) == text
    blocks = place(text, [("list_item", 1, 1)] * len(lines))
    after = with_paragraphs(stripped, after_cuts(stripped, blocks, cuts))
    again = before_cuts(text, after, cuts)
    for whole, parts in ((stripped, after), (text, again)):
        ends = [0, *(block.end for block in parts)]
        assert all(end <= block.start < block.end <= len(whole) for end, block in zip(ends, parts, strict=False))
    assert set(again) <= set(blocks)


def test_json_keeps_parts_as_they_are() -> None:
    blocks = place(TEXT, SHAPE)
    assert from_json(to_json(blocks)) == blocks
    assert from_json(None) == ()


def test_markdown_has_the_structure() -> None:
    assert to_markdown(TEXT, place(TEXT, SHAPE)) == MARKDOWN


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("# 1 in the charts", r"\# 1 in the charts"),
        ("1. January was cold", r"1\. January was cold"),
        ("2024 was cold", "2024 was cold"),
        ("1,000 people", "1,000 people"),
        ("- No, he said", r"\- No, he said"),
        ("*** <b>a_b</b> [x](y) `c` \\", r"\*\*\* \<b\>a\_b\</b\> \[x\](y) \`c\` " + "\\\\"),
        ("---", r"\---"),
        ("> he wrote", r"\> he wrote"),
        ("R&D | AT&amp;T", r"R\&D \| AT\&amp;T"),
    ],
)
def test_a_texts_own_characters_make_no_markup(line: str, written: str) -> None:
    assert to_markdown(line, ()) == written + "\n"
    assert as_markdown_line(line) == written


@given(st.text(max_size=60))
def test_every_word_of_a_text_is_in_its_markdown(text: str) -> None:
    written = to_markdown(text, ())
    assert re.findall(r"\w+", re.sub(r"\\(\W)", r"\1", written).replace("_", " ")) == re.findall(
        r"\w+", text.replace("_", " ")
    )
