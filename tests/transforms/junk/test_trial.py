"""A rule that is tried: what it would take, and an entry that a pack takes as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.junk.rules import RuleError, parse_rules, untried_rule
from transforms.junk.trial import likeness, matches, pack_entry

TEXT = "The pier is closed.\n\nWeather for the harbour: rain\n\nWeather experts met in Tarn on Monday."


def test_a_line_rule_takes_whole_lines_and_shows_their_neighbours() -> None:
    [found] = matches(untried_rule("Weather for the harbour: .*", "promo"), TEXT)
    assert found.line == "Weather for the harbour: rain"
    assert (found.start, found.end) == (0, len(found.line))
    assert (found.before, found.after) == ("The pier is closed.", "Weather experts met in Tarn on Monday.")


def test_an_inline_rule_takes_a_part() -> None:
    [found] = matches(untried_rule(r" in Tarn", "promo", "inline"), TEXT)
    assert found.marked == "Weather experts met[[ in Tarn]] on Monday."
    assert found.after == ""


def test_unless_and_typographic_apostrophes_count() -> None:
    text = "Don’t miss the tide\nDon't miss the boat"
    assert [found.line for found in matches(untried_rule("Don't miss .*", "promo", unless="boat"), text)] == [
        "Don’t miss the tide"
    ]


@pytest.mark.parametrize(("pattern", "kind"), [("(?=x)", "promo"), ("(?P<who>x)", "promo"), ("x", "nonsense")])
def test_what_no_pack_would_take_is_refused(pattern: str, kind: str) -> None:
    with pytest.raises(RuleError):
        untried_rule(pattern, kind)


def test_likeness_is_the_common_head() -> None:
    assert likeness("Weather experts", ["WEATHER for", "We"]) == len("weather ")
    assert likeness("x", []) == 0


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(lambda text: text.strip()))
def test_an_entry_is_a_pack_whatever_the_text(tail: str) -> None:
    line = f"Harbour box {tail}".replace("\n", " ").strip()
    rulebook = untried_rule(r"Harbour box [^\n]*", "promo")
    found = list(matches(rulebook, line))
    if found:
        entry = pack_entry(rulebook.rules[0], found, "The harbour was quiet.")
        [rule] = parse_rules({"own": entry}).rules
        assert rule.drop == (found[0].line.strip(),)
        assert rule.pattern == r"Harbour box [^\n]*"


def test_an_inline_entry_marks_what_is_cut() -> None:
    rulebook = untried_rule(r" \(Tide [0-9]+\)", "promo", "inline", "never")
    entry = pack_entry(rulebook.rules[0], list(matches(rulebook, "It rose (Tide 4) at noon.")), None)
    [rule] = parse_rules({"own": entry}).rules
    assert (rule.scope, rule.unless, rule.drop) == ("inline", "never", ("It rose[[ (Tide 4)]] at noon.",))
