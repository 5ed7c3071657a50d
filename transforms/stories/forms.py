"""Forms: texts that are one form, filled with different facts, such as the weather of two towns.

Machines write notes on weather, earthquakes and earnings, and most words of two such notes are the same. A copy with
small edits has the same facts, for what is edited is the wording, and added text forms a passage of its own. So
two texts are one form where names and numbers differ, in both, in many small gaps between words that they share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_CHARACTERS = 6_000
"""Of a text that is asked, about a thousand words: notes of machines are short, and in long texts much differs."""

RUN = 3
"""Words in a row that both texts have count as shared: forms leave only a few words between two facts."""

LONGEST_GAP = 12
"""Words before or between shared runs, at most, that fill a form; a longer gap is a passage of its own."""

LEAST_FACTS = 3
"""Names and numbers that each text has in its gaps and the other nowhere; one or two are corrections."""

WORDS_PER_FACT = 30
"""Shared words for one such fact, at most. Notes of machines have 6 to 26; of 39 pairs of texts of this length that are
copies, whole or in part, among 22,441 articles of the press, none has less than 38."""

_WORD = re.compile(r"\d[\d.,:]*\d|\w+")


def are_one_form(text: str, other: str) -> bool:
    """Whether two texts that have much in common are one form with the facts of two events in it.

    Where a script has no capitals, numbers alone are facts.
    """
    if max(len(text), len(other)) > MOST_CHARACTERS:
        return False
    words, others = _WORD.findall(text), _WORD.findall(other)
    keys, other_keys = [word.casefold() for word in words], [word.casefold() for word in others]
    shared = _runs(keys) & _runs(other_keys)
    mine = _filling(words, keys, shared, frozenset(other_keys))
    theirs = _filling(others, other_keys, shared, frozenset(keys))
    facts, covered = min(mine[0], theirs[0]), min(mine[1], theirs[1])
    return facts >= LEAST_FACTS and covered <= WORDS_PER_FACT * facts


def _runs(keys: Sequence[str]) -> set[tuple[str, ...]]:
    return set(zip(*(keys[first:] for first in range(RUN)), strict=False))


def _filling(
    words: Sequence[str], keys: Sequence[str], shared: set[tuple[str, ...]], elsewhere: frozenset[str]
) -> tuple[int, int]:
    """Different facts in the small gaps of a text that do not stand ``elsewhere``; words in its shared runs."""
    facts: set[str] = set()
    covered = end = 0
    for first in range(len(keys) - RUN + 1):
        if tuple(keys[first : first + RUN]) in shared:
            if end < first <= end + LONGEST_GAP:
                facts.update(key for key, word in zip(keys[end:first], words[end:first], strict=True) if _is_fact(word))
            covered += first + RUN - max(first, end)
            end = first + RUN
    return len(facts - elsewhere), covered


def _is_fact(word: str) -> bool:
    return word[0].isdigit() or word[0].isupper()
