"""Dates as inputs and pages write them."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import data_file
from transforms.page.dates import (
    EARLIEST,
    LATEST,
    DateWordError,
    date_habits,
    find_days,
    is_sane,
    parse_date,
    parse_date_words,
    parse_moment,
)

WORDS_TEXT = data_file("date_words.toml").read_text("utf-8")
WORDS = parse_date_words(WORDS_TEXT)
DAY = dt.date(2020, 5, 26)


@pytest.mark.parametrize(
    "value",
    [
        "2020-05-26",
        " 2020-05-26 ",
        "2020-5-26",
        "2020-05-26T23:59:59Z",
        "2020-05-26T23:59:59-11:00",
        "2020-05-26 10:00:00.123+02:00",
        "20200526",
        "20200526T101500Z",
        "20200526101500",
        "2020/05/26",
        "2020.05.26",
        "26.05.2020",
        "26. 5. 2020",
        "26/05/2020",
        "05/26/2020",
        "5-26-2020 10:15",
        "Tue, 26 May 2020 10:15:00 +0200",
        "May 26, 2020",
        "26 May 2020 10:30 CEST",
        "Tue May 26 2020 08:00:00 GMT+0000 (UTC)",
        "1590500000",
        "1590500000000",
        "1590500000.25",
        "2020年5月26日",
        "2020년 5월 26일",
    ],
)
def test_common_writings_are_understood(value: str) -> None:
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "03/04/2020",
        "May 2020",
        "2020",
        "May 26",
        "10:30",
        "2 hours ago",
        "yesterday",
        "2020-02-30",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "1970-01-01",
        "0",
        "99999999999999999999",
        "31/31/2020",
        "26 mystery 2020",
        "Mon, 99 May 2020 10:15:00 +0200",
        "May 26, 2020 " + "x" * 100,
        "Tue, 26 May 99999999999999999999 10:15:00",
    ],
)
def test_what_is_no_day_is_none(value: str) -> None:
    assert parse_date(value) is None


def test_a_day_after_the_last_possible_one_is_none() -> None:
    assert parse_date("2020-05-26", DAY) == DAY
    assert parse_date("2020-05-27", DAY) is None


def test_the_same_day_and_month_number_is_not_ambiguous() -> None:
    assert parse_date("05/05/2020") == dt.date(2020, 5, 5)


@given(st.dates())
def test_iso_dates_survive_where_they_are_sane(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == (day if is_sane(day) else None)


@given(st.one_of(st.text(max_size=120), st.text(st.sampled_from("0123456789-/.: TZMay+年月日"), max_size=30)))
def test_any_text_gives_a_sane_day_or_none(value: str) -> None:
    found = parse_date(value)
    assert found is None or EARLIEST <= found <= LATEST


@pytest.mark.parametrize(
    "value",
    [
        "2020-05-26T10:15:00+02:00",
        "2020-05-26T08:15:00Z",
        "2020-05-26 08:15:00.123+00:00",
        "20200526T081500Z",
        "Tue, 26 May 2020 10:15:00 +0200",
        "2020-05-26T10:15:00+0200",
        "1590480900",
        "1590480900000",
        "1590480900.25",
    ],
)
def test_a_time_with_its_offset_is_a_moment(value: str) -> None:
    assert parse_moment(value) == dt.datetime(2020, 5, 26, 8, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "value",
    ["", "2020-05-26", "2020-05-26T10:15:00", "26 May 2020 10:30 CEST", "0001-01-01T00:00:00Z", "000000000", "x" * 40],
)
def test_without_time_or_offset_there_is_no_moment(value: str) -> None:
    assert parse_moment(value) is None


def test_a_moment_after_the_document_was_fetched_is_none() -> None:
    assert parse_moment("2020-05-26T08:15:00Z", dt.date(2020, 5, 25)) is None


@given(st.text(max_size=60))
def test_any_text_is_a_moment_in_utc_or_none(value: str) -> None:
    moment = parse_moment(value)
    assert moment is None or moment.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(
    ("tag", "domain", "day"),
    [
        ("en-US", None, dt.date(2024, 5, 3)),
        ("en_US", "harbourpost.com", dt.date(2024, 5, 3)),
        ("es-US", None, dt.date(2024, 5, 3)),
        (None, "harbourpost.us", dt.date(2024, 5, 3)),
        ("en-GB", None, dt.date(2024, 3, 5)),
        ("en", "harbourpost.co.uk", dt.date(2024, 3, 5)),
        ("de", None, dt.date(2024, 3, 5)),
        ("pt-BR", None, dt.date(2024, 3, 5)),
        ("zh-Hans-CN", None, None),
        ("en", "harbourpost.com", None),
        ("en-US", "harbourpost.co.uk", None),
        ("en-CA", None, None),
        (None, None, None),
        ("", None, None),
        ("hu", None, None),
    ],
)
def test_language_and_region_say_the_order_of_day_and_month(
    tag: str | None, domain: str | None, day: dt.date | None
) -> None:
    assert parse_date("05/03/2024", habits=date_habits(tag, domain, WORDS)) == day
    assert parse_date("Sun, 05/03/2024 - 10:30", habits=date_habits(tag, domain, WORDS)) == day
    assert parse_date("05/03/24", habits=date_habits(tag, domain, WORDS)) == day
    assert parse_date("13/04/2020", habits=date_habits(tag, domain, WORDS)) == dt.date(2020, 4, 13)
    assert parse_date("04.13.2020", habits=date_habits(tag, domain, WORDS)) == dt.date(2020, 4, 13)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("pt", "26 de maio de 2020 às 10h"),
        ("es", "26 de mayo del 2020"),
        ("fr", "mar. 26 mai 2020"),
        ("de", "Dienstag, 26. Mai 2020"),
        ("pl", "26 maja 2020"),
        ("cs", "26. května 2020"),
        ("hu", "2020. május 26."),
        ("lt", "2020 m. gegužės 26 d."),
        ("ru", "26 мая 2020 г."),
        ("el", "26 Μαΐου 2020"),
        ("tr", "26 Mayıs 2020"),
        ("ar", "٢٦ مايو ٢٠٢٠"),
        ("hi", "26 मई 2020"),
        ("th", "26 พฤษภาคม 2563"),
        ("id", "26 Mei 2020"),
        ("ja", "令和2年5月26日"),
        ("en", "26-May-2020"),
        ("en", "Tuesday, May 26th, 2020 at 5 p.m."),
        (None, "26 mai 2020"),
    ],
)
def test_days_in_the_pages_language(tag: str | None, value: str) -> None:
    assert parse_date(value, habits=date_habits(tag, None, WORDS)) == DAY


def test_a_months_name_that_means_two_months_needs_its_language() -> None:
    assert parse_date("3 listopada 2020", habits=date_habits("hr", None, WORDS)) == dt.date(2020, 10, 3)
    assert parse_date("3 listopada 2020", habits=date_habits("pl", None, WORDS)) == dt.date(2020, 11, 3)
    assert parse_date("3 listopada 2020", habits=date_habits(None, None, WORDS)) is None


@pytest.mark.parametrize(
    "text", ["© 2024", "1998-2024", "in May", "3 May", "May 2024", "12 of 2024 seats", "3 apples 2024"]
)
def test_parts_of_a_day_are_none(text: str) -> None:
    assert find_days(text, date_habits("en", None, WORDS)) == []


def test_days_of_a_line_come_in_order() -> None:
    found = find_days("Posted 26 May 2020, updated May 27, 2020 (28.05.2020)", date_habits("en", None, WORDS))
    assert [day.day for _, day in found] == [26, 27, 28]


@given(st.text(max_size=200), st.sampled_from(["en-US", "de", "ja", None]))
def test_any_line_has_days_that_do_not_overlap(text: str, tag: str | None) -> None:
    spans = [span for span, _ in find_days(text, date_habits(tag, None, WORDS))]
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[updated]", "[updated"), "date words"),
        (("[published]", "[posted]"), "'published'"),
        (('match = ["Last updated', 'match = ["Last seen'), "comes out wrong in updated"),
    ],
)
def test_a_wrong_date_words_file_says_what_is_wrong(change: tuple[str, str], message: str) -> None:
    with pytest.raises(DateWordError, match=message):
        parse_date_words(WORDS_TEXT.replace(*change, 1))
