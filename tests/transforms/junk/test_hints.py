"""Hints: the bundled ones hold on their examples, and a file that is wrong is refused with the remedy."""

import pytest

from tests.builders import data_file
from transforms.junk.hints import HintError, parse_hints

HINT = """
[[hint]]
id = "{id}"
says = "speaks of gulls"
pattern = '{pattern}'
like = ["{like}"]
unlike = ["{unlike}"]
"""


def one(**changes: str) -> str:
    return HINT.format(**({"id": "gulls", "pattern": "gulls?", "like": "A gull", "unlike": "A tern"} | changes))


def test_the_bundled_hints_hold_on_their_examples() -> None:
    hints = parse_hints(data_file("line_hints.toml").read_text("utf-8"))
    assert len(hints.hints) >= 20
    assert all(hint.like and hint.unlike and hint.says for hint in hints.hints)


def test_hints_come_as_numbers_in_the_order_of_the_file() -> None:
    hints = parse_hints(one() + one(id="terns", pattern="terns?", like="A tern", unlike="A gull"))
    assert hints.of("A tern") == (0.0, 1.0)
    assert hints.of("gulls and terns") == (1.0, 1.0)
    assert hints.of("\ud800") == (0.0, 0.0)


def test_the_version_follows_the_text() -> None:
    assert parse_hints(one()).version != parse_hints(one(like="The gulls")).version


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[hint]", "not valid TOML"),
        (one() + one(), "used twice"),
        (one(pattern="(?=gull)"), "refused by RE2"),
        (one(like="A tern"), "is not taken"),
        (one(unlike="A gull"), "is taken"),
        (one().replace("says", "tells"), "says is missing|tells"),
    ],
)
def test_a_wrong_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(HintError, match=message):
        parse_hints(text)
