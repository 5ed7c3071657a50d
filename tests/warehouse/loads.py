"""Batches for warehouse tests: a loaded warehouse in a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tests.builders import make_article, make_raw
from transforms.junk.templates import keys_of
from transforms.records import (
    Article,
    BatchFacts,
    ContractResult,
    Disclosure,
    Duplicate,
    Ledger,
    LineKeys,
    Provenance,
    RawDocument,
    Rejection,
    StrippedLine,
    to_table,
)
from transforms.text.identity import article_id, document_id
from warehouse import BatchLoad, Warehouse

NOW = dt.datetime(2024, 5, 4, 6, 30, tzinfo=dt.UTC)
FACTS = BatchFacts(1, 1, 0.0, 0.0, None, 57.0, None, None)
RESULT = ContractResult("articles", "text has 25 words or more", "critical", True, 1, 0, None, "Shorter is a caption.")
RUN = "20240504T063000-0a1b2c"


def later(minutes: int) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


def numbered(number: int, **changes: Any) -> Article:
    """The article of that number, each at a URL and with a text of its own."""
    url = f"https://harbourpost.example/{number}"
    text = f"Ferry number {number} will keep to its summer timetable, the harbour office said on Friday."
    doc_id = document_id(f"{url} {text} {changes}".encode())
    values = {"url": url, "article_id": article_id(url, None, None, doc_id), "doc_id": doc_id, "text": text}
    return make_article(**(values | {"stripped_line_count": 1} | changes))


def cut_of(article: Article) -> StrippedLine:
    line = f"\nREAD ALSO: more about {article.url}"
    return StrippedLine(article.doc_id, 2, len(article.text), line, "related", "rule", "related.read-also", "A link.")


def provenance_of(article: Article) -> Provenance:
    return Provenance(article.doc_id, "publisher", "Harbour Post", "page", None, "Harbour Post")


def disclosure_of(article: Article) -> Disclosure:
    return Disclosure(article.doc_id, "contact", "https://harbourpost.example/contact", "link", "Contact us")


def line_keys_of(article: Article) -> LineKeys:
    return keys_of(article.doc_id, article.text + cut_of(article).text, [cut_of(article)])


def rejected(number: int, reason: str = "empty") -> tuple[RawDocument, Rejection]:
    raw = make_raw(content=b"%d" % number, doc_id=document_id(b"raw %d" % number))
    return raw, Rejection(raw.doc_id, "extract", reason, "0 characters of text")


def copy_of(article: Article, number: int = 1) -> Duplicate:
    doc_id = document_id(b"copy", article.doc_id, str(number))
    return Duplicate(doc_id, article.doc_id, article.text_sha256, None, None, "A copy", None, "inbox/copy.txt", number)


def repeat_of(doc_id: str) -> Duplicate:
    return Duplicate(doc_id, doc_id, None, None, None, "Again", None, "inbox/again.txt", None)


def make_load(articles: Sequence[Article] = (), number: int = 1, **changes: Any) -> BatchLoad:
    """A batch with a cut and a line of provenance for each article; ``read`` counts what is in it."""
    others = [changes.get(name, ()) for name in ("quarantined", "duplicates")]
    values: dict[str, Any] = {
        "run_id": RUN,
        "batch_number": number,
        "read": len(articles) + sum(map(len, others)) + changes.get("unchanged", 0),
        "unchanged": 0,
        "articles": to_table(articles, Article),
        "cuts": to_table([cut_of(article) for article in articles], StrippedLine),
        "provenance": to_table([provenance_of(article) for article in articles], Provenance),
        "line_keys": to_table([line_keys_of(article) for article in articles], LineKeys),
        "disclosures": to_table([disclosure_of(article) for article in articles], Disclosure),
        "quarantined": [],
        "duplicates": [],
        "facts": FACTS,
        "results": [RESULT],
    }
    return BatchLoad(**(values | changes))


def begin(warehouse: Warehouse, run_id: str = RUN) -> None:
    warehouse.begin_run(run_id, ["inbox"], "r1", NOW)


def load(warehouse: Warehouse, articles: Sequence[Article] = (), number: int = 1, **changes: Any) -> Ledger:
    return warehouse.load_batch(make_load(articles, number, **changes), later(number))


def rows(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    """The answer of a warehouse that is open for writing, which offers no SQL to its users."""
    return warehouse._connection.rows(sql)


def contents(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    tables = [name for (name,) in rows(warehouse, "SELECT table_name FROM duckdb_tables() WHERE NOT temporary")]
    return {name: rows(warehouse, f"SELECT * FROM {name} ORDER BY ALL") for name in tables}


def ledger_problems(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return rows(warehouse, "FROM ledger_check")
