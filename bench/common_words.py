"""Write ``transforms/stories/data/common_words/LANGUAGE.toml`` anew: how common the common words of news are.

usage: python -m bench.common_words PUBLISHED.duckdb [LANGUAGE] > FILE

Counts in how many of the language's articles each word stands, by the relate stage's own definition of a word, and
prints those that stand in two of a hundred or more, in classes of share.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from transforms.stories.terms import words
from warehouse import Warehouse

LEAST_SHARE = 0.02
SHARES = (0.9, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.055, 0.04, 0.03, LEAST_SHARE)
LINE = 118


def main() -> None:
    """Count and print; see the module."""
    path, language = Path(sys.argv[1]), (sys.argv[2:] or ["en"])[0]
    with Warehouse.open_published(path) as warehouse:
        rows = warehouse.query(f"SELECT title, text FROM articles WHERE language = '{language}'").to_pylist()
    counts = Counter[str]()
    for row in rows:
        counts.update({*words(row["title"] or ""), *words(row["text"])})
    print(f'language = "{language}"\narticles = {len(rows)}')
    print('reason = "Shares of articles that a word stands in, by bench/common_words.py; rarer words are left out."')
    ordered = sorted(word for word, count in counts.items() if count >= LEAST_SHARE * len(rows) and word.isalpha())
    upper = 1.01
    for share in SHARES:
        chosen = [word for word in ordered if share <= counts[word] / len(rows) < upper]
        print(f'\n[[words]]\nshare = {share}\nwords = """\n{_lines(chosen)}"""')
        upper = share


def _lines(chosen: list[str]) -> str:
    lines, line = [], ""
    for word in chosen:
        if len(line) + len(word) >= LINE:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "".join(f"{line}\n" for line in [*lines, line])


if __name__ == "__main__":
    main()
