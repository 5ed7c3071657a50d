"""Small news articles for tests, written by us: as many as are asked for, all different, all fit to be loaded."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_WHO = ("The city council", "The harbour authority", "The regional court", "The teachers' union", "The water board")
_DID = ("approved", "postponed", "rejected", "reviewed", "announced", "defended")
_WHAT = ("a plan to rebuild the old bridge", "new rules for night buses", "the budget of the public library")
_MORE = (
    "Residents had waited for the decision since the spring, when the first hearings were held in the town hall.",
    "A spokesman said that the cost would be met from the reserve and that no new tax was planned this year.",
    "Two members voted against it and asked for a fresh count of the traffic on the northern road.",
    "The opposition called the decision hasty and said it would ask the auditors to look at the figures.",
    "Work is to begin in the autumn and should be finished before the winter storms, engineers said.",
)


def make_articles(count: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Article records as an input would give them: id, url, title, date and text."""
    chance = random.Random(seed)
    for number in range(count):
        headline = f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)}"
        body = [_told_by(_name(seed, number), sentence) for sentence in chance.sample(_MORE, 4)]
        lead = f"{headline} on Monday, in session {seed}-{number}, after a debate of {chance.randint(2, 9)} hours."
        yield {
            "id": f"n{seed}-{number}",
            "url": f"https://www.harbourpost.example/news/{seed}/{number}",
            "title": headline,
            "date": "2025-03-04",
            "text": "\n\n".join([lead, *body, "READ ALSO: Ferry timetable changes from Monday"]),
        }


def _told_by(name: str, sentence: str) -> str:
    """The sentence as somebody's, so that no two articles have a line in common."""
    return f"{sentence.removesuffix('.')}, as {name} told the reporters."


def _name(seed: int, number: int) -> str:
    """Another name for each article, in letters: digits do not tell lines apart."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{seed:02}{number:04}")
    return f"Mr {letters.capitalize()}"


def write_jsonl(path: Path, articles: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Path:
    """Write article records one a line and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
    return path
