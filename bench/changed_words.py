"""Many articles out of few: the same ones again, each time with their longer words exchanged for others.

A word is exchanged for one that is about as frequent, in long lines only: so the language stays, lines that recur still
recur, and a repeat is no copy of another, while the articles of one repeat are as alike as they were.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LINE_CHARACTERS = 100
"""A shorter line is as likely a headline, a caption or junk as prose."""
BAND = 40
"""Words of neighbouring frequency that are exchanged among each other."""
COUNTED_ARTICLES = 5000
"""Articles that words are counted in; a rarer word stays as it is."""

_WORD = re.compile(r"[A-Za-z]{5,}")


def write_articles(source: Path, target: Path, count: int) -> None:
    """Write so many articles into ``target``, one file of JSON lines for each repeat of those in ``source``."""
    target.mkdir(parents=True, exist_ok=True)
    words = _frequent_words(source)
    for repeat in itertools.count():
        exchange = _exchange(words, repeat)
        with gzip.open(target / f"repeat-{repeat:03}.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as lines:
            for row in itertools.islice(_rows(source), count):
                lines.write(json.dumps(_changed(row, repeat, exchange)) + "\n")
                count -= 1
        if not count:
            return


def _rows(source: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(source.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _frequent_words(source: Path) -> list[str]:
    texts = (row["text"] for row in itertools.islice(_rows(source), COUNTED_ARTICLES))
    counts = Counter(word.lower() for text in texts for word in _WORD.findall(text))
    return [word for word, _ in counts.most_common()]


def _exchange(words: list[str], repeat: int) -> Mapping[str, str]:
    """What each word is exchanged for, in lower case and with a capital; nothing in the first repeat."""
    if not repeat:
        return {}
    chance = random.Random(repeat)
    exchange = {}
    for start in range(0, len(words), BAND):
        band = words[start : start + BAND]
        exchange |= dict(zip(band, chance.sample(band, len(band)), strict=True))
    return exchange | {word.capitalize(): other.capitalize() for word, other in exchange.items()}


def _changed(row: dict[str, Any], repeat: int, exchange: Mapping[str, str]) -> dict[str, Any]:
    if not repeat:
        return row
    return row | {
        "id": f"{row['id']}-{repeat}",
        "title": _exchanged(row["title"] or "", exchange) or None,
        "text": "\n".join(
            _exchanged(line, exchange) if len(line) >= LINE_CHARACTERS else line for line in row["text"].split("\n")
        ),
    }


def _exchanged(text: str, exchange: Mapping[str, str]) -> str:
    return _WORD.sub(lambda word: exchange.get(word[0], word[0]), text)
