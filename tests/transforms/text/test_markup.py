"""Leftovers of HTML in plain text: undone where they are markup, untouched where the text speaks of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.text.markup import undo_escaped_line_ends, undo_markup, undo_quoted_printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dorn &amp; Sons", "Dorn & Sons"),
        ("the council&#39;s &quot;last&quot; word", 'the council\'s "last" word'),
        ("the council&#x2019;s word &mdash; at last", "the council’s word — at last"),
        ("Dorn &amp;amp; Sons say it&amp;#39;s over", "Dorn & Sons say it's over"),
        ("5 &lt; 6", "5 < 6"),
        ("two&nbsp;words", "two words"),
        (
            "<b>Dorn</b> votes<br><br>READ ALSO: Ferries<br>&copy; 2024 Gazette",
            "Dorn votes\n\nREAD ALSO: Ferries\n© 2024 Gazette",
        ),
        ("One.<br/>Two.<BR />Three.", "One.\nTwo.\nThree."),
        ("One <br> two <br> three <br> four", "One\ntwo\nthree\nfour"),
        (
            'A lead.<p>Second.</p><p>Third, <a href="/x?a=1" target=_blank>linked</a>.</p>',
            "A lead.\n\nSecond.\n\nThird, linked.",
        ),
        ("&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;Three.&lt;/p&gt;", "One & two.\n\nThree."),
        ("Text.<script>var a = '<b>';</script><!-- note --> More.<br>End.", "Text. More.\nEnd."),
        ("CO<sub>2</sub> and <em>more</em>", "CO2 and more"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
    ],
)
def test_markup_is_undone(text: str, expected: str) -> None:
    assert undo_markup(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "AT&T and R&D; Q&A;",
        "a < b and c > d, or if a<b and c>d",
        "List<String> names; vector<int> sizes; #include <stdio.h>",
        "Use the <b> tag, and close it with </b>.",
        "The <br> tag breaks a line.",
        "Write `<b>bold</b>` and `&amp;` in the source.",
        "https://example.org/?a=1&copy=2&reg=3",
        "Fish & chips; salt &vinegar;",
        "He <laughs> and <p falls",
        "a<b>c without an end",
        "",
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert undo_markup(text) == text


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="<>/&;#abpr `lt1x\n", max_size=200))
def test_any_text_comes_back_as_text(text: str) -> None:
    assert len(undo_markup(text)) <= len(text) + 2 * text.count("<")


@pytest.mark.parametrize(
    "piece", ["<script>", "<!--", "<b ", "`", "&amp;", "<br>", "&lt;p", "<p><b>", "<style>a</style"]
)
def test_hostile_markup_ends(piece: str) -> None:
    """A megabyte of it would take hours if the time grew with the square of its length."""
    assert len(undo_markup(piece * (1_000_000 // len(piece)))) <= 1_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"We waited.\n\nLong.", "We waited.\n\nLong."),
        (r"One.\r\n\r\nTwo.\r\nThree.", "One.\n\nTwo.\nThree."),
        ("Bridge\n" + r"We waited.\n\nLong.", "Bridge\nWe waited.\n\nLong."),
        (r"It is kept in C:\news.", r"It is kept in C:\news."),
        ("A line end is written \\n.\nIn C, too: \\n.", "A line end is written \\n.\nIn C, too: \\n."),
    ],
)
def test_line_ends_that_were_written_as_two_characters(text: str, expected: str) -> None:
    assert undo_escaped_line_ends(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=E2=80=9CWe waited,=E2=80=9D said Jos=C3=A9.", "“We waited,” said José."),
        ("The council vo=\nted on the har=\nbour, a =3D b.", "The council voted on the harbour, a = b."),
        ("2+2=4, a=b and E=MC", "2+2=4, a=b and E=MC"),
        ("https://x.example/?a=1&b=2&c=33", "https://x.example/?a=1&b=2&c=33"),
        ("=FF=FE=FA", "=FF=FE=FA"),
        ("====", "===="),
    ],
)
def test_quoted_printable_is_undone(text: str, expected: str) -> None:
    assert undo_quoted_printable(text) == expected
