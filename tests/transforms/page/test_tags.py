"""Attributes are counted as the parser takes them, in time that grows with the page alone."""

import pytest

from tests.effort import grows_less_than
from transforms.page.tags import most_attributes


def flood(form: str, count: int = 5000) -> str:
    return "<p " + "".join(form.format(n) for n in range(count)) + ">text</p>"


@pytest.mark.parametrize(
    "form", ["a{}=1 ", "a{} ", 'a{}=">" ', "a{}='<p>' ", "a{}=x/ ", "a{}\n=\n1\n", 'a{}="b"', '= a{}="x" ', "a{}/"]
)
def test_a_flood_of_attributes_is_counted_however_it_is_written(form: str) -> None:
    assert most_attributes(flood(form)) >= 5000


@pytest.mark.parametrize(
    "page",
    [
        "",
        "text < 5 and > 3",
        f'<p data-json="{"a=1 b=2 " * 5000}">text</p>',
        f"<p title='{'word ' * 5000}'>text</p>",
        "<p>" + "a=1 " * 5000 + "</p>",
        '<img src="a.png" alt="b">' * 5000,
        flood("a{}=1 ", 90),
    ],
)
def test_long_values_and_many_tags_are_no_flood(page: str) -> None:
    assert most_attributes(page) <= 100


@pytest.mark.parametrize("piece", ['<a x="', "<a x='", "<a ", "<a = ", "<a/", '"<a b=', "<a b = ", "a='\"", "<"])
def test_time_grows_with_the_page(piece: str) -> None:
    small, large = piece * 20_000, piece * 200_000
    assert grows_less_than(40, lambda: most_attributes(small), lambda: most_attributes(large)), "quadratic: 100"
