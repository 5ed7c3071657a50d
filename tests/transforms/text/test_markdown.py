"""Markdown in plain text: undone where it certainly is Markdown, and nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.text.markdown import undo_markdown

BODY = "The council voted on Tuesday."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"# Harbour bridge approved\n\n{BODY}", f"Harbour bridge approved\n\n{BODY}"),
        (f"{BODY}\n\n## What comes next ##\n\n{BODY}", f"{BODY}\n\nWhat comes next\n\n{BODY}"),
        (
            "The [council](https://marlowe.example/council_(town) 'The council') **voted** on _Tuesday_.",
            "The council voted on Tuesday.",
        ),
        ("[READ ALSO: Ferry fares rise](/ferries/fares)", "READ ALSO: Ferry fares rise"),
        ("See [the plan][1] today.\n\n### Plan\n\n[1]: https://marlowe.example/plan", "See the plan today.\n\nPlan"),
        (f"![The pier](https://x.example/p.jpg)\n\n## Pier\n\n{BODY}", f"Pier\n\n{BODY}"),
        (f"[![The pier](/p.jpg)](/big.jpg)\n\n## Pier\n\n{BODY}", f"Pier\n\n{BODY}"),
        ("## Pier\n\n> We waited.\n> Long.\n\n* * *\n\n- one\n- two", "Pier\n\nWe waited.\nLong.\n\n- one\n- two"),
        ("Bridge\n======\n\n## Cost\n\nIt costs 5\\* and \\_more\\_.", "Bridge\n\nCost\n\nIt costs 5* and _more_."),
    ],
)
def test_markdown_is_undone(text: str, expected: str) -> None:
    assert undo_markdown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}\n\n# 1 in the charts for the third week",
        "#bridge #harbour\n\nThe council voted.",
        "He said [it] (the bridge) was *late* and **very** dear.",
        "An array[0](x) and f_name_here, 2 * 3 * 4.",
        "## Code\n\n```\n# a comment\n```",
        "> On Monday Ada wrote:\n> We waited.",
        "Scores\n------\nMarlowe 2, Dorn 1",
    ],
)
def test_what_is_no_markdown_stays(text: str) -> None:
    assert undo_markdown(text) == text


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="#*_[]()!>-=\\ha:/. \n", max_size=120))
def test_any_text_comes_back_no_longer(text: str) -> None:
    assert len(undo_markdown(text)) <= len(text)


@pytest.mark.parametrize("piece", ["[a](/", "![", "**a", "_a ", "# ", "> ", "[a][", "- - ", "[1]: https://"])
def test_hostile_marks_end(piece: str) -> None:
    """A megabyte of it would take hours if the time grew with the square of its length."""
    assert undo_markdown("## a\n" + piece * (200_000 // len(piece)))
