"""Stripping: what is cut and what stays, that every cut can be put back, and that stripping twice changes nothing."""

import dataclasses
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.builders import make_extracted, strip_tools
from transforms.junk.rules import Rulebook, parse_rules
from transforms.records import Rejection, StrippedDocument
from transforms.strip import HEAD_LINES, MAX_BOX_ITEMS, MAX_ROUNDS, TAIL_LINES, restore, strip

HEADLINE = "Finland recalls its envoy over the island treaty"
STORY = "\n\n".join(
    [
        HEADLINE,
        "A ferry passes the customs house of Kotka, June 3, 2023 ©AP Photo/Liisa Aalto-Berg",
        "Finland recalled its envoy on Friday as talks over the islands broke down.",
        "The ministry gave no date for his return.",
        "Island Council Threatens To Leave",
        "The council had asked for an answer by Monday.",
        "© Harbour Post",
    ]
)
PROSE = [
    "“Read more, and argue less: that is all I ever told them,” the teacher said.",
    "Copyright law was changed in 1976 to cover such works, and again in 1998.",
    "Sign up sheets were passed around the hall before the vote.",
    "Advertisement spending fell by a tenth in the spring, the agency said.",
    "By Monday the water had reached the church, and the fire crews gave up the lower town.",
    "Follow the river for two miles and you come to the mill.",
    "The photo by the door shows his grandfather at the helm.",
    "Island Council Threatens To Leave",
    "More than forty boats were lost.",
    "The Associated Press was the first to report the sale.",
    "He shared the story on Facebook, where it was seen by thousands.",
    "Related: that was the word the doctors used for the two cases.",
]
JUNK = [
    "Advertisement",
    "READ ALSO: Harbour tolls to rise in spring",
    "Sign up for our weekly harbour newsletter.",
    "© 2023 Harbour Post. All rights reserved.",
    "(AP Photo/Liisa Aalto)",
    "By Ana Reyes",
    "The Associated Press contributed to this report.",
    "Follow Ana Reyes on Twitter @anareyes",
]
PARTS = [
    *PROSE,
    *JUNK,
    "Rain fell (AP Photo/Liisa Aalto) all day. READ MORE: The flood in pictures",
    "The vote is due. READ MORE: Who pays (AP Photo/Liisa Aalto)",
    "(AP Photo/(AP Photo/Liisa Aalto)Liisa Aalto)",
    "Ad Policy",
    "It rained. Ad Policy",
    "March 3, 2021",
    "—",
    "",
    " ",
]


def stripped(text: str, book: Rulebook | None = None, **changes: Any) -> StrippedDocument:
    result = strip(make_extracted(text=text, **changes), strip_tools(book))
    assert isinstance(result, StrippedDocument), result
    return result


def facts(result: StrippedDocument) -> set[tuple[str, str]]:
    return {(fact.kind, fact.value) for fact in result.provenance}


def test_a_story_loses_headline_caption_and_copyright_line_and_nothing_else() -> None:
    result = stripped(STORY, title=HEADLINE, title_span=(0, len(HEADLINE)))
    assert result.text == "\n\n".join(STORY.split("\n\n")[2:-1])
    assert [(cut.line_number, cut.kind, cut.evidence) for cut in result.cuts] == [
        (1, "headline", "structure"),
        (3, "caption", "rule"),
        (13, "copyright", "rule"),
    ]
    assert result.cuts[0].rule_id == "headline"
    assert result.cuts[0].text == HEADLINE + "\n\n"
    assert result.cuts[2].text == "\n\n© Harbour Post"
    assert facts(result) == {("publisher", "Harbour Post"), ("photo_credit", "AP/Liisa Aalto-Berg")}
    assert restore(result.text, result.cuts) == STORY


def test_a_related_link_is_cut_and_recorded() -> None:
    result = stripped("The talks ended.\nThe council left.\nREAD ALSO: Harbour tolls to rise")
    assert result.text == "The talks ended.\nThe council left."
    assert [(cut.text, cut.start_offset) for cut in result.cuts] == [("\nREAD ALSO: Harbour tolls to rise", 34)]
    (fact,) = result.provenance
    assert (fact.kind, fact.value, fact.line_number) == ("related_link", "Harbour tolls to rise", 3)
    assert fact.line == "READ ALSO: Harbour tolls to rise"


@pytest.mark.parametrize("line", PROSE)
@pytest.mark.parametrize(
    "around", ["{}", "{}\nThe talks ended.", "The talks ended.\n{}", "The talks ended.\n\n{}\n\nIt rained."]
)
def test_prose_that_looks_like_junk_stays(line: str, around: str) -> None:
    text = around.format(line)
    result = stripped(text)
    assert (result.text, result.cuts, result.provenance) == (text, (), ())


@pytest.mark.parametrize("line", JUNK)
def test_junk_goes_wherever_it_stands(line: str) -> None:
    before, after = "The talks ended in Kotka on Friday.", "The council left for the islands."
    for text in (f"{line}\n\n{before}\n\n{after}", f"{before}\n\n{line}\n\n{after}", f"{before}\n\n{after}\n\n{line}"):
        result = stripped(text)
        assert result.text == f"{before}\n\n{after}"
        assert len(result.cuts) == 1
        assert result.cuts[0].reason


