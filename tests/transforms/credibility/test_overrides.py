"""Corrections by people: what an entry must have, and what each wrong one is told."""

import datetime as dt

import pytest

from tests.credibility import source_names
from transforms.credibility.overrides import OverrideError, parse_overrides

ENTRY = """
[[override]]
source = "https://www.harbourpost.example/about"
decided_on = 2026-01-31
action = "set"
quality = 0.7
reason = "Its reports are not collected."
"""


def test_an_entry_is_read_for_its_source() -> None:
    [found] = parse_overrides(ENTRY, source_names())
    assert (found.source, found.decided_on, found.quality) == ("harbourpost.example", dt.date(2026, 1, 31), 0.7)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[[override]]", "[[override", "not valid TOML"),
        ('reason = "Its reports are not collected."', "", "missing reason"),
        ('action = "set"', 'action = "set"\ncolour = "red"', "unknown key colour"),
        ("https://www.harbourpost.example/about", "harbour", "no domain"),
        ("2026-01-31", '"2026-01-31"', "must be a date"),
        ('"set"', '"praise"', "action must be"),
        ("Its reports are not collected.", " ", "reason a sentence"),
        ("quality = 0.7", "quality = 7", "from 0 to 1"),
        ("quality = 0.7", "quality = true", "from 0 to 1"),
        ("quality = 0.7", "", "from 0 to 1"),
        ('"set"', '"note"', "absent otherwise"),
    ],
)
def test_a_wrong_entry_is_refused_with_the_reason(old: str, new: str, problem: str) -> None:
    with pytest.raises(OverrideError, match=problem):
        parse_overrides(ENTRY.replace(old, new), source_names())
