"""Publication dates as inputs and pages write them, to calendar days, and to moments where they give a time zone.

A day that is ambiguous, incomplete, before there were newspapers or after the document was fetched is no date: a wrong
one is worse than none. Where on a page a date is to be believed does not belong here.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from dateutil import parser as dateutil_parser  # type: ignore[import-untyped]

from transforms.errors import DataFileError

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
_ERA = re.compile(r"(令和|平成|昭和)\s?(\d{1,2}|元)年\s?(\d{1,2})月\s?(\d{1,2})日")
_UNORDERED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)")
_SHORT = re.compile(r"(\d{2})([/.])(\d{2})\2(\d{2})\Z")
"""A day with the last two digits of a year of this century."""
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?\Z")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
"""The year before the first one of each."""
_BUDDHIST_YEARS = range(2480, 2680)
_BEFORE_CHRIST = 543
"""Years that the Buddhist calendar of Thailand is ahead."""

_MONTH = r"([^\W\d_](?:[^\W\d_]|[\u0300-\u0dff'’-]){1,20})\.?"
"""A word, with the vowel signs of scripts that write them as marks."""
_ORDINAL = r"(?:st|nd|rd|th|er|re|º|ª|°|\.)?"
_DAY_MONTH_YEAR = re.compile(
    rf"(?<!\d)(\d{{1,2}}){_ORDINAL}[\s-]{{1,3}}(?:de |of |d['’])?{_MONTH},?[\s-]{{1,3}}(?:de |del |of )?(\d{{4}})(?!\d)"
)
_MONTH_DAY_YEAR = re.compile(rf"{_MONTH}\s{{1,3}}(\d{{1,2}}){_ORDINAL},?\s{{1,3}}(\d{{4}})(?!\d)")
_YEAR_MONTH_DAY = re.compile(rf"(?<!\d)(\d{{4}})\.?\s(?:m\.\s)?{_MONTH}\s(\d{{1,2}})(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?:\d{4}([-/.])\d{1,2}\1\d{1,2}(?!\d)|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}(?!\d)"
    r"|\d{1,2}([/-])\d{1,2}\2\d{4}(?![\d/-])|\d{2}([/.])\d{2}\3\d{2}(?![\d/.-]))"
)

_DEFAULTS = (dt.datetime(2001, 1, 1), dt.datetime(2004, 12, 28))
"""dateutil fills what is missing from a default: two that share no field show what was missing."""

_MONTH_FIRST = frozenset({"us", "ph", "pr", "gu", "vi", "as", "mp", "um"})
"""Countries and territories whose press writes 05/03 for 3 May."""
_YEAR_LANGUAGES = frozenset({"zh", "ja", "ko", "hu", "lt", "mn"})
"""Languages that write the year first; they do not say in which order 05/03/2024 is meant."""
_REGION = re.compile(r"([a-z]{2,3})(?:[-_](?:[a-z]{4}[-_])?([a-z]{2}))?\b")
_DAY_FIRST_SUFFIXES = frozenset(
    {"uk", "ie", "au", "nz", "in", "za", "ke", "ng", "gh", "pk", "bd", "lk", "mt", "cy", "sg", "my"}
)
"""Country domains with an English press that writes the day first."""


class DateWordError(DataFileError):
    """The date words file is not TOML, lacks a table, or breaks its own examples."""


@dataclass(frozen=True, slots=True)
class DateWords:
    """What dates in running text are made of."""

    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By language: a month's names in lower case, and its number. ``""`` holds the names that mean one month only."""
    updated: tuple[str, ...] = ()
    published: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DateHabits:
    """How a page writes dates."""

    is_month_first: bool | None = None
    """Whether ``05/03/2024`` is 3 May; None where nobody can tell."""
    months: Mapping[str, int] = field(default_factory=dict)
    """Names of months in lower case."""


NO_HABITS = DateHabits()


def parse_date_words(text: str) -> DateWords:
    """Date words from the text of their file.

    Raises:
        DateWordError: the text is not TOML, a table is missing, or an example comes out wrong.
    """
    try:
        data = tomllib.loads(text)
        groups = {name: tuple(data[name]["words"]) for name in ("updated", "published")}
        months = {
            language: {name: number for number, names in enumerate(all_names, 1) for name in names.split()}
            for language, all_names in data["months"].items()
        }
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise DateWordError(f"date words: {error!r}; mend the file") from error
    for name, words in groups.items():
        for example, wanted in [(one, True) for one in data[name]["match"]] + [
            (one, False) for one in data[name]["keep"]
        ]:
            if any(word in example.lower() for word in words) != wanted:
                raise DateWordError(f"date words: {example!r} comes out wrong in {name}; mend the words")
    return DateWords(months | {"": _clear_names(months)}, **groups)