@pytest.mark.parametrize(
    ("text", "kept", "cuts"),
    [
        ("A.\n\nAdvertisement\n\nB.", "A.\n\nB.", ["Advertisement\n\n"]),
        ("A.\nAdvertisement\n\nB.", "A.\n\nB.", ["\nAdvertisement"]),
        ("A.\n\nAdvertisement\nB.", "A.\n\nB.", ["Advertisement\n"]),
        ("A.\nAdvertisement\n\nAD\nB.", "A.\n\nB.", ["\nAdvertisement", "AD\n"]),
        ("Advertisement\n\nAD\n\nA.", "A.", ["Advertisement\n\n", "AD\n\n"]),
        ("A.\n\nAdvertisement\nAD", "A.", ["\n\nAdvertisement", "\nAD"]),
        ("\n Advertisement\nA.\n\nAD\n\n", "A.", ["\n Advertisement\n", "\n\nAD\n\n"]),
    ],
)
def test_a_cut_line_takes_its_breaks_and_leaves_the_widest_one(text: str, kept: str, cuts: list[str]) -> None:
    result = stripped(text)
    assert result.text == kept
    assert [cut.text for cut in result.cuts] == cuts
    assert restore(result.text, result.cuts) == text


@pytest.mark.parametrize(
    ("text", "kept", "kinds"),
    [
        ("Rain fell (AP Photo/Liisa Aalto) all day.", "Rain fell all day.", ["photo credit"]),
        ("(AP Photo/Liisa Aalto) Rain fell all day.", "Rain fell all day.", ["photo credit"]),
        ("The vote is due. READ MORE: Who pays", "The vote is due.", ["related link"]),
        (
            "The vote (AP Photo/Liisa Aalto) is due. READ MORE: Who pays",
            "The vote is due.",
            ["photo credit", "related link"],
        ),
        ("(AP Photo/Liisa Aalto) (READ MORE: Who pays) It rained.", "It rained.", ["photo credit", "related link"]),
        ("The vote is due. READ MORE: Who [photo: A. Reyes] pays", "The vote is due.", ["related link"]),
    ],
)
def test_junk_inside_a_line_is_cut_and_the_rest_stays(text: str, kept: str, kinds: list[str]) -> None:
    result = stripped(text)
    assert result.text == kept
    assert [cut.kind for cut in result.cuts] == kinds
    assert restore(result.text, result.cuts) == text


INLINE = """
[[rule]]
id = "{id}"
kind = "promo"
scope = "inline"
pattern = '{pattern}'
reason = "Made for the tests."
drop = ["{drop}"]
keep = ["Nothing here."]
"""


def test_a_line_that_still_changes_after_all_rounds_stays_whole() -> None:
    book = parse_rules({"en": INLINE.format(id="peel", pattern="<a>", drop="x [[<a>]] y")})
    onion = "<" * MAX_ROUNDS + "<a>" + "a>" * MAX_ROUNDS
    assert stripped(f"One {onion} two", book).text == f"One {onion} two"
    fewer = "<" * (MAX_ROUNDS - 1) + "<a>" + "a>" * (MAX_ROUNDS - 1)
    result = stripped(f"One {fewer} two", book)
    assert result.text == "One two"
    assert [cut.text for cut in result.cuts] == [f" {fewer}"]


def test_what_is_left_of_a_line_is_judged_as_a_line() -> None:
    result = stripped("The talks ended.\n(AP Photo/Liisa Aalto) Share this article\nThe council left.")
    assert result.text == "The talks ended.\nThe council left."
    assert [(cut.kind, cut.text) for cut in result.cuts] == [
        ("social", "(AP Photo/Liisa Aalto) Share this article\n"),
    ]
    assert facts(result) == {("photo_credit", "AP/Liisa Aalto")}


def test_a_place_counts_only_lines_that_are_kept() -> None:
    body = [f"The boat number {number} left the harbour before noon." for number in "abcdefghijklmnop"]
    by = "By Ana Reyes"
    assert stripped("\n".join([*body[: HEAD_LINES - 1], "Advertisement", "AD", by, *body])).cuts[-1].kind == "byline"
    assert stripped("\n".join([*body[:HEAD_LINES], by, *body])).cuts == ()
    follow = "Ana Reyes writes on boats. Follow her on Twitter @anareyes"
    assert stripped("\n".join([*body, follow, *body[: TAIL_LINES - 1], "AD"])).cuts[0].kind == "social"


def test_head_and_tail_of_a_short_text_settle() -> None:
    lines = [f"The boat number {number} left." for number in "abcd"]
    follow = "Ana Reyes writes on boats. Follow her on Twitter @anareyes"
    result = stripped("\n".join([*lines[:3], follow, lines[3], "By Ana Reyes"]))
    assert result.text == "\n".join(lines)
    assert [cut.kind for cut in result.cuts] == ["social", "byline"]


