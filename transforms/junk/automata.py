"""RE2 with memory enough to stay fast: single patterns, and automata that look for many patterns in one pass.

What the patterns are for belongs to ``rules`` and ``line_hints``.
"""

from __future__ import annotations

from collections.abc import Iterable

import re2

# An automaton is built lazily while it matches and starts anew where its memory is full, which costs a hundred times
# the matching. Only where even one line does not fit RE2 reports *no match*, hence more than our patterns need.
SET_MEGABYTES = 32


def options(megabytes: int = SET_MEGABYTES) -> re2.Options:
    """For patterns whose errors we report ourselves, and that may take so much memory."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.max_mem = megabytes << 20
    chosen.never_nl = True  # no class, not even [^.], takes a line break: a match never leaves its line
    return chosen


def search_set(patterns: Iterable[str]) -> re2.Set:
    """An automaton that says in one pass over a text which of the patterns are found in it, by their places.

    Raises:
        re2.error: RE2 refuses a pattern.
    """
    found = re2.Set.SearchSet(options())
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return found
