"""Search words become patterns that find words of any language, and only them."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.search import MAX_WORD_CHARACTERS, MAX_WORDS, SearchError, search_words


def finds(typed: str, text: str) -> int:
    """How often the word is found, which has to be nowhere where the loose pattern is not."""
    [word] = search_words([typed])
    found = len(re2.findall(word.exact, text))
    assert not found or re2.search(word.loose, text)
    return found


@pytest.mark.parametrize(
    ("typed", "text", "times"),
    [
        ("ferry", "The Ferry left; a ferry came.", 2),
        ("ferry", "ferryman and ferries", 0),
        ("ferr*", "ferryman and ferries", 2),
        ("FERRY", "ferry", 1),
        ("carrow point", "at Carrow Point, and at Carrow\nPoint", 2),
        ("carrow point", "Carrow, a point", 0),
        ("O'Brien", "Soledad O’Brien spoke to O'Brien.", 2),
        ("sao paulo", "in São Paulo", 1),
        ("são", "Sao Paulo", 0),
        ("Київ", "Мер Києва: КИЇВ чекає", 1),
        ("Киї*", "Київ і Київський", 2),
        ("图书馆", "市立图书馆明天开放", 1),
        ("図書館", "移動図書館が復活", 1),
        ("서울", "서울에서 열린", 1),
        ("हिन्दी", "यह हिन्दी है", 1),
        ("हिन्द", "यह हिन्दी है", 0),
        ("3.5", "rose 3.5 percent, not 35", 1),
        ("a|b", "a b, not a or b alone", 1),
    ],
)
def test_a_word_is_found_as_a_word(typed: str, text: str, times: int) -> None:
    assert finds(typed, text) == times


def test_a_word_that_is_typed_twice_is_one() -> None:
    assert [word.typed for word in search_words(["ferry", "pier", "ferry"])] == ["ferry", "pier"]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ([], "no words"),
        (["a"] * (MAX_WORDS + 1), "at most"),
        (["x" * (MAX_WORD_CHARACTERS + 1)], "characters at most"),
        ([".*"], "no letter or digit"),
    ],
)
def test_what_cannot_be_searched_for_is_refused(typed: list[str], problem: str) -> None:
    with pytest.raises(SearchError, match=problem):
        search_words(typed)


@given(st.text(max_size=MAX_WORD_CHARACTERS))
def test_any_words_make_patterns_that_compile_and_find_themselves(typed: str) -> None:
    try:
        [word] = search_words([typed])
    except SearchError:
        return
    assert re2.search(word.loose, typed) or not typed.isascii()
    re2.compile(word.exact)
