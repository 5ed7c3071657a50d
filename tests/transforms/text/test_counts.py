"""Words and sentences: the conventions for each script, abbreviations, and texts made to be slow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import TEXT, data_file
from tests.effort import grows_less_than
from transforms.text.counts import AbbreviationError, Abbreviations, count_sentences, count_words, parse_abbreviations

NONE = Abbreviations(frozenset())


@pytest.fixture(scope="module")
def abbreviations() -> Abbreviations:
    return parse_abbreviations(data_file("abbreviations.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \n\t ", 0),
        ("- — * • ...", 0),
        ("One two three.", 3),
        ("Don't re-open the U.S. office", 5),
        ("“Quoted” (words) — and dashes", 4),
        ("left—right", 2),
        ("1,000 people in 2024", 4),
        ("non\u00a0breaking\u3000spaces", 3),
        ("Добрый день, мир", 3),
        ("مرحبا بالعالم", 2),
        ("नमस्ते दुनिया", 2),
        ("서울은 오늘 맑다", 3),
        ("今日は晴れ。", 5),
        ("北京是中国的首都。", 8),
        ("2024年6月3日", 6),
        ("Apple社の iPhone", 4),
        ("สวัสดี", 2),
        ("สวัสดี ชาวโลก", 4),
    ],
)
def test_words(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        ("...", 1),
        ("—", 0),
        ("One sentence.", 1),
        ("No mark at the end", 1),
        ("One. Two! Three? Four… Five", 5),
        ("“Is it?” he asked. “Yes.” She left.", 3),
        ("It rose 3.5 percent to 1.2 million. It fell.", 2),
        ("The U.S. Senate met at 9 a.m. Monday. Mr. Lee and Gov. Ray spoke.", 2),
        ("J. K. Doe spoke. So did I. We left.", 3),
        ("A heading\nA line under it.", 2),
        ("A line that is\nwrapped by hand. And on.\n\nA heading", 3),
        ("Das war am 3. Juni. Es regnete.", 2),
        ("He was 42. She was not.", 2),
        ("Wait... what? No.", 2),
        ("今日は晴れ。明日は雨！「本当？」", 3),
        ("यह वाक्य है। यह दूसरा है।", 2),
        ("هل هذا صحيح؟ نعم.", 2),
        ("สวัสดี ชาวโลก\nบรรทัดที่สอง", 2),
        ("See example.com for more. Or not.", 2),
    ],
)
def test_sentences(abbreviations: Abbreviations, text: str, sentences: int) -> None:
    assert count_sentences(text, abbreviations) == sentences


def test_abbreviations_are_data() -> None:
    text = "He met Foo. Bar there."
    assert count_sentences(text, NONE) == 2
    assert count_sentences(text, Abbreviations(frozenset({"foo"}))) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abbreviations = [", "not valid TOML"),
        (
            '[[abbreviations]]\nlanguage = "xx"\nwords = []\none = []',
            "'xx': the keys must be language, one, reason, words",
        ),
        (
            '[[abbreviations]]\nlanguage = "xx"\nreason = "r"\nwords = []\none = ["See Foo. Bar"]',
            "'See Foo. Bar' must be one sentence but counts 2",
        ),
    ],
)
def test_wrong_data_names_entry_and_remedy(text: str, message: str) -> None:
    with pytest.raises(AbbreviationError, match=message):
        parse_abbreviations(text)


@pytest.mark.parametrize(
    "piece", [".", ".)", ". ", "A. ", "1. ", "。", "x", "— ", "ก", "中", '."', "u.s. ", "\n", "a.\n\n"]
)
def test_hostile_texts_take_linear_time(abbreviations: Abbreviations, piece: str) -> None:
    def count(times: int) -> None:
        count_words(piece * times)
        count_sentences(piece * times, abbreviations)

    # Eight times the text may take eight times as long; quadratic code takes 64 times.
    assert grows_less_than(24, lambda: count(10_000), lambda: count(80_000))


@given(st.text(max_size=300), st.text(max_size=300))
def test_counts_are_bounded_and_add_up_over_paragraphs(first: str, second: str) -> None:
    words = count_words(first)
    assert 0 <= words <= len(first)
    assert 0 <= count_sentences(first, NONE) <= len(first)
    assert count_words(f"{first}\n{second}") == words + count_words(second)


def test_a_report(abbreviations: Abbreviations) -> None:
    assert (count_words(TEXT), count_sentences(TEXT, abbreviations)) == (53, 4)
