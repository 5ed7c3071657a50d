"""What reports share and where they differ: only independent reports count, and differences only where it is safe."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import data_file
from tests.effort import takes_less_than
from transforms.stories.facts import NameWords, Report, StoryFact, parse_name_words, standings, story_facts
from transforms.stories.grouping import RelateDataError

REEF = (
    "The ferry ran onto a reef off Salinas, harbour master Inés Duarte told Radio Sur on Friday. "
    "Coastguard boats brought 212 passengers ashore before dark. “We heard a scrape and then nothing moved,” he said."
)
ASHORE = (
    "Boats of the coastguard took passengers off a stranded ferry near Salinas. Speaking at the quay, Ines Duarte said "
    "the rudder had jammed. Coastguard boats brought 218 passengers ashore before midnight. One of them said: “We "
    "heard a scrape and then nothing moved.”"
)


@cache
def name_words() -> NameWords:
    return parse_name_words(data_file("names.toml").read_text("utf-8"))


def report(name: str, text: str, agency: str | None = None, group: str | None = None, source: str = "") -> Report:
    return Report(name, source or f"{name}.example", agency, group, text)


def facts(*reports: Report) -> list[StoryFact]:
    return story_facts(reports, standings(reports), name_words(), {})


def told(*reports: Report) -> set[tuple[str, str, str]]:
    return {(fact.kind, fact.agreement, fact.subject) for fact in facts(*reports)}


def test_names_and_quotations_that_both_say_are_shared() -> None:
    found = told(report("a", REEF), report("b", ASHORE))
    assert ("name", "shared", "Salinas") in found
    assert ("quotation", "shared", "we heard a scrape and then nothing moved") in found


def test_a_name_with_and_without_its_accent_is_spelt_differently() -> None:
    found = [fact for fact in facts(report("a", REEF), report("b", ASHORE)) if fact.agreement == "spelt differently"]
    assert [(fact.article_id, fact.value) for fact in found] == [("a", "Inés Duarte"), ("b", "Ines Duarte")]


def test_a_number_of_one_thing_in_like_sentences_differs() -> None:
    found = [fact for fact in facts(report("a", REEF), report("b", ASHORE)) if fact.agreement == "differs"]
    assert [(fact.article_id, fact.value) for fact in found] == [("a", "212 passengers"), ("b", "218 passengers")]


def test_a_number_that_is_given_twice_or_in_another_context_does_not_differ() -> None:
    twice = ASHORE + " Coastguard boats brought 30 passengers ashore first."
    assert not {one for one in told(report("a", REEF), report("b", twice)) if one[1] == "differs"}
    elsewhere = "Salinas expects 90 passengers next year."
    assert not {one for one in told(report("a", REEF), report("b", elsewhere)) if one[1] == "differs"}


def test_a_number_that_both_give_is_shared() -> None:
    assert ("number", "shared", "212 passengers") in told(
        report("a", REEF), report("b", "Of 212 passengers none was hurt.")
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        ("Kim Yo Jung", "Kim Yo Jong", True),
        ("Mohamed Morsi", "Mohamed Morsy", True),
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy", True),
        ("Kim Jong Un", "Kim Jong Il", False),
        ("John Smith", "Jane Smith", False),
        ("Anna Ruiz", "Anna Ruiz Vega", False),
    ],
)
def test_spelt_differently_is_a_letter_or_two_of_one_word(ours: str, theirs: str, differs: bool) -> None:
    a = report("a", f"Earlier, said {ours}, the powerful sister of the leader, in a vague threat of retaliation.")
    b = report("b", f"In a statement {theirs}, the powerful sister of the leader, spoke of a vague threat.")
    assert (("name", "spelt differently", f"{ours} / {theirs}") in told(a, b)) is differs


def test_an_article_that_has_both_names_means_two_people() -> None:
    a = report("a", "The powerful sister Kim Yo Jung issued a vague threat of retaliation on Monday.")
    b = report("b", "The powerful sister Kim Yo Jong issued a vague threat. An aide of Kim Yo Jung said nothing.")
    assert not {one for one in told(a, b) if one[1] == "spelt differently"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They met with U.S. Secretary of State Rosa Lind there.", "Rosa Lind"),
        ("He saw former Prime Minister Rosa Lind there.", "Rosa Lind"),
        ("It went to the U.N. Security Council again.", "U.N. Security Council"),
        ("They praised Rosa Lind's work.", "Rosa Lind"),
        ("They wrote to “Rosa Lind” again.", "Rosa Lind"),
        ("The house of Maria van der Berg stands.", "Maria van der Berg"),
        ("Он видел Ивана Петрова вчера.", "Ивана Петрова"),
    ],
)
def test_names_are_read_without_office(text: str, name: str) -> None:
    assert ("name", "shared", name) in told(report("a", text), report("b", f"Nobody else but {name} was there, again."))


def test_capitals_of_headings_and_sentence_heads_are_no_names() -> None:
    heading = "Harbour Master Issues Warning\nAnyone at sea should know. Anyone may call."
    other = "The port says that Harbour Master Issues Warning is a film. Nobody calls Anyone there."
    assert not told(report("a", heading), report("b", other))


def test_text_without_capitals_has_quotations_but_no_names() -> None:
    text = "船长说：「我们听到一声刮擦声然后什么都不动了真的」。"
    assert {one[0] for one in told(report("a", text), report("b", text + "另一家"))} <= {"quotation"}


def test_copies_agency_texts_and_one_source_are_one_report() -> None:
    reports = [
        report("first", REEF),
        report("copy", REEF + " More."),
        report("wire1", "A wire text about it.", agency="Reuters"),
        report("wire2", "Cut by an editor, the wire.", agency="Reuters"),
        report("again", "The same paper writes again.", source="first.example"),
        report("group1", "One text.", group="g"),
        report("group2", "Another text.", group="g"),
    ]
    assert [(one.report_number, one.because) for one in standings(reports)] == [
        (1, "own report"),
        (1, "copy"),
        (2, "own report"),
        (2, "same agency"),
        (1, "same source"),
        (3, "own report"),
        (3, "copy"),
    ]


def test_an_article_tied_to_two_reports_makes_them_one() -> None:
    reports = [
        report("a", "One text of its own.", agency="Reuters"),
        report("b", "A second text of another."),
        report("c", "A third one.", agency="Reuters", source="b.example"),
    ]
    assert [one.report_number for one in standings(reports)] == [1, 1, 1]


def test_copies_alone_share_nothing() -> None:
    assert facts(report("a", REEF), report("b", REEF)) == []


@settings(max_examples=50)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=4))
def test_any_texts_are_compared(texts: list[str]) -> None:
    reports = [report(f"{number}", text) for number, text in enumerate(texts)]
    found = facts(*reports)
    numbers = {one.article_id: one.report_number for one in standings(reports)}
    by_subject: dict[tuple[str, str, str], set[int]] = {}
    for fact in found:
        by_subject.setdefault((fact.kind, fact.agreement, fact.subject), set()).add(numbers[fact.article_id])
    assert all(len(tellers) > 1 for tellers in by_subject.values())


@pytest.mark.parametrize(
    "text",
    ["A" * 100_000, "A " * 50_000, "“" * 50_000, '"a" ' * 20_000, "1.1." * 20_000, "Ab Cd. " * 15_000, "1 a " * 20_000],
)
def test_hostile_texts_are_compared_in_no_time(text: str) -> None:
    reports = report("a", text), report("b", text[:-1] + "x"), report("c", text.lower())
    assert takes_less_than(2, lambda: facts(*reports))


def test_wrong_name_words_are_refused() -> None:
    for wrong in ("=", "", '[[words]]\nkind = "verb"\nwords = "a"'):
        with pytest.raises(RelateDataError, match="names"):
            parse_name_words(wrong)