def _clear_names(months: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The names that mean the same month in all languages that have them."""
    numbers: dict[str, set[int]] = {}
    for names in months.values():
        for name, number in names.items():
            numbers.setdefault(name, set()).add(number)
    return {name: found.pop() for name, found in numbers.items() if len(found) == 1}


def date_habits(language_tag: str | None, domain: str | None, words: DateWords) -> DateHabits:
    """How a page in a language and region writes dates.

    English alone does not say; ``en-US`` does, unless the domain is of a country that writes the day first: software
    sets that language where nobody chose one.

    Args:
        language_tag: as declared, such as ``en-GB`` or ``pt_BR``; None without.
        domain: the page's registered domain.
        words: from :func:`parse_date_words`.
    """
    match = _REGION.match((language_tag or "").lower())
    language, region = (match[1], match[2]) if match else ("", None)
    months = {**words.months.get("", {}), **words.months.get(language, {})}
    suffix = (domain or "").rpartition(".")[2]
    if region in _MONTH_FIRST:
        return DateHabits(None if suffix in _DAY_FIRST_SUFFIXES else True, months)
    if region and region != "ca" and language not in _YEAR_LANGUAGES:
        return DateHabits(False, months)
    if language in ("en", ""):
        return DateHabits(False if suffix in _DAY_FIRST_SUFFIXES else True if suffix == "us" else None, months)
    return DateHabits(None if language in _YEAR_LANGUAGES else False, months)


def parse_date(value: str, latest: dt.date | None = None, habits: DateHabits = NO_HABITS) -> dt.date | None:
    """The calendar day that a date or timestamp names, as it is written there (its own time zone's day).

    Understood: ISO 8601, RFC 2822, Unix seconds and milliseconds (UTC), year-first and day-first (dotted) numbers,
    East Asian dates, and month names in English and the page's language in any order. ``03/04/2020`` is a date only
    where the habits say in which order, ``13/04/2020`` always.

    Args:
        value: the date as text; longer than MAX_DATE_CHARACTERS is none.
        latest: the last day that can be true, such as the day after the document was fetched.
        habits: how the page writes dates.

    Returns:
        The day, or None where there is none or where it lies outside EARLIEST..latest.
    """
    value = value.strip()
    if not value or len(value) > MAX_DATE_CHARACTERS:
        return None
    day = _numeric_day(value, habits)
    if day is None:
        found = [day for _, day in find_days(value, habits)]
        day = found[0] if found else _worded_day(value)
    return day if day is not None and is_sane(day, latest) else None


def find_days(text: str, habits: DateHabits) -> list[tuple[tuple[int, int], dt.date]]:
    """The whole days that a short text names, each with where it stands, in order.

    Args:
        text: a line; time and memory are linear in its length.
        habits: how the page writes dates.
    """
    found = {span: day for span, day in _all_days(text, habits) if day is not None}
    days: list[tuple[tuple[int, int], dt.date]] = []
    for span in sorted(found):
        if not days or span[0] >= days[-1][0][1]:
            days.append((span, found[span]))
    return days


def _all_days(text: str, habits: DateHabits) -> Iterator[tuple[tuple[int, int], dt.date | None]]:
    for match in _ERA.finditer(text):
        year = 1 if match[2] == "元" else int(match[2])
        yield match.span(), _day(str(_ERAS[match[1]] + year), match[3], match[4])
    for match in _EAST_ASIAN.finditer(text):
        yield match.span(), _day(*match.groups())
    for match in _NUMERIC.finditer(text):
        yield match.span(), _numeric_day(match[0], habits)
    for match in _DAY_MONTH_YEAR.finditer(text):
        yield match.span(), _named_day(match[3], match[2], match[1], habits)
    for match in _MONTH_DAY_YEAR.finditer(text):
        yield match.span(), _named_day(match[3], match[1], match[2], habits)
    for match in _YEAR_MONTH_DAY.finditer(text):
        yield match.span(), _named_day(match[1], match[2], match[3], habits)


def _named_day(year: str, month: str, day: str, habits: DateHabits) -> dt.date | None:
    number = habits.months.get(month.lower())
    return _day(str(_christian(int(year))), str(number), day) if number else None


def _christian(year: int) -> int:
    return year - _BEFORE_CHRIST if year in _BUDDHIST_YEARS else year


def parse_moment(value: str, latest: dt.date | None = None) -> dt.datetime | None:
    """The moment in UTC that a timestamp with its offset names; None without a time or an offset, or if not sane.

    Understood: ISO 8601, RFC 2822, Unix seconds and milliseconds. An offset by name only (``CEST``) is none: names mean
    several zones.
    """
    value = value.strip()
    if _EPOCH.match(value):
        moment = _epoch_moment(value).replace(microsecond=0)
        return moment if is_sane(moment.date(), latest) else None
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


def _numeric_day(value: str, habits: DateHabits) -> dt.date | None:
    for pattern in (_ISO_DAY, _COMPACT_DAY, _YEAR_FIRST, _EAST_ASIAN):
        if match := pattern.match(value):
            return _day(match[1], match[2], match[3])
    if match := _DAY_FIRST.match(value):
        return _unordered_day(match[1], match[2], match[3], bool(habits.is_month_first))
    if match := _UNORDERED.match(value):
        return _unordered_day(match[1], match[2], match[3], habits.is_month_first)
    if habits.is_month_first is not None and (match := _SHORT.match(value)):
        return _unordered_day(match[1], match[3], f"20{match[4]}", habits.is_month_first)
    return _epoch_day(value) if _EPOCH.match(value) else None


def _unordered_day(first: str, second: str, year: str, is_month_first: bool | None) -> dt.date | None:
    """Day and month in the order that is possible or, where both are, usual; None where nobody can tell."""
    month_first, day_first = _day(year, first, second), _day(year, second, first)
    if month_first is None or day_first is None or month_first == day_first:
        return month_first or day_first
    return None if is_month_first is None else month_first if is_month_first else day_first


def _epoch_day(value: str) -> dt.date:
    return _epoch_moment(value).date()


def _epoch_moment(value: str) -> dt.datetime:
    whole = value.partition(".")[0]
    seconds = int(whole) // (1000 if len(whole) > len("9999999999") else 1)
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _worded_day(value: str) -> dt.date | None:
    if not any(character.isalpha() for character in value) or _UNORDERED.search(value):
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
