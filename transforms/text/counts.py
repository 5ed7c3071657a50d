"""How many words and sentences a text has, in any script.

A **word** is a run of characters between white space or em dashes that holds a letter or digit. Scripts without spaces:
each Han and kana character is a word (as editors of Chinese and Japanese count), and a run of Thai, Lao, Khmer or
Burmese letters one word for each five characters begun (their words' usual length in writing).

A **sentence** ends with a closing mark before white space, unless the mark is the stop of an abbreviation or a small
letter follows; with a full-width mark anywhere; and with its paragraph, whatever stands there. So a heading is a
sentence, and Thai, which has no marks, has one per paragraph.

What a count means for a document (too short, not prose) does not belong here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import filterfalse
from typing import Any

import numpy as np

from transforms.errors import DataFileError
from transforms.text.normalise import fold_usual

_HAN_KANA = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003134f"
_UNMARKED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_UNMARKED_WORD_LENGTH = 5

UNSPACED = re.compile(f"[{_HAN_KANA}{_UNMARKED}]")
"""One character of a script that is written without spaces between words."""
MARKLESS = re.compile("[\u0e00-\u0eff]")
"""One character of Thai or Lao, whose sentences end without a mark."""
_HAN_KANA_CHARACTER = re.compile(f"[{_HAN_KANA}]")
_UNMARKED_RUN = re.compile(f"[{_UNMARKED}]+")

# Each begins with one character of a class and goes on possessively, so that no text makes them look twice.
CLOSERS = "\"'”’»›)\\]」』】"
"""Marks that may stand between the mark that ends a sentence and the white space, ready for a character class."""
_SPACED_END = re.compile(rf"[.!?…؟۔।॥።։။][{CLOSERS}]*+(?=\s|$)")
_FULL_WIDTH = "。！？｡．"
_FULL_WIDTH_END = re.compile(rf"[{_FULL_WIDTH}][{CLOSERS}]*+")
_OPENERS = "\"'“‘«‹„([¿¡—–-"
_LONGEST_ABBREVIATION = 20
_ORDINAL_DIGITS = 2

_SPACE = ord(" ")
_WORD_OR_SPACE = bytes(_SPACE if chr(byte).isspace() else byte for byte in range(256))
_NEITHER = bytes(byte for byte in range(128) if not chr(byte).isalnum() and not chr(byte).isspace())

_KEYS = {"language", "reason", "words", "one"}


class AbbreviationError(DataFileError):
    """The abbreviation data is wrong; the message names the entry, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Words whose stop does not end a sentence, and words before which a number is an ordinal."""

    words: frozenset[str]
    """Lower case, without the last stop."""
    after_ordinals: frozenset[str] = frozenset()


def parse_abbreviations(text: str) -> Abbreviations:
    """Abbreviations from the text of ``abbreviations.toml``, held against the examples in it.

    Raises:
        AbbreviationError: the text is not TOML, an entry lacks a key, or an example has more than one sentence.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AbbreviationError(f"abbreviations: not valid TOML ({error}); mend the file") from error
    entries = data.get("abbreviations", [])
    for entry in entries:
        if entry.keys() != _KEYS:
            known = ", ".join(sorted(_KEYS))
            raise AbbreviationError(f"abbreviations of {entry.get('language')!r}: the keys must be {known}")
    words = frozenset(word for entry in entries for word in entry["words"])
    abbreviations = Abbreviations(words, frozenset(data.get("ordinals", {}).get("words", ())))
    for entry in entries:
        _hold_against_examples(entry, abbreviations)
    return abbreviations


def count_words(text: str) -> int:
    """Words of a text, by this module's definition."""
    if text.isascii() or not UNSPACED.search(text):
        return _spaced_words(text)
    dense = len(_HAN_KANA_CHARACTER.findall(text))
    unmarked = sum(-(-len(run) // _UNMARKED_WORD_LENGTH) for run in _UNMARKED_RUN.findall(text))
    return dense + unmarked + _spaced_words(UNSPACED.sub(" ", text))


def count_sentences(text: str, abbreviations: Abbreviations) -> int:
    """Sentences of a text, by this module's definition; 0 only where it has no letter or digit.

    Paragraphs are set apart by empty lines where there is one, else by line ends: hard-wrapped texts have empty lines.
    """
    separator = "\n\n" if "\n\n" in text else "\n"
    full_width = any(mark in text for mark in _FULL_WIDTH)
    return sum(_sentences_of(paragraph, abbreviations, full_width) for paragraph in text.split(separator) if paragraph)


def _spaced_words(text: str) -> int:
    text = text.replace("—", " ")
    usual = fold_usual(text)
    if usual.isascii():  # three of four texts: a quarter of the time
        filled = np.frombuffer(usual.encode().translate(_WORD_OR_SPACE, _NEITHER), np.uint8) != _SPACE
        return int(np.count_nonzero(filled[1:] > filled[:-1])) + bool(filled[:1].any())
    tokens = text.split()
    odd = [token for token in filterfalse(str.isalnum, tokens) if not token[0].isalnum()]
    return len(tokens) - sum(not any(map(str.isalnum, token)) for token in odd)


def _sentences_of(paragraph: str, abbreviations: Abbreviations, full_width: bool) -> int:
    count = rest = 0
    for end in _SPACED_END.finditer(paragraph):
        if _ends_sentence(paragraph, end.start(), end.end(), abbreviations):
            count += 1
            rest = end.end()
    if full_width:
        for end in _FULL_WIDTH_END.finditer(paragraph):
            count += 1
            rest = max(rest, end.end())
    return count + any(map(str.isalnum, paragraph[rest:]))


def _ends_sentence(paragraph: str, mark: int, end: int, abbreviations: Abbreviations) -> bool:
    following = paragraph[end + 1 : end + 2]
    if following.islower():
        return False
    if paragraph[mark] != "." or end == len(paragraph):
        return True
    before = paragraph[max(0, mark - _LONGEST_ABBREVIATION) : mark].rpartition(" ")[2]
    if before.isalpha() and len(before) > 1:
        return before.lower() not in abbreviations.words
    return not _is_short_form(before.lstrip(_OPENERS), paragraph[end + 1 : end + _LONGEST_ABBREVIATION], abbreviations)


def _is_short_form(before: str, following: str, abbreviations: Abbreviations) -> bool:
    """Whether a stop belongs to an initial, an abbreviation with stops inside, an ordinal or a list number."""
    if before.isdigit():
        next_word = following.split(maxsplit=1)[0].rstrip(",.;:") if following.strip() else ""
        return len(before) <= _ORDINAL_DIGITS and next_word in abbreviations.after_ordinals
    if len(before) == 1 and before.isupper():
        return before != "I"
    if "." in before:
        return all(len(part) <= _ORDINAL_DIGITS and part.isalpha() for part in before.split("."))
    return before.lower() in abbreviations.words


def _hold_against_examples(entry: Mapping[str, Any], abbreviations: Abbreviations) -> None:
    for example in entry["one"]:
        if (count := count_sentences(example, abbreviations)) != 1:
            raise AbbreviationError(
                f"abbreviations of {entry['language']!r}: {example!r} must be one sentence but counts {count}; "
                "add the missing word or mend the example"
            )
