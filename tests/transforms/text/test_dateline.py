"""Datelines: the data file's own examples, where they are looked for, and what a wrong file says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import data_file, describe_tools
from tests.effort import takes_less_than
from transforms.text.agencies import parse_agencies
from transforms.text.dateline import Dateline, DatelineError, Datelines, parse_datelines

FORM = r"""
not_places = ["NOTE"]

[pieces]
word = '''[A-Za-z]+'''

[[form]]
id = "test"
reason = "Made for the tests."
needs = ["-"]
capitals = true
pattern = '^(?P<place><word>) - '
source = "none"
match = [["OSLO - The", "OSLO", ""]]
no_match = ["NOTE - The"]
"""


@pytest.fixture(scope="module")
def datelines() -> Datelines:
    return describe_tools().datelines


def test_every_form_has_examples_for_and_against(datelines: Datelines) -> None:
    assert len(datelines.forms) >= 10
    assert all(form.match and form.no_match for form in datelines.forms)


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("SEOUL, South Korea (AP) — The ministry said", Dateline("SEOUL, South Korea", "Associated Press")),
        ("WASHINGTON — The Senate", Dateline("WASHINGTON", None)),
        ("A standfirst of one line\n\nKYIV, Ukraine (Reuters) - Workers", Dateline("KYIV, Ukraine", "Reuters")),
        ("(Reuters) - Shares fell", Dateline(None, "Reuters")),
        ("Rio de Janeiro (AFP) - O presidente", Dateline("Rio de Janeiro", "Agence France-Presse")),
        ("SAINT-DENIS, Réunion (AFP) — Le", Dateline("SAINT-DENIS, Réunion", "Agence France-Presse")),
        ("Three people - all of them young - came", None),
        ("FILE - In this picture of June", None),
        ("The office (AP) is closed", None),
        ("ACME (NYSE: ACM) - Shares", None),
        ("A — B", None),
        ("", None),
        ("\n\n\n", None),
    ],
)
def test_find(datelines: Datelines, text: str, dateline: Dateline | None) -> None:
    assert datelines.find(text) == dateline


def test_only_the_first_lines_count(datelines: Datelines) -> None:
    assert datelines.find("One\nTwo\nOSLO — The") == Dateline("OSLO", None)
    assert datelines.find("One\nTwo\nThree\nOSLO — The") is None


@pytest.mark.parametrize(
    "text", ["A" * 10**6, "A B " * 10**5, "(" * 10**6, "A, B, C, " * 10**5 + "(AP) -", "\n" * 10**6]
)
def test_hostile_texts_cost_little(datelines: Datelines, text: str) -> None:
    assert takes_less_than(1, lambda: datelines.find(text))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[[form]]", "[[form"), "not valid TOML"),
        ((FORM, ""), "no \\[\\[form\\]\\] entry"),
        (('reason = "Made', 'because = "Made'), "'test': the keys must be capitals, id"),
        (('source = "none"', 'source = "some"'), "'some' is not one of agency, any, none"),
        (("<word>", "<words>"), "no piece <words>; add it"),
        (("<place><word>)", "<place>(<word>)"), "is not RE2"),
        (("(?P<place><word>)", "<word>"), "the groups must be place, source or both"),
        (("OSLO - The", "Oslo - The"), "'Oslo - The' must give .* but gives None"),
        (('"NOTE - The"', '"BERN - The"'), "'BERN - The' must have no dateline but gives"),
    ],
)
def test_wrong_data_names_form_and_remedy(change: tuple[str, str], message: str) -> None:
    with pytest.raises(DatelineError, match=message):
        parse_datelines(FORM.replace(*change), describe_tools().agencies)


@settings(max_examples=200)
@given(
    st.text(max_size=60),
    st.sampled_from(["", " (AP) - ", " — ", ": ", " /ТАСС/. ", "=연합뉴스) "]),
    st.text(max_size=40),
)
def test_what_is_found_stands_in_the_text(before: str, middle: str, after: str) -> None:
    text = before + middle + after
    dateline = describe_tools().datelines.find(text)
    if dateline and dateline.place:
        assert dateline.place in text
    assert dateline is None or dateline.place or dateline.agency


def test_the_data_file_holds_its_examples() -> None:
    agencies = parse_agencies(data_file("agencies.toml").read_text("utf-8"))
    assert parse_datelines(data_file("datelines.toml").read_text("utf-8"), agencies).outlets
