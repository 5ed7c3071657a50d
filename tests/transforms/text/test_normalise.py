"""Normalising: what it folds, what it leaves, and that it is done after once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.text.normalise import normalise_text


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("", ""),
        ("  One\n\ntwo\tthree\u00a0four ", "one two three four"),
        ("“Don’t,” she said", '"don\'t," she said'),
        ("«Nein», sagte er", '"nein", sagte er'),
        ("1990–2000 — and -- on", "1990-2000 - and - on"),
        ("ﬁrst Ｆｕｌｌ ①", "first full 1"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"),
        ("Straße STRASSE", "strasse strasse"),
        ("Cafe\u0301 Café", "café café"),
        ("WASHINGTON Washington", "washington washington"),
        ("don´t don`t", "don't don't"),
        ("3.5 percent.", "3.5 percent."),
        ("ﬀ… ﹘", "ff... -"),
    ],
)
def test_folds(text: str, normal: str) -> None:
    assert normalise_text(text) == normal


@pytest.mark.parametrize(("one", "other"), [("rose 3.5%", "rose 35%"), ("No.", "No?"), ("recover", "re-cover")])
def test_differences_of_content_stay(one: str, other: str) -> None:
    assert normalise_text(one) != normalise_text(other)


@settings(max_examples=500)
@given(st.text(max_size=200))
def test_twice_is_once(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=200))
def test_the_short_way_for_ascii_is_the_long_one(text: str) -> None:
    assert normalise_text(text + " é") == f"{normalise_text(text)} é".strip()
