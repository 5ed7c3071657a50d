"""Templates: what lines are compared by, which recur often enough, and how the strip stage cuts them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import agencies, make_extracted, rulebook
from transforms.junk.templates import (
    FEW_DOCUMENTS,
    MAX_KEYS,
    SURE_DOCUMENTS,
    SourceTemplates,
    Template,
    Templates,
    is_template,
    keys_of,
    line_key,
    line_keys,
)
from transforms.records import StrippedDocument
from transforms.strip import StripTools, restore, strip

DOMAIN = "harbourpost.example"
BOX = "Harbour Post members read the tide tables first"
PROSE = (
    "The pier at Carrow Point stays closed until the divers have looked at its piles, the harbour board said.",
    "Nobody was hurt when the crane fell, but two boats sank at their moorings and a third lost its mast.",
    "A new crane has been ordered from the yard in Tarn and should stand by the first week of the autumn.",
)


def tools() -> StripTools:
    return StripTools(rulebook(), agencies(), None)


def known(*lines: str) -> SourceTemplates:
    templates = Templates(Template(DOMAIN, line_key(line) or 0, 7, line) for line in lines)
    found = templates.of(DOMAIN)
    assert found
    return found


def stripped(text: str, templates: SourceTemplates | None) -> StrippedDocument:
    result = strip(make_extracted(text=text), tools(), templates)
    assert isinstance(result, StrippedDocument)
    return result


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Updated 9:15 am.", "UPDATED 8:40 AM"),
        ("• Follow the tide", "Follow the tide…"),
        ("آخر تحديث ٣ مايو", "آخر تحديث ٧ مايو"),
        ("更新于 ３ 月", "更新于 8 月。"),
    ],
)
def test_case_digits_and_outer_punctuation_do_not_matter(one: str, other: str) -> None:
    assert line_key(one) == line_key(other) is not None


@pytest.mark.parametrize("line", ["", "  ", "* * *", "12:45", "—"])
def test_a_line_without_a_letter_has_no_key(line: str) -> None:
    assert line_key(line) is None
    assert line_keys(line) == ()


def test_keys_are_the_same_on_every_machine() -> None:
    assert line_key("Read the tide tables of 2025") == 1471168603840795584


def test_keys_come_longest_line_first_and_once() -> None:
    text = "short\na longer line\nSHORT\n\nthe longest line of all"
    assert line_keys(text) == tuple(line_key(line) for line in ("the longest line of all", "a longer line", "short"))


def test_keys_are_bounded() -> None:
    text = "\n".join("line " + "x" * number for number in range(MAX_KEYS + 50))
    assert len(line_keys(text)) == MAX_KEYS


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), max_size=12))
def test_keys_of_a_text_are_those_of_its_lines_in_any_order(lines: list[str]) -> None:
    shuffled = random.Random(1).sample(lines, len(lines))
    assert set(line_keys("\n".join(lines))) == {key for line in lines if (key := line_key(line)) is not None}
    assert line_keys("\n".join(lines)) == line_keys("\n".join(shuffled))


def test_what_was_cut_is_among_the_keys() -> None:
    text = "\n\n".join([*PROSE, BOX])
    document = stripped(text, known(BOX))
    keys = keys_of("d", text, document.cuts)
    assert keys.cut_keys == (line_key(BOX),)
    assert set(keys.cut_keys) <= set(keys.keys)


@pytest.mark.parametrize(
    ("line", "documents", "is_one"),
    [
        (BOX, FEW_DOCUMENTS, True),
        (BOX, FEW_DOCUMENTS - 1, False),
        ("Conclusion", SURE_DOCUMENTS - 1, False),
        ("Conclusion", SURE_DOCUMENTS, True),
        ("ADA MARSH: That is what I said to them.", SURE_DOCUMENTS - 1, False),
        ("Photos: Ten ferries that never sailed", SURE_DOCUMENTS, True),
        ("ADA MARSH: Yes, indeed.", 100, False),
        ("Verdict：false", 100, False),
        ("Related stories:", SURE_DOCUMENTS, True),
    ],
)
def test_when_a_line_is_a_template(line: str, documents: int, is_one: bool) -> None:
    assert is_template(line, documents) is is_one


def test_a_source_without_templates_has_none() -> None:
    templates = Templates([Template(DOMAIN, 1, 6, BOX)])
    assert templates.of("other.example") is None
    assert templates.of(None) is None
    assert not Templates()


def test_a_template_is_cut_and_says_how_many_articles_have_it() -> None:
    document = stripped("\n\n".join([PROSE[0], BOX.upper() + "!", *PROSE[1:]]), known(BOX))
    assert document.text == "\n\n".join(PROSE)
    [cut] = document.cuts
    assert (cut.kind, cut.evidence, cut.rule_id) == ("template", "template", f"template/{DOMAIN}")
    assert "7 articles" in cut.reason


def test_without_templates_the_line_stays() -> None:
    text = "\n\n".join([*PROSE, BOX])
    assert stripped(text, None).text == text


def test_a_rule_speaks_before_a_template_so_that_it_is_read() -> None:
    line = "© 2025 Harbour Post. All rights reserved."
    document = stripped("\n\n".join([*PROSE, line]), known(line))
    assert [cut.evidence for cut in document.cuts] == ["rule"]
    assert ("publisher", "Harbour Post") in {(fact.kind, fact.value) for fact in document.provenance}


def test_a_byline_that_recurs_is_still_a_byline() -> None:
    line = "By Nora Ashdown"
    document = stripped("\n\n".join([line, *PROSE]), known(line))
    assert [cut.evidence for cut in document.cuts] == ["rule"]
    assert ("byline", "Nora Ashdown") in {(fact.kind, fact.value) for fact in document.provenance}


def test_a_form_filled_in_keeps_its_lines() -> None:
    form = ["A quake of magnitude 4.1 was felt at sea.", "Its depth was 10 km.", "No damage was reported to us."]
    text = "\n".join([*form, "The place was Tarn Bay."])
    assert stripped(text, known(*form)).text == text


def test_what_an_inline_rule_leaves_may_be_a_template() -> None:
    line = f"{BOX} (AP Photo/Maria Ruiz)"
    document = stripped("\n\n".join([*PROSE, line]), known(BOX))
    assert document.text == "\n\n".join(PROSE)


LINES = st.sampled_from(
    [
        BOX,
        "Tide tables",
        "Conclusion",
        "By Nora Ashdown",
        "READ ALSO: Harbour board delays vote",
        f"{BOX} (AP Photo/Maria Ruiz)",
        "Advertisement",
        "© 2025 Harbour Post. All rights reserved.",
        "The Associated Press contributed to this report.",
        *PROSE,
    ]
)


@given(st.lists(LINES, min_size=1, max_size=14), st.sets(st.sampled_from([BOX, "Tide tables", "Conclusion", PROSE[0]])))
@settings(max_examples=300)
def test_stripping_twice_changes_nothing_and_everything_can_be_put_back(lines: list[str], recurring: set[str]) -> None:
    templates = known(*recurring) if recurring else None
    once = strip(make_extracted(text="\n\n".join(lines)), tools(), templates)
    if isinstance(once, StrippedDocument):
        assert restore(once.text, once.cuts) == "\n\n".join(lines)
        assert stripped(once.text, templates).text == once.text
