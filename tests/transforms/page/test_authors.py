"""Bylines to people's names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import data_file
from transforms.page.authors import MAX_AUTHORS, AuthorRuleError, AuthorRules, parse_author_rules, people

RULES = parse_author_rules(data_file("author_names.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ana Ruiz", ("Ana Ruiz",)),
        ("By Ana Ruiz", ("Ana Ruiz",)),
        ("BY ANA RUIZ AND TOM OKAFOR", ("ANA RUIZ", "TOM OKAFOR")),
        ("Ana Ruiz, Tom Okafor, Li Wei", ("Ana Ruiz", "Tom Okafor", "Li Wei")),
        ("Ana Ruiz; Tom Okafor | Li Wei & Jo Dahl", ("Ana Ruiz", "Tom Okafor", "Li Wei", "Jo Dahl")),
        ("Ruiz, Ana", ("Ana Ruiz",)),
        ("José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("Ana Ruiz, Reuters", ("Ana Ruiz",)),
        ("Ana Ruiz, Madrid", ("Ana Ruiz",)),
        ("Ana Ruiz (ana.ruiz@example.com)", ("Ana Ruiz",)),
        ("ana.ruiz@example.com", ()),
        ("https://example.com/by/ana", ()),
        ("@anaruiz", ()),
        ("Staff", ()),
        ("Harbour Post Staff", ()),
        ("Redaktion", ()),
        ("Reuters", ()),
        ("AFP, MANILA", ()),
        ("Von Max Frisch/dpa", ("Max Frisch",)),
        ("Sammy Davis Jr.", ("Sammy Davis Jr.",)),
        ("Ana Ruiz.", ("Ana Ruiz",)),
        ("渡辺みどり", ("渡辺みどり",)),
        ("渡辺みどり,山田太郎,佐藤花子", ("渡辺みどり", "山田太郎", "佐藤花子")),
        ("Ana Ruiz is a reporter who covers the harbour and the islands", ()),
        ("Room 101", ()),
        ("Tom O&#39;Neill", ("Tom O'Neill",)),
        ("Byron Katie", ("Byron Katie",)),
        ("X" * 81, ()),
        ("", ()),
    ],
)
def test_people_of_a_byline(byline: str, names: tuple[str, ...]) -> None:
    assert people([byline], RULES) == names


def test_people_come_once_and_in_order() -> None:
    assert people(["Ana Ruiz", "Tom Okafor", "ANA RUIZ"], RULES) == ("Ana Ruiz", "Tom Okafor")
    crowd = [f"{letter}nna {other}uiz" for letter in "ABCDEFGH" for other in "ABCDEFGH"]
    assert len(people(crowd, RULES)) == MAX_AUTHORS


def test_without_rules_names_are_only_split() -> None:
    assert people(["By Ana Ruiz; Staff"], AuthorRules()) == ("By Ana Ruiz", "Staff")


@pytest.mark.parametrize("byline", ["홍길동 기자", "홍길동기자", "홍길동 기자 hong@harbour.example", "홍길동 인턴기자"])
def test_what_a_reporter_is_called_behind_the_name_is_cut(byline: str) -> None:
    assert people([byline], RULES) == ("홍길동",)
    assert people([byline.removeprefix("홍길동")], RULES) == ()


@given(st.lists(st.text(max_size=80), max_size=4))
def test_any_bylines_give_names(bylines: list[str]) -> None:
    for name in people(bylines, RULES):
        assert name == name.strip()
        assert name.isprintable()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[role]", "not TOML"),
        ('[[role]]\nwords = ["x"]', "needs words, reason and bylines"),
        ('[[role]]\nwords = ["x"]\nreason = "r"\nbylines = [{ given = "Ana Ruiz", people = [] }]', "gives"),
    ],
)
def test_wrong_rules_are_refused(text: str, message: str) -> None:
    with pytest.raises(AuthorRuleError, match=message):
        parse_author_rules(text)
