"""Agency names: the data file's own examples, the rules of finding, and what a wrong file says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import data_file
from transforms.text.agencies import MAX_TEXT_LENGTH, Agencies, AgencyError, parse_agencies

ENTRY = """
[[agency]]
name = "Example Press"
type = "news"
country = "GB"
link = "https://press.example"
reason = "Made for the tests."
acronyms = ["XP"]
guarded = ["EX"]
match = ["(XP) -", "example press"]
no_match = ["XPS"]
"""


@pytest.fixture(scope="module")
def agencies() -> Agencies:
    return parse_agencies(data_file("agencies.toml").read_text("utf-8"))


def test_the_data_file_holds_its_examples_and_covers_the_world(agencies: Agencies) -> None:
    assert len(agencies.agencies) >= 40
    assert len({agency.country for agency in agencies.agencies}) >= 30
    assert all(agency.no_match for agency in agencies.agencies)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("(Reuters) -", "Reuters"),
        ("©AP Photo/Jane Doe", "Associated Press"),
        ("Agence France-Presse contributed", "Agence France-Presse"),
        ("AFP/Getty Images", "Agence France-Presse"),
        ("Getty Images/AFP", "Agence France-Presse"),
        ("Jane Doe/Getty Images", "Getty Images"),
        ("PTI", "Press Trust of India"),
        ("新华社北京6月3日电", "Xinhua"),
        ("ТАСС", "TASS"),
        ("the  Associated\u00a0Press", "Associated Press"),
        ("Reuters and AP", "Reuters"),
        ("Interfax-Ukraine", "Interfax-Ukraine"),
        ("A long day at the harbour", None),
        ("the epa rules", None),
        ("PTI leader speaks", None),
        ("", None),
    ],
)
def test_find(agencies: Agencies, text: str, name: str | None) -> None:
    assert agencies.find(text) == name


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("(AP)", "Associated Press"),
        ("the associated press", "Associated Press"),
        ("ap", None),
        ("dpa", "Deutsche Presse-Agentur"),
        ("PA", "PA Media"),
        ("共同通信社", "Kyodo News"),
        ("Nobody's Press", None),
        ("", None),
    ],
)
def test_canonical(agencies: Agencies, name: str, canonical: str | None) -> None:
    assert agencies.canonical(name) == canonical


def test_every_name_is_known_by_each_of_its_names(agencies: Agencies) -> None:
    for agency in agencies.agencies:
        for name in (agency.name, *agency.aliases, *agency.acronyms, *agency.guarded):
            assert agencies.canonical(name) == agency.name, name


def test_a_guarded_acronym_counts_only_as_a_credit() -> None:
    agencies = parse_agencies(ENTRY)
    credits = [
        "EX",
        "(EX)",
        "Jane Doe/EX",
        "EX/Jane Doe",
        "© EX",
        "© 2024 EX",
        "Source: EX",
        "inputs from EX.",
        "EX photo",
    ]
    assert [agencies.find(credit) for credit in credits] == ["Example Press"] * len(credits)
    assert [agencies.find(text) for text in ("my EX called", "EX wife", "TEX", "(ex)")] == [None] * 4


def test_search_is_bounded() -> None:
    agencies = parse_agencies(ENTRY)
    assert agencies.find(" " * (MAX_TEXT_LENGTH - 2) + "XP") == "Example Press"
    assert agencies.find(" " * MAX_TEXT_LENGTH + "XP") is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[[agency]]", "[[agency"), "not valid TOML"),
        ((ENTRY, ""), "no \\[\\[agency\\]\\] entry"),
        (('country = "GB"', ""), "'Example Press': missing country"),
        (('country = "GB"', 'country = "GB"\ncolour = "red"'), "unknown key colour"),
        (('type = "news"', 'type = "radio"'), "'radio' is not one of news, press_release, photo"),
        (('match = ["(XP) -", "example press"]', "match = []"), "match is empty"),
        (('"example press"]', '"another press"]'), "'another press' must match but gives None"),
        (('no_match = ["XPS"]', 'no_match = ["XP"]'), "'XP' must not match but does"),
        (
            (ENTRY, ENTRY + ENTRY.replace('"Example Press"', '"Second Press"')),
            "the name 'XP' belongs to 'Example Press'",
        ),
    ],
)
def test_wrong_data_names_entry_and_remedy(change: tuple[str, str], message: str) -> None:
    with pytest.raises(AgencyError, match=message):
        parse_agencies(ENTRY.replace(*change))


@settings(max_examples=200)
@given(
    text=st.text(max_size=80),
    name=st.sampled_from(["AP", "REUTERS", "ſipa press", "KYODO NEWS", "新华社", "TELAM", "İHA"]),
)
def test_any_text_is_answered(agencies: Agencies, text: str, name: str) -> None:
    known = {agency.name for agency in agencies.agencies} | {None}
    assert agencies.find(text + name) in known
    assert agencies.find(f"{name} {text}") in known
    assert agencies.canonical(text) in known
