"""Full-text search over the articles, in plain SQL: nothing to build, nothing to keep up to date, every language alike.

DuckDB's ``fts`` extension is not used. It is not built into DuckDB and would have to be downloaded; its index knows the
letters a to z only, so that a Ukrainian or Arabic word finds nothing; and it is not kept up to date, so that every
publishing would build it anew. Measured on 22,441 articles (128 million characters): 35 s of CPU and half the file's
size again, for answers in 0.1 to 0.3 s, where a pass over the texts takes 0.3 to 0.6 s of CPU for each word.

What a word matches stands in transforms.text.search.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from transforms.text.search import SearchWord
from warehouse.connection import Connection
from warehouse.named import statement
from warehouse.reader import Reader

TITLE_WEIGHT = 3.0
"""Times in the text that once in the headline is worth: a headline says what the whole report is about."""

SATURATION, LENGTH_SHARE = 1.2, 0.75
"""BM25's k1 and b as usual: how soon more of the same word adds little, and how much a long text is held back."""

_LEAD, _PASSAGE = 80, 220
"""Characters before the first match, and of the passage as a whole."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Which articles are searched; what is None does not matter."""

    language: str | None = None
    source: str | None = None
    """A registered domain."""
    since: dt.date | None = None
    """Published on this day or later."""


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that has every word."""

    article_id: str
    score: float
    """BM25; to be compared within one search only."""
    source: str | None
    published_on: dt.date | None
    language: str
    title: str | None
    url: str | None
    passage: str
    """Where the rarest word stands first, or the opening of the text where it stands in the headline only."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search."""

    total: int
    """Articles that have every word."""
    articles: tuple[FoundArticle, ...]
    """The best of them, best first."""


def search(warehouse: Reader, words: Sequence[SearchWord], wanted: SearchFilter, limit: int) -> Found:
    """The articles that have every word in text or headline, ranked by BM25."""
    return _search(warehouse._connection, words, wanted, limit)


def _search(connection: Connection, words: Sequence[SearchWord], wanted: SearchFilter, limit: int) -> Found:
    conditions = {"language": wanted.language, "source": wanted.source, "since": wanted.since}
    by_word = [_hits(connection, number, word, conditions) for number, word in enumerate(words)]
    parameters = {
        **conditions,
        "words": len(words),
        "title_weight": TITLE_WEIGHT,
        "k1": SATURATION,
        "b": LENGTH_SHARE,
    }
    with connection.incoming(hits=pa.concat_tables(by_word)):
        ranked = connection.rows(statement("search/ranked"), parameters)
    rarest = min(range(len(words)), key=lambda number: by_word[number].num_rows)
    shown = _shown(connection, words[rarest], [article_id for article_id, _ in ranked[:limit]])
    best = tuple(FoundArticle(score=score, **shown[article_id]) for article_id, score in ranked[:limit])
    return Found(len(ranked), best)


def _hits(connection: Connection, number: int, word: SearchWord, conditions: dict[str, Any]) -> pa.Table:
    hits = connection.table(statement("search/hits"), {**conditions, "exact": word.exact, "loose": word.loose})
    return hits.append_column("word", pa.array([number] * hits.num_rows, pa.int32()))


def _shown(connection: Connection, word: SearchWord, article_ids: list[str]) -> dict[str, dict[str, Any]]:
    parameters = {
        "wanted": article_ids,
        "before": f"(?s)^(.*?){word.exact}",
        "lead": _LEAD,
        "passage": _PASSAGE,
    }
    rows = connection.table(statement("search/shown"), parameters).to_pylist()
    return {row["article_id"]: row for row in rows}
