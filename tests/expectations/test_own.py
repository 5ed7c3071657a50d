"""A user's own file changes the bundled contract, adds to it, takes from it, or replaces it."""

import re
from pathlib import Path

import pytest

from expectations import Contract, ThresholdError, parse_own_thresholds, parse_thresholds

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")

BUNDLED = """
[[expectation]]
name = "text too short"
suite = "article"
column = "word_count"
type = "between"
min = 20
severity = "warning"
mostly = 0.9
reason = "Shorter is a caption."
breaks = [19]
keeps = [20]

[[expectation]]
name = "title missing"
suite = "article"
column = "title"
type = "not_null"
severity = "warning"
reason = "Readers find articles by title."
breaks = [{}]
keeps = ["A title"]
"""
NEW = BUNDLED[: BUNDLED.index("[[expectation]]", 5)].replace("text too short", "text shorter than ours")


def own(text: str) -> Contract:
    return parse_own_thresholds(text, BUNDLED)


def names(contract: Contract) -> list[str]:
    return [each.name for each in contract.expectations]


def change(name: str = "text too short", **keys: str) -> str:
    return f'[[expectation]]\nname = "{name}"\n' + "".join(f"{key} = {value}\n" for key, value in keys.items())


def test_a_known_name_changes_the_keys_given_and_keeps_its_place() -> None:
    contract = own(change(min="8"))
    bundled = parse_thresholds(BUNDLED)
    assert names(contract) == names(bundled)
    changed, before = contract.expectations[0], bundled.expectations[0]
    assert (changed.minimum, changed.reason, changed.mostly) == (8, before.reason, 0.9)
    assert contract.expectations[1:] == bundled.expectations[1:]
    assert contract.version != bundled.version


def test_a_change_to_what_is_there_already_leaves_the_version() -> None:
    assert own(change(min="20")) == parse_thresholds(BUNDLED)


def test_keys_that_the_new_type_or_severity_does_not_have_are_dropped() -> None:
    critical = own(change(severity='"critical"')).expectations[0]
    assert (critical.severity, critical.mostly, critical.minimum) == ("critical", 1.0, 20)
    other_type = own(change(type='"in_set"', values="[1]")).expectations[0]
    assert (other_type.minimum, other_type.values) == (None, (1,))


def test_a_new_name_is_added_at_the_end() -> None:
    assert names(own(NEW)) == ["text too short", "title missing", "text shorter than ours"]


def test_remove_takes_entries_out() -> None:
    assert names(own('remove = ["text too short"]')) == ["title missing"]


def test_a_replacement_is_the_whole_contract() -> None:
    assert own("replace = true\n" + NEW) == parse_thresholds(NEW)


@pytest.mark.parametrize(
    ("text", "key", "value", "says"),
    [
        ("", "expectation", None, "at least one"),
        ("[[expectation", "file", None, "valid TOML"),
        ("enabled = false\n" + change(min="8"), "enabled", False, "remove"),
        (change("text to short", min="8"), "name", "text to short", "did you mean text too short?"),
        (change("zzz", min="8"), "name", "zzz", "also needs suite, column, type"),
        (change(minimum="8"), "minimum", 8, "not a key"),
        (change(min='"8"'), "min", "8", "without quotes"),
        (change(type='"least"'), "type", "least", "not_null, unique, between"),
        ("[[expectation]]\nmin = 8", "name", None, "write words"),
        (change(min="8") + change(min="9"), "name", "text too short", "join"),
        ('remove = ["text too short"]\n' + change(min="8"), "name", "text too short", "remove"),
        ('remove = ["title mising"]', "remove", "title mising", "did you mean title missing?"),
        ('remove = "title missing"', "remove", "title missing", "list of names"),
        ("replace = 1\n" + NEW, "replace", 1, "true or false"),
        ('replace = true\nremove = ["title missing"]\n' + NEW, "remove", ["title missing"], "replace = true"),
    ],
)
def test_a_bad_file_is_refused_with_key_value_and_remedy(text: str, key: str, value: object, says: str) -> None:
    with pytest.raises(ThresholdError) as caught:
        own(text)
    assert (caught.value.key, says in caught.value.remedy) == (key, True), caught.value
    assert value is None or caught.value.value == value


def test_the_example_of_the_handbook_changes_the_bundled_contract_as_it_says() -> None:
    bundled_text = (ROOT / "expectations" / "thresholds.toml").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", HANDBOOK, re.DOTALL)
    bundled = parse_thresholds(bundled_text)
    changed = {each.name: each for each in parse_own_thresholds(example, bundled_text).expectations}
    assert set(changed) == {*names(bundled), "not from our sources"} - {"title missing"}
    assert list(changed)[-1] == "not from our sources"
    assert changed["text too short"].minimum == 8
    assert changed["language undetermined"].severity == "critical"
