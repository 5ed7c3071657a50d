"""The headline at the top of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import data_file
from transforms.text.headline import HeadlineRuleError, HeadlineRules, find_headline, parse_headline_rules, title_key

RULES = parse_headline_rules(data_file("headline_refusals.toml").read_text("utf-8"))

BODY = (
    "The harbour bridge will reopen to traffic on Monday after eleven months of repairs, the city council said.\n"
    "Engineers replaced forty of the steel hangers and laid a new road surface over the whole length of the span.\n"
    "Councillor Ada Marsh thanked the residents for their patience. Ferries will keep their summer timetable."
)
APART = BODY.replace("\n", "\n\n")
CHINESE_BODY = (
    "市议会星期五宣布，港口大桥经过十一个月的维修后将于星期一重新开放，渡轮时刻表保持不变。\n"
    "工程师更换了四十根钢吊杆，并在整个桥面铺设了新的路面。"
)


def headline(text: str, title: str | None = None) -> str | None:
    span = find_headline(text, title, RULES)
    return None if span is None else text[slice(*span)]


@pytest.mark.parametrize(
    "line",
    [
        "Harbour bridge reopens after eleven months",
        "U.S. and St. Lucia agree on a harbour plan",
        "‘We are the harbour’, say the ferrymen of the island",
        "Gov. Marsh opens the bridge 2.0",
        "Мост через гавань откроют в понедельник",
    ],
)
@pytest.mark.parametrize("rest", ["\n" + BODY, "\n\n" + BODY, "\n\n" + APART])
def test_a_line_unlike_the_paragraphs_below_it_is_the_headline(line: str, rest: str) -> None:
    assert headline(line + rest) == line


def test_a_headline_without_spaces_between_words() -> None:
    assert headline("港口大桥星期一重新开放通车\n" + CHINESE_BODY) == "港口大桥星期一重新开放通车"
    assert headline("港口新闻\n" + CHINESE_BODY) is None


@pytest.mark.parametrize(
    "line",
    [
        "The bridge reopens on Monday.",
        "“The bridge reopens on Monday.”",
        "The bridge opens on Monday, the council said:",
        "Harbour City",
        "By Ana Ruiz and Tom Okafor",
        "READ ALSO: Mayor opens a second bridge to the island",
        "Advertisement - scroll down to continue",
        "Advertisement",
        "Updated 3 May 2024 at ten in the morning",
        "Marta Engel in the lamp room on Monday (Jon Dahl/Harbour Pictures)",
        "Marta Engel in the lamp room Jon Dahl/Harbour Pictures",
        "Ana Ruiz | Harbour Post | 3 May",
        "Write to ana@harbourpost.example with your questions",
        "© Harbour Post all rights reserved",
        "which reopened on Monday after eleven months",
        "(The council announced the opening on Monday)",
        "Ferries stay in service. Bridge opens on Monday morning",
        "A very long first line that is really the first paragraph of the report, although its author forgot the full"
        " stop at its end, as happens in real life",
        "",
    ],
)
def test_other_first_lines_are_no_headlines(line: str) -> None:
    assert headline(line + "\n" + BODY) is None


def test_a_question_is_a_headline_only_where_an_empty_line_sets_it_apart() -> None:
    line = "Who will pay for the harbour bridge?"
    assert headline(f"{line}\n\n{BODY}") == line
    assert headline(f"{line}\n{BODY}") is None
    assert headline(f"{line}\n\n{APART}") is None


def test_a_first_line_over_too_little_or_no_prose_is_no_headline() -> None:
    line = "Harbour bridge reopens after eleven months"
    assert headline(line) is None
    assert headline(f"{line}\nThe bridge will reopen on Monday, the city council of Harbour City said.") is None
    assert headline(f"{line}\nMore about bridges\nMore about ferries\nMore about the council") is None
    assert headline(f"{line}\nand the ferries keep their timetable, said the council.\n{BODY}") is None


def test_a_first_paragraph_as_long_as_the_others_is_no_headline() -> None:
    line = "The harbour bridge will reopen to traffic on Monday after eleven months of repairs"
    assert headline(f"{line}\n{BODY}") is None


@pytest.mark.parametrize("line", ["Harbour Bridge Reopens!", "HARBOUR BRIDGE REOPENS", "“Harbour bridge” reopens."])
def test_the_given_title_is_the_headline_however_it_is_written(line: str) -> None:
    assert headline(f"{line}\n{BODY}", "Harbour bridge reopens") == line


def test_the_given_title_may_stand_below_a_kicker() -> None:
    assert headline(f"City\n\nHarbour bridge reopens\n{BODY}", "Harbour bridge reopens") == "Harbour bridge reopens"


def test_a_variant_of_the_given_title_is_the_headline() -> None:
    title = "Harbour bridge reopens after eleven months of repairs"
    assert headline(f"Harbour bridge reopens after ten months of repairs\n{BODY}", title) is not None
    assert headline(f"Ferries return to the island\n{BODY}", title) is None


def test_with_a_given_title_nothing_else_is_the_headline() -> None:
    text = f"Harbour bridge reopens after eleven months\n\n{BODY}"
    assert headline(text) is not None
    assert headline(text, "Ferries keep their timetable") is None
    assert headline(text, " — ") is not None


def test_a_sentence_that_resembles_the_title_stays() -> None:
    title = "Harbour bridge will reopen to traffic after eleven months of repairs"
    assert headline(f"The harbour bridge will reopen to traffic after eleven months of repairs.\n{BODY}", title) is None


def test_title_key_folds_what_is_no_difference() -> None:
    assert title_key("  “Ｈarbour­bridge”  re-opens! ") == title_key("harbourbridge re opens")


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=40)))
def test_a_span_is_always_one_whole_line(text: str, title: str | None) -> None:
    text = text.strip("\n")
    span = find_headline(text, title, RULES)
    if span is not None:
        start, end = span
        assert 0 <= start < end <= len(text)
        assert "\n" not in text[start:end]
        assert start == 0 or text[start - 1] == "\n"
        assert end == len(text) or text[end] == "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[refusal]", "not TOML"),
        ('[[refusal]]\nopenings = ["x"]', "lacks accept, reason, refuse"),
        ('[[refusal]]\nopenings = ["x"]\nreason = "r"\nrefuse = ["y"]\naccept = []', "'y' comes out wrong"),
        ('[[refusal]]\nopenings = ["x"]\nreason = "r"\nrefuse = []\naccept = ["X y"]', "'X y' comes out wrong"),
    ],
)
def test_wrong_rules_are_refused(text: str, message: str) -> None:
    with pytest.raises(HeadlineRuleError, match=message):
        parse_headline_rules(text)


def test_without_rules_nothing_is_refused() -> None:
    assert not HeadlineRules().refuses("Advertisement")
