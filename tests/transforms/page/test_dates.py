"""Dates as inputs and pages write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.page.dates import EARLIEST, LATEST, is_sane, parse_date, parse_moment

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


@settings(deadline=None)
@given(st.dates())
def test_iso_dates_survive_where_they_are_sane(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == (day if is_sane(day) else None)


@settings(deadline=None)
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
    ],
)
def test_a_time_with_its_offset_is_a_moment(value: str) -> None:
    assert parse_moment(value) == dt.datetime(2020, 5, 26, 8, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "value",
    ["", "2020-05-26", "2020-05-26T10:15:00", "26 May 2020 10:30 CEST", "1590500000", "0001-01-01T00:00:00Z", "x" * 40],
)
def test_without_time_or_offset_there_is_no_moment(value: str) -> None:
    assert parse_moment(value) is None


def test_a_moment_after_the_document_was_fetched_is_none() -> None:
    assert parse_moment("2020-05-26T08:15:00Z", dt.date(2020, 5, 25)) is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_moment_in_utc_or_none(value: str) -> None:
    moment = parse_moment(value)
    assert moment is None or moment.utcoffset() == dt.timedelta(0)