BOX = ["Fishermen rescue whale off Kotka", "Why did the pier fall?", "Toll to rise in spring - Harbour Post"]


def without_model(lines: list[str]) -> StrippedDocument:
    rules_alone = dataclasses.replace(strip_tools(), model=None)
    result = strip(make_extracted(text="\n".join(lines)), rules_alone)
    assert isinstance(result, StrippedDocument)
    return result


@pytest.mark.parametrize("heading", ["Related stories", "Most read", "Lue myös:", "Leia também", "相关新闻"])
def test_a_box_of_links_at_the_end_goes_with_its_heading(heading: str) -> None:
    result = without_model([*PROSE, heading, *BOX, "Advertisement"])
    assert result.text == "\n".join(PROSE)
    assert {cut.kind for cut in result.cuts} == {"related link", "advertisement"}
    assert len({cut.rule_id for cut in result.cuts if cut.kind == "related link"}) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ["Related stories", *BOX, "By Monday the water had reached the church."],
        ["READ ALSO: Harbour tolls to rise in spring", *BOX],
        ["Related stories", "A line that goes on, and on" * 7],
        ["Related stories", *[f"Item {number} of a list" for number in range(MAX_BOX_ITEMS + 1)]],
        ["Advertisement", *BOX],
    ],
    ids=["text follows", "a pointer, no heading", "a paragraph follows", "too many", "another kind"],
)
def test_what_follows_no_heading_or_is_no_box_stays(lines: list[str]) -> None:
    result = without_model([*PROSE, *lines])
    assert result.text == "\n".join([*PROSE, *lines[1:]])


@pytest.mark.parametrize("text", ["", "—\n***", "Advertisement", "Advertisement\n\n—\n© Harbour Post"])
def test_nothing_left_is_a_rejection(text: str) -> None:
    result = strip(make_extracted(text=text), strip_tools())
    assert isinstance(result, Rejection)
    assert (result.stage, result.reason) == ("strip", "nothing left")
    assert ("advertisement 1" in result.detail) == ("Advertisement" in text)


def test_only_a_headline_is_nothing() -> None:
    result = strip(make_extracted(text=HEADLINE, title_span=(0, len(HEADLINE))), strip_tools())
    assert isinstance(result, Rejection)
    assert "headline 1" in result.detail


texts = st.one_of(
    st.lists(st.sampled_from(PARTS), max_size=14).map("\n".join),
    st.lists(st.sampled_from([*PARTS, "\n", " "]), max_size=10).map("".join),
    st.text(st.sampled_from("Ab. (/)©:\n “”\u00a0é\ud800\U0001f600"), max_size=60),
)


@settings(max_examples=300)
@given(texts, st.booleans())
@example("A.\n\nAdvertisement\n\n\nB.\nAD", False)
@example("Rain\u00a0fell\u00a0(AP\u00a0Photo/Liisa\u00a0Aalto)\u00a0é", True)
def test_kept_and_cut_make_the_input_and_stripping_twice_changes_nothing(text: str, headline: bool) -> None:
    span = (0, len(text.partition("\n")[0])) if headline else None
    result = strip(make_extracted(text=text, title_span=span), strip_tools())
    if isinstance(result, Rejection):
        return
    assert restore(result.text, result.cuts) == text
    assert len(result.text) + sum(len(cut.text) for cut in result.cuts) == len(text)
    assert all(text[cut.start_offset :].startswith(cut.text) and cut.text for cut in result.cuts)
    ends = [cut.start_offset + len(cut.text) for cut in result.cuts]
    assert all(end <= cut.start_offset for end, cut in zip(ends, result.cuts[1:], strict=False))
    again = strip(make_extracted(text=result.text), strip_tools())
    assert isinstance(again, StrippedDocument)
    assert (again.text, again.cuts) == (result.text, ())


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*PROSE, *JUNK]), min_size=1, max_size=12))
def test_cut_lines_name_their_line_of_the_input(lines: list[str]) -> None:
    result = strip(make_extracted(text="\n".join(lines)), strip_tools())
    if isinstance(result, StrippedDocument):
        for cut in result.cuts:
            assert lines[cut.line_number - 1] in cut.text


def test_restore_without_cuts_is_the_text() -> None:
    assert restore("The talks ended.", ()) == "The talks ended."


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "read more about our newsletter " * 10_000,
        "(AP Photo/Liisa Aalto) x " * 12_000,
        "\n".join(["Read more: " + "y " * 50] * 3_000),
        "“" * 100_000 + "([" * 50_000 + "It rained.",
        "\n".join(["By Ana Reyes"] * 20_000 + ["It rained."]),
        "Follow Follow Photo: Aa Bb " * 10_000,
    ],
    ids=["one word", "near misses", "many credits", "long titles", "brackets", "bylines", "starts"],
)
def test_hostile_text_is_stripped_all_the_same(text: str) -> None:
    result = stripped(text)
    assert restore(result.text, result.cuts) == text
