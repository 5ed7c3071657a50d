"""Reading: articles by the beginning of an id, and anybody's SQL kept inside the database."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.conftest import Publish
from tests.warehouse.loads import load, numbered
from warehouse import AmbiguousId, PublishedWarehouse, QueryError, Warehouse


@pytest.fixture(scope="module")
def made(publish: Publish) -> Path:
    return publish(fill)


@pytest.fixture
def published(made: Path) -> Iterator[PublishedWarehouse]:
    with Warehouse.open_published(made) as reader:
        yield reader


def fill(warehouse: Warehouse) -> None:
    """Load two articles, one of them twice."""
    articles = [numbered(1, article_id="aa01", doc_id="bb01"), numbered(2, article_id="aa02", doc_id="bb0199")]
    load(warehouse, articles)
    load(warehouse, [numbered(1, article_id="aa01", doc_id="cc01", title="Changed")], 2)


@pytest.mark.parametrize(
    ("start", "doc_id"),
    [("cc", "cc01"), ("aa01", "cc01"), ("bb01", "bb01"), ("bb0199", "bb0199"), ("aa02", "bb0199"), ("bb019", "bb0199")],
)
def test_an_article_is_found_by_the_beginning_of_an_id(published: PublishedWarehouse, start: str, doc_id: str) -> None:
    stored = published.article(start)
    assert stored
    assert stored.article.doc_id == doc_id
    assert stored.superseded_by == ("cc01" if doc_id == "bb01" else None)


@pytest.mark.parametrize("start", ["zz", "", "%", "aa01x"])
def test_an_id_that_is_not_there_finds_nothing(published: PublishedWarehouse, start: str) -> None:
    assert published.article(start) is None


def test_a_beginning_of_several_ids_is_ambiguous(published: PublishedWarehouse) -> None:
    with pytest.raises(AmbiguousId, match=r"'aa': bb0199, cc01 \.\.\. Give more"):
        published.article("aa")


def test_a_query_is_answered_as_a_table(published: PublishedWarehouse) -> None:
    answer = published.query("SELECT title, loaded_at FROM articles ORDER BY title LIMIT 1")
    assert answer.column_names == ["title", "loaded_at"]
    assert answer["loaded_at"][0].as_py().utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(("limit", "expected"), [(0, 0), (5, 5), (5000, 5000), (20_000, 10_000), (None, 10_000)])
def test_an_answer_has_no_more_rows_than_asked(published: PublishedWarehouse, limit: int | None, expected: int) -> None:
    assert published.query("FROM range(10000)", limit).num_rows == expected


def test_a_limit_stops_an_endless_answer(published: PublishedWarehouse) -> None:
    assert published.query("FROM range(1000000000000)", 10).num_rows == 10


@pytest.mark.parametrize(
    "sql", ["SHOW TABLES", "DESCRIBE articles", "SUMMARIZE runs", "EXPLAIN FROM articles", "SELECT 1; SELECT 2 AS two"]
)
def test_statements_about_the_database_are_answered(published: PublishedWarehouse, sql: str) -> None:
    assert published.query(sql).num_rows


def test_a_statement_without_an_answer_gives_an_empty_table(published: PublishedWarehouse) -> None:
    assert published.query("").num_columns == 0


@pytest.mark.parametrize(
    "sql",
    [
        "SELEC 1",
        "FROM no_such_table",
        "DELETE FROM articles",
        "DROP TABLE articles",
        "FROM read_text('/etc/hostname')",
        "COPY articles TO 'copy.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL fts",
        "SET memory_limit = '90GB'",
        "SET enable_external_access = true",
        "SELECT error('stop')",
        "SELECT text::INTEGER FROM articles",
        "FROM published",
    ],
)
def test_a_query_that_is_wrong_or_leaves_the_database_is_refused(published: PublishedWarehouse, sql: str) -> None:
    with pytest.raises(QueryError):
        published.query(sql)
    assert published.query("FROM articles").num_rows == 2
