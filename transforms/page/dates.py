"""Publication dates as inputs and pages write them, to calendar days, and to moments where they give a time zone.

A day that is ambiguous, incomplete, before there were newspapers or after the document was fetched is no date: a wrong
one is worse than none. Finding dates in running text does not belong here.
"""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

from dateutil import parser as dateutil_parser  # type: ignore[import-untyped]

EARLIEST = dt.date(1800, 1, 1)
"""Digitised newspapers reach back to about then; earlier values are null markers such as 0001-01-01."""

LATEST = dt.date(2100, 1, 1)
"""The bound where nobody knows when the document was fetched."""

NULL_DAYS = frozenset({dt.date(1970, 1, 1), dt.date(1900, 1, 1)})
"""How systems write "no date": the Unix epoch and the spreadsheet epoch."""

MAX_DATE_CHARACTERS = 100

MIN_MOMENT_CHARACTERS = len("20240503T1000Z")

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T\d{4,6}Z?|\d{4}|\d{6})?\Z")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_EAST_ASIAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_UNORDERED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)")
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?\Z")

_DEFAULTS = (dt.datetime(2001, 1, 1), dt.datetime(2004, 12, 28))
"""dateutil fills what is missing from a default: two that share no field show what was missing."""


def parse_date(value: str, latest: dt.date | None = None) -> dt.date | None:
    """The calendar day that a date or timestamp names, as it is written there (its own time zone's day).

    Understood: ISO 8601, RFC 2822, Unix seconds and milliseconds (UTC), year-first and day-first (dotted) numbers,
    East Asian dates, and English month names in any order. ``03/04/2020`` is no date, ``13/04/2020`` is.

    Args:
        value: the date as text; longer than MAX_DATE_CHARACTERS is none.
        latest: the last day that can be true, such as the day after the document was fetched.

    Returns:
        The day, or None where there is none or where it lies outside EARLIEST..latest.
    """
    value = value.strip()
    if not value or len(value) > MAX_DATE_CHARACTERS:
        return None
    day = _numeric_day(value) or _worded_day(value)
    return day if day is not None and is_sane(day, latest) else None


def parse_moment(value: str, latest: dt.date | None = None) -> dt.datetime | None:
    """The moment in UTC that a timestamp with its offset names; None without a time or an offset, or if not sane.

    Understood: ISO 8601 and RFC 2822. An offset by name only (``CEST``) is none: names mean several zones.
    """
    value = value.strip()
    if not MIN_MOMENT_CHARACTERS <= len(value) <= MAX_DATE_CHARACTERS:
        return None
    try:
        moment = dt.datetime.fromisoformat(value) if value[0].isdigit() else parsedate_to_datetime(value)
        if moment.tzinfo is None or not is_sane(moment.date(), latest):
            return None
        return moment.astimezone(dt.UTC).replace(microsecond=0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def is_sane(day: dt.date, latest: dt.date | None = None) -> bool:
    """Whether a day can be a publication date."""
    return EARLIEST <= day <= (latest or LATEST) and day not in NULL_DAYS


def _numeric_day(value: str) -> dt.date | None:
    for pattern in (_ISO_DAY, _COMPACT_DAY, _YEAR_FIRST, _EAST_ASIAN):
        if match := pattern.match(value):
            return _day(match[1], match[2], match[3])
    if match := _DAY_FIRST.match(value):
        return _day(match[3], match[2], match[1])
    if match := _UNORDERED.match(value):
        return _unordered_day(match[1], match[2], match[3])
    return _epoch_day(value) if _EPOCH.match(value) else None


def _unordered_day(first: str, second: str, year: str) -> dt.date | None:
    """Day and month in whichever order is possible; None where both are and they differ."""
    days = {_day(year, first, second), _day(year, second, first)} - {None}
    return days.pop() if len(days) == 1 else None


def _epoch_day(value: str) -> dt.date | None:
    whole = value.partition(".")[0]
    seconds = int(whole) // (1000 if len(whole) > len("9999999999") else 1)
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)).date()


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _worded_day(value: str) -> dt.date | None:
    if not any(character.isalpha() for character in value) or _UNORDERED.match(value):
        return None
    try:
        return parsedate_to_datetime(value).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    try:
        low, high = [dateutil_parser.parse(value, default=default, ignoretz=True).date() for default in _DEFAULTS]
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return low if low == high else None
