"""What is measured of a batch before it is loaded."""

from __future__ import annotations

import pyarrow as pa

from flows.settle import ENOUGH_PAGES, Usual, batch_facts, mean_confidences
from tests.builders import make_article
from transforms.records import Article, to_table


def articles(*sources: tuple[str | None, float | None, int]) -> pa.Table:
    """So many articles of each source, with a confidence."""
    return to_table(
        [
            make_article(doc_id=f"{domain} {confidence} {n}", domain=domain, extraction_confidence=confidence)
            for domain, confidence, count in sources
            for n in range(count)
        ],
        Article,
    )


def drop_of(table: pa.Table, **usual: float) -> tuple[str | None, float | None]:
    facts = batch_facts(
        table, table.num_rows, 0, Usual({}, {f"{name}.example": value for name, value in usual.items()})
    )
    return facts.confidence_drop_source, facts.confidence_drop


def test_the_source_that_fell_furthest_is_named() -> None:
    table = articles(
        ("a.example", 0.9, ENOUGH_PAGES), ("b.example", 0.6, ENOUGH_PAGES), ("c.example", 0.2, ENOUGH_PAGES)
    )
    assert drop_of(table, a=0.95, b=0.9) == ("b.example", 0.3)
    assert drop_of(table, a=0.8, b=0.5) == ("a.example", -0.1)


def test_few_articles_unknown_sources_and_plain_texts_tell_nothing() -> None:
    few = articles(("a.example", 0.1, ENOUGH_PAGES - 1), (None, 0.1, ENOUGH_PAGES), ("b.example", None, ENOUGH_PAGES))
    assert mean_confidences(few) == {}
    assert drop_of(few, a=0.9, b=0.9) == (None, None)
    assert drop_of(articles(("a.example", 0.1, ENOUGH_PAGES))) == (None, None)
    assert drop_of(articles()) == (None, None)
