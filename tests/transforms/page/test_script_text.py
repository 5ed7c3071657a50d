"""Texts that scripts carry."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.page.script_text import (
    MAX_LEVELS,
    MAX_SCRIPT_CHARACTERS,
    MAX_TEXTS,
    MIN_TEXT_CHARACTERS,
    is_prose,
    long_texts,
)

BODY = "The harbour bridge reopens on Monday after repairs, the council said. " * 5
MARKED = f'<p class="a">{BODY}</p><p>It "holds".</p>'


def nested(text: str, levels: int) -> str:
    """A state as a string within a string, and so on."""
    for _ in range(levels):
        text = json.dumps({"body": text})
    return text


@pytest.mark.parametrize("text", [BODY, MARKED])
@pytest.mark.parametrize("levels", range(1, MAX_LEVELS + 1))
def test_a_text_is_found_within_strings_within_strings(text: str, levels: int) -> None:
    assert long_texts([f"window.state = {nested(text, levels)};"]) == [text]


def test_a_text_deeper_down_is_not_looked_for() -> None:
    assert long_texts([nested(BODY, MAX_LEVELS + 1)]) == []


def test_the_longest_come_first_each_once_and_not_too_many() -> None:
    texts = [BODY + "x" * number for number in range(MAX_TEXTS + 5)]
    assert long_texts([json.dumps([*texts, *texts])]) == texts[:4:-1]


@pytest.mark.parametrize(
    "script",
    [
        json.dumps(BODY[: MIN_TEXT_CHARACTERS - 1]),
        '"' + BODY,
        '"' + BODY + '\\x"',
        "'" + BODY + "'",
        " " * MAX_SCRIPT_CHARACTERS + json.dumps(BODY),
    ],
)
def test_short_open_broken_and_endless_strings_are_left_out(script: str) -> None:
    assert long_texts([script]) == []
    assert long_texts([script, json.dumps(MARKED)]) == [MARKED]


@given(st.lists(st.text(alphabet='"\\:{}a <', max_size=400)))
def test_any_scripts_are_read(scripts: list[str]) -> None:
    assert all(len(text) < max(map(len, scripts)) for text in long_texts(scripts))


@pytest.mark.parametrize(
    "text",
    [BODY, "하버 다리가 다시 열린다고 시의회가 밝혔다. " * 12, "港の橋が月曜日に再開すると市議会が発表した。" * 12],
)
def test_prose_of_any_script(text: str) -> None:
    assert is_prose(text)


@pytest.mark.parametrize(
    "text",
    ["function(a){return a=b;}" * 20, ".a { color: red } " * 20, "iVBORw0KGgoAAAANSUhEUg" * 30, "0 12 4 7 19 " * 30],
)
def test_code_pictures_and_numbers_are_no_prose(text: str) -> None:
    assert not is_prose(text)
