"""Parsing the contract: what a good file gives, and how each kind of bad entry is refused."""

import re

import pytest

from expectations.thresholds import Contract, ThresholdError, parse_thresholds

GOOD = {
    "name": '"text too short"',
    "suite": '"article"',
    "column": '"word_count"',
    "type": '"between"',
    "min": "20",
    "severity": '"critical"',
    "reason": '"Shorter is a caption."',
    "breaks": "[19]",
    "keeps": "[20]",
}


def entry(**changes: str | None) -> str:
    """One entry as TOML; a change of None leaves the key out."""
    keys = {**GOOD, **changes}
    return "[[expectation]]\n" + "\n".join(f"{key} = {value}" for key, value in keys.items() if value is not None)


def on_text(**changes: str | None) -> str:
    base: dict[str, str | None] = {"column": '"url"', "min": None, "breaks": '["a"]', "keeps": '["b"]'}
    return entry(**{**base, **changes})


def parse(text: str) -> Contract:
    return parse_thresholds(text)


def test_an_entry_becomes_an_expectation_with_its_values() -> None:
    (expectation,) = parse(entry(max="30")).expectations
    assert (expectation.name, expectation.minimum, expectation.maximum) == ("text too short", 20, 30)
    assert (expectation.mostly, expectation.applies_from) == (1.0, 0)
    assert (expectation.breaks, expectation.keeps) == (((19,),), ((20,),))


def test_an_empty_table_in_an_example_is_a_missing_value() -> None:
    (expectation,) = parse(on_text(type='"not_null"', breaks="[{}]", keeps='[["a", {}]]')).expectations
    assert expectation.breaks == ((None,),)
    assert expectation.keeps == (("a", None),)


def test_order_of_the_file_is_kept_and_suites_are_told_apart() -> None:
    batch = entry(name='"b"', suite='"batch"', column='"document_count"', applies_from="50")
    contract = parse("\n".join([entry(name='"z"'), batch, entry(name='"a"')]))
    assert [each.name for each in contract.of("article")] == ["z", "a"]
    assert [(each.name, each.applies_from) for each in contract.of("batch")] == [("b", 50)]


def test_version_follows_what_decides_and_nothing_else() -> None:
    version = parse(entry()).version
    assert re.fullmatch("[0-9a-f]{12}", version)
    assert parse("# a remark\n" + entry(reason='"Another sentence."', breaks="[3]")).version == version
    assert parse(entry(min="21")).version != version
    assert parse(entry(severity='"warning"')).version != version


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("[[expectation", "file", "valid TOML"),
        ("", "expectation", "at least one"),
        ("expectation = 3", "expectation", "at least one"),
        ("expectation = [3]", "expectation", "at least one"),
        ("limit = 3\n" + entry(), "limit", "only [[expectation]]"),
        (entry(minimum="3"), "minimum", "not a key"),
        (entry(pattern="'a'"), "pattern", "not a key"),
        (entry(applies_from="50"), "applies_from", "not a key"),
        (entry(mostly="0.5"), "mostly", "not a key"),
        (entry(severity='"warning"', mostly="2"), "mostly", "from 0 to 1"),
        (entry(suite='"batch"', column='"document_count"', applies_from="-1"), "applies_from", "from 0"),
        (entry(suite='"articles"'), "suite", "article, batch"),
        (entry(type='"at_least"'), "type", "not_null, unique, between"),
        (entry(type="[]"), "type", "not_null, unique, between"),
        (entry(severity='"fatal"'), "severity", "critical, warning"),
        (entry(column='"words"'), "column", "word_count"),
        (entry(column='"document_count"'), "column", "word_count"),
        (entry(column='"url"'), "type", "url is a text"),
        (entry(min=None), "min", "min, max or both"),
        (entry(min='"20"'), "min", "without quotes"),
        (entry(max="nan"), "max", "without quotes"),
        (entry(min="true"), "min", "without quotes"),
        (entry(max="10"), "min", "swap"),
        (entry(reason=None), "reason", "missing"),
        (entry(reason='"  "'), "reason", "write words"),
        (entry(name='"' + "n" * 61 + '"'), "name", "at most 60"),
        (entry() + "\n" + entry(), "name", "twice"),
        (entry(breaks=None), "breaks", "missing"),
        (entry(keeps="[]"), "keeps", "at least one"),
        (entry(breaks='["19"]'), "breaks", "not a number"),
        (on_text(type='"regex"', pattern="'('"), "pattern", "RE2"),
        (on_text(type='"regex"', pattern="'(a)'"), "pattern", "capturing"),
        (on_text(type='"regex"', pattern=r"'\d+'"), "pattern", "[0-9]"),
        (on_text(type='"regex"', pattern="'a$'"), "pattern", r"\Z"),
        (on_text(type='"regex"', pattern="'(?=a)'"), "pattern", "RE2"),
        (on_text(type='"regex"', pattern=None), "pattern", "write words"),
        (on_text(type='"in_set"', values="[]"), "values", "at least one"),
        (on_text(type='"in_set"', values="[3]"), "values", "not a text"),
        (on_text(type='"in_set"', values=None), "values", "at least one"),
    ],
)
def test_a_bad_entry_is_refused_with_key_value_and_remedy(text: str, key: str, says: str) -> None:
    with pytest.raises(ThresholdError) as caught:
        parse(text)
    assert caught.value.key == key
    assert says in caught.value.remedy
    assert key in str(caught.value)
    assert caught.value.remedy in str(caught.value)


def test_an_error_names_the_entry_or_where_it_stands() -> None:
    with pytest.raises(ThresholdError, match="expectation 'text too short': min = '3'"):
        parse(entry(min='"3"'))
    with pytest.raises(ThresholdError, match="expectation number 2: "):
        parse(entry() + "\n" + entry(name=None))


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (entry(), "at least 20"),
        (entry(min=None, max="400_000"), "at most 400,000"),
        (entry(max="30"), "at least 20 and at most 30"),
        (entry(max="20"), "exactly 20"),
        (on_text(type='"not_null"'), "a value"),
        (on_text(type='"unique"'), "a value that no other of the batch has"),
        (on_text(type='"regex"', pattern="'^a'"), "the form ^a"),
        (on_text(type='"not_regex"', pattern="'^a'"), "nothing of the form ^a"),
        (on_text(type='"in_set"', values='["a", "b"]'), "a or b"),
        (on_text(type='"not_in_set"', values='["a"]'), "anything but a"),
        (on_text(type='"in_set"', values='["a", "b", "c", "d", "e"]'), "one of 5 values such as a, b, c, d"),
        (
            entry(column='"is_article"', type='"in_set"', min=None, values="[true]", breaks="[false]", keeps="[true]"),
            "true",
        ),
    ],
)
def test_a_bound_is_told_in_words(text: str, bound: str) -> None:
    assert parse(text).expectations[0].bound == bound
