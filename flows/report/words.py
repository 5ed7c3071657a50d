"""Figures and foreign text as people read them: counts, shares, spans of time, and text that can do no harm.

Escaping for HTML is the template engine's work.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import TypeVar
from urllib.parse import urlsplit

from flows import plural

Item = TypeVar("Item")

things = plural.things
"""A number with its noun, here too for the templates of pages."""

_JOINERS = "\u200c\u200d"
"""Invisible, but part of how Persian words and emoji are written."""
_MINUTE = 60
_HOUR = 3600
_FEW_SECONDS = 10


def count(number: int) -> str:
    """A number of things: ``22,441``."""
    return f"{number:,}"


def share(value: float | None) -> str:
    """A share 0..1 as a percentage that never rounds something to nothing: ``<0.1%``."""
    if value is None:
        return "–"
    percent = value * 100
    if 0 < percent < 0.1:  # noqa: PLR2004  (what one decimal cannot show)
        return "<0.1%"
    if 99.9 < percent < 100:  # noqa: PLR2004
        return ">99.9%"
    return f"{percent:.0f}%" if percent == round(percent) else f"{percent:.1f}%"


def part(number: float, whole: float) -> float | None:
    """A part of a whole, 0..1; None where the whole is nothing."""
    return number / whole if whole else None


def megabytes(number: int) -> str:
    """Bytes as megabytes."""
    return f"{number / 1e6:,.1f} MB"


def duration(seconds: float | None) -> str:
    """A span of time in the unit that fits: ``53 s``, ``4 min``, ``2.5 h``."""
    if seconds is None:
        return "not ended"
    if seconds < _FEW_SECONDS:
        return f"{seconds:.1f} s"
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE:.0f} min" if seconds < 2 * _HOUR else f"{seconds / _HOUR:.1f} h"


def day(value: dt.date | None) -> str:
    """A date as people write it: ``22 November 2026``."""
    return f"{value.day} {value:%B %Y}" if value else "no date"


def moment(value: dt.datetime | None) -> str:
    """A moment to the minute, in UTC."""
    return f"{day(value)}, {value:%H:%M} UTC" if value else "not ended"


def listed(words: Sequence[str]) -> str:
    """Words as an enumeration: ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def row(item: object, *fields: str) -> list[object]:
    """The values of some fields of an item, as a row of a table; numbers with fractions rounded to three places."""
    values = (getattr(item, field) for field in fields)
    return [round(value, 3) if isinstance(value, float) else value for value in values]


def shown(text: str | None, characters: int = 160) -> str:
    """Foreign text on one line, shortened, without characters that are invisible or turn the direction of writing."""
    if not text:
        return ""
    visible = "".join(
        letter if letter.isprintable() or letter in _JOINERS else " " for letter in text[: 4 * characters]
    )
    line = " ".join(visible.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def link(url: str | None) -> str | None:
    """A web address that may be linked: http or https with a host; None for scripts, files and everything else."""
    if not url or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def language(code: str) -> str:
    """The English name of a language; the code itself where it is not known."""
    return _language_names().get(code, code)


def first(items: Sequence[Item], limit: int) -> tuple[Sequence[Item], int]:
    """The first items, and how many are left out."""
    return items[:limit], max(0, len(items) - limit)


def grouped(items: Iterable[Item], *fields: str) -> list[list[Item]]:
    """Items that follow each other and agree in these fields, together."""
    groups: list[list[Item]] = []
    previous: tuple[object, ...] | None = None
    for item in items:
        key = tuple(getattr(item, field) for field in fields)
        if key != previous:
            groups.append([])
        groups[-1].append(item)
        previous = key
    return groups


@functools.cache
def _language_names() -> dict[str, str]:
    data = resources.files("flows") / "data" / "language_names.toml"
    names: dict[str, str] = tomllib.loads(data.read_text(encoding="utf-8"))["languages"]
    return names
