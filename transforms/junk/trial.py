"""What a new junk rule would take from texts, before it is added: its matches, and the rule's entry for a pack.

Where the texts come from does not belong here.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms.junk.rules import JunkRule, Rulebook, plain

MAX_EXAMPLE_CHARACTERS = 300
"""Of a line that is shown; longer ones are junk by a mistake in the pattern, seldom by themselves."""

_DROP_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class TrialMatch:
    """One line that a rule would take, or out of which it would take a part."""

    line: str
    start: int
    end: int
    """Offsets in the line of what would be cut."""
    before: str
    after: str
    """The lines around it; empty at the start and the end of the text."""

    @property
    def marked(self) -> str:
        """The line as an inline rule's example: ``[[`` and ``]]`` around what would be cut."""
        return f"{self.line[: self.start]}[[{self.line[self.start : self.end]}]]{self.line[self.end :]}"


def matches(rulebook: Rulebook, text: str) -> Iterator[TrialMatch]:
    """What the rules of a book would take from a text, their positions aside, from top to bottom."""
    usual = plain(text)
    matcher = rulebook.matcher(usual)
    taken = matcher.line_matches()
    lines = text.split("\n")
    starts = itertools.accumulate((len(line) + 1 for line in lines), initial=0)
    for number, (start, line) in enumerate(zip(starts, lines, strict=False)):
        whole = [(0, len(line))] if start in taken else []
        inside = [(cut.start, cut.end) for cut in matcher.inline_matches(usual[start : start + len(line)])]
        for first, last in whole or inside:
            yield TrialMatch(line, first, last, _neighbour(lines, number, -1), _neighbour(lines, number, 1))


def _neighbour(lines: Sequence[str], number: int, step: int) -> str:
    """The nearest line above or below that is not empty."""
    beyond = lines[number + 1 :] if step > 0 else lines[:number][::-1]
    return next((line for line in beyond if line.strip()), "")


def likeness(line: str, others: Sequence[str]) -> int:
    """How many characters a line has in common with one of the others at its head, letter case aside."""
    return max((_common(line.lower(), other.lower()) for other in others), default=0)


def _common(line: str, other: str) -> int:
    pairs = enumerate(zip(line, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(line), len(other)))


def pack_entry(rule: JunkRule, found: Sequence[TrialMatch], kept: str | None) -> str:
    """The rule as an entry of a pack, with examples from what it would take.

    Args:
        rule: the one that was tried.
        found: some of its matches, at least one.
        kept: a line that it leaves, the more alike the better.
    """
    lines = [match.marked if rule.scope == "inline" else match.line.strip() for match in found]
    drop = list(dict.fromkeys(line for line in lines if len(line) <= MAX_EXAMPLE_CHARACTERS))[:_DROP_EXAMPLES]
    values = {
        "id": _slug(found[0].line[found[0].start : found[0].end]),
        "kind": rule.kind,
        "scope": rule.scope,
        "pattern": rule.pattern,
        "unless": rule.unless,
        "reason": "Say here why such a line is no article text.",
        "drop": drop,
        "keep": [kept or "Say here which line of article text looks alike and must stay."],
    }
    wanted = {key: value for key, value in values.items() if value is not None and (key, value) != ("scope", "line")}
    return "\n".join(["[[rule]]", *(f"{key} = {_toml(value)}" for key, value in wanted.items())])


def _slug(text: str) -> str:
    words = ["".join(filter(str.isalnum, word)) for word in text.lower().split()]
    return "-".join([word for word in words if word][:4]) or "rule"


def _toml(value: str | list[str]) -> str:
    """A TOML string or list of strings: JSON's are the same, but for the delete character."""
    if isinstance(value, str) and "'" not in value and value.isprintable() and "\\" in value:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
