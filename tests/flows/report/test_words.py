"""Figures and foreign text as people read them."""

import datetime as dt

import pytest

from flows.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"), (0.0, "0%"), (1.0, "100%"), (0.5, "50%"), (0.078, "7.8%"),
        (0.0004, "<0.1%"), (0.9996, ">99.9%"), (0.001, "0.1%"),
    ],
)  # fmt: skip
def test_a_share_is_never_rounded_to_nothing_or_all(value: float | None, text: str) -> None:
    assert words.share(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "not ended"), (0.5, "0.5 s"), (53.2, "53 s"), (240, "4 min"), (9_000, "2.5 h")]
)
def test_a_duration_has_the_unit_that_fits(seconds: float | None, text: str) -> None:
    assert words.duration(seconds) == text


@pytest.mark.parametrize(("number", "text"), [(0, "no batches"), (1, "1 batch"), (22_441, "22,441 batches")])
def test_things_agree_with_their_number(number: int, text: str) -> None:
    assert words.things(number, "batch", "batches") == text


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")]
)
def test_an_enumeration_reads_as_one(items: list[str], text: str) -> None:
    assert words.listed(items) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\n\ttwo", "one two"),
        ("bell\x07 and \x1b[31mred", "bell and [31mred"),
        ("harbour \u202egnp.exe", "harbour gnp.exe"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("a" * 200, "a" * 19 + "…"),
        (None, ""),
    ],
)
def test_foreign_text_is_one_short_line_that_turns_nothing_around(text: str | None, line: str) -> None:
    assert words.shown(text, 20) == line


@pytest.mark.parametrize("url", ["https://news.example/a?b=c", "http://news.example"])
def test_addresses_of_pages_are_linked(url: str) -> None:
    assert words.link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "data:text/html,<b>",
        "file:///etc/passwd", "https://", "//news.example", "https://news.example/\u202egnp", "https://[::1",
        "java\nscript:alert(1)",
    ],
)  # fmt: skip
def test_nothing_else_is_linked(url: str | None) -> None:
    assert words.link(url) is None


def test_dates_are_written_out() -> None:
    assert words.day(dt.date(2026, 1, 2)) == "2 January 2026"
    assert words.moment(dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)) == "2 January 2026, 03:04 UTC"


def test_languages_have_names_and_unknown_codes_stay() -> None:
    assert (words.language("pt"), words.language("und"), words.language("zz")) == ("Portuguese", "not determined", "zz")
