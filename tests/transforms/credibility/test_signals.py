"""Counts of how an article is written: quotations apart, languages without lists, no more time than length costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.credibility import tones
from tests.effort import takes_less_than
from transforms.credibility.signals import ToneError, count_signals, parse_tones, set_quotations_apart
from transforms.records import ArticleSignals


def count(text: str, title: str | None = None, language: str = "en") -> ArticleSignals:
    return count_signals("d1", "harbourpost.example", None, language, title, text, tones())


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("She said “the pier is shut” on Monday.", ("the pier is shut",)),
        ('She said "the pier is shut" on Monday.', ("the pier is shut",)),
        ("Sie sagte „der Kai ist zu“ am Montag.", ("der Kai ist zu",)),
        ("Elle a dit « le quai est fermé » lundi.", (" le quai est fermé ",)),
        ("She said ‘the pier’s shut’ on Monday.", ("the pier’s shut",)),
        ("The pier’s owners’ plan is the city’s.", ()),
        ("“It is shut.\n\n“It will open,” she said.", ("It is shut.", "It will open,")),
        ("“Never closed", ("Never closed",)),
        ("", ()),
    ],
)
def test_quotations_are_set_apart(text: str, quoted: tuple[str, ...]) -> None:
    assert set_quotations_apart(text).quoted == quoted


@given(st.text(alphabet='ab \n"“”„«»‘’.', max_size=80))
def test_no_letter_is_lost_or_doubled_by_setting_apart(text: str) -> None:
    apart = set_quotations_apart(text)
    assert sorted(apart.narrated + "".join(apart.quoted)).count("a") == text.count("a")
    assert (apart.narrated + "".join(apart.quoted)).count("b") == text.count("b")


def test_only_the_writers_own_words_count() -> None:
    own, quoted = count("The outrageous plan failed."), count("She said “the outrageous plan failed.”")
    assert (own.loaded_words, quoted.loaded_words) == (1, 0)
    assert (quoted.narrated_words, quoted.quoted_words, quoted.quotations) == (2, 4, 1)


def test_each_signal_counts_what_it_says() -> None:
    text = (
        "Leftists and right-wingers slammed the sham, a really bad deal! It may cost 1,200 crowns, or 3. Why?\n"
        "Ada Marsh said so. A spokeswoman declined to comment."
    )
    found = count(text, "SHAME: council “slammed”!")
    assert (found.camp_labels, found.loaded_speech_verbs, found.loaded_words, found.intensifiers) == (2, 1, 1, 2)
    assert (found.qualifiers, found.numbers, found.exclamations, found.questions) == (1, 2, 1, 1)
    assert (found.named_speakers, found.comment_sought) == (1, 1)
    assert (found.headline_loaded_words, found.headline_exclamations, found.headline_capitals) == (1, 1, 1)


@pytest.mark.parametrize(
    ("title", "capitals"),
    [
        ("NASA and NATO agree", 0),
        ("OPINION: ferries", 0),
        ("EVERYTHING IN CAPITALS", 0),
        ("It is WRONG", 1),
        ("Part XVII", 0),
    ],
)
def test_acronyms_labels_and_house_styles_do_not_shout(title: str, capitals: int) -> None:
    assert count("x", title).headline_capitals == capitals


def test_a_language_without_lists_has_unknown_counts_not_zero() -> None:
    found = count("Der Kai ist seit 2020 zu.", "Kai zu", language="de")
    assert found.loaded_words is None
    assert found.named_speakers is None
    assert (found.numbers, found.narrated_words) == (1, 6)


@given(st.text(max_size=200), st.none() | st.text(max_size=50), st.sampled_from(["en", "de", "und"]))
def test_any_text_can_be_counted(text: str, title: str | None, language: str) -> None:
    found = count(text, title, language)
    assert found.narrated_words >= 0
    assert found.quoted_words >= 0


@pytest.mark.parametrize("unit", ['"', "“", "‘a", "’", "A. said ", "! ", "did not ", "A" * 50, "1,", "\n"])
def test_hostile_text_costs_its_length(unit: str) -> None:
    assert takes_less_than(2, lambda: count(unit * (400_000 // len(unit)), unit * 500))


LIST = """
[[words]]
language = "en"
signal = "loaded_words"
reason = "r"
words = "sham"
is = { "A sham." = 1 }
"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[words", "not valid TOML"),
        (LIST.replace('reason = "r"\n', ""), "keys must be"),
        (LIST.replace("loaded_words", "bad_words"), "signal must be"),
        (LIST.replace('"sham"', '"Sham"'), "lower case"),
        (LIST.replace('"sham"', '"sham sham"'), "twice"),
        (LIST.replace("= 1 }", "= 2 }"), "gives 1, not 2"),
    ],
)
def test_a_wrong_list_is_refused_with_the_reason(text: str, problem: str) -> None:
    assert parse_tones(LIST).version != tones().version
    with pytest.raises(ToneError, match=problem):
        parse_tones(text)
