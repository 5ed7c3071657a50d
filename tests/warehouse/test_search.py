"""Full-text search over the published articles: what is found, in which order, and with which passage."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.loads import load, numbered
from transforms.text.search import search_words
from warehouse import PublishedWarehouse, Warehouse
from warehouse.search import FoundArticle, SearchFilter, search

FILLER = " ".join(["Nothing else of note was said at the meeting of the harbour board."] * 10)
ARTICLES = [
    numbered(1, title="Ferry strikes pier", text=f"The boat struck the pier at noon. {FILLER}", word_count=127),
    numbered(2, title="Board meets", text=f"{FILLER} A ferry was mentioned once. {FILLER}", word_count=245),
    numbered(3, title="Ferries", text=f"Ferry, ferry, ferry: a pier too. {FILLER}", word_count=126),
    numbered(4, title=None, text=f"No boat at all. {FILLER}", word_count=124, published_on=dt.date(2020, 1, 1)),
    numbered(5, title="Київ", text=f"У Києві відкрили пором. {FILLER}", word_count=124, language="uk"),
    numbered(6, title="Elsewhere", text=f"A ferry of another town. {FILLER}", word_count=125, domain="other.example"),
]


@pytest.fixture
def published(warehouse: Warehouse, tmp_path: Path) -> Iterator[PublishedWarehouse]:
    load(warehouse, ARTICLES)
    warehouse.publish(tmp_path / "published.duckdb")
    with Warehouse.open_published(tmp_path / "published.duckdb") as reader:
        yield reader


def found(published: PublishedWarehouse, *words: str, limit: int = 10, **wanted: object) -> list[FoundArticle]:
    answer = search(published, search_words(words), SearchFilter(**wanted), limit)  # type: ignore[arg-type]
    assert answer.total >= len(answer.articles)
    return list(answer.articles)


def urls(articles: list[FoundArticle]) -> list[int]:
    return [int((article.url or "").rpartition("/")[2]) for article in articles]


def test_the_headline_and_many_times_come_first(published: PublishedWarehouse) -> None:
    articles = found(published, "ferry")
    assert sorted(urls(articles)[:2]) == [1, 3]
    assert urls(articles)[-1] == 2
    assert [article.score for article in articles] == sorted((article.score for article in articles), reverse=True)


def test_every_word_has_to_be_there(published: PublishedWarehouse) -> None:
    assert sorted(urls(found(published, "ferry", "pier"))) == [1, 3]
    assert found(published, "ferry", "пором") == []


def test_a_phrase_and_the_beginning_of_a_word(published: PublishedWarehouse) -> None:
    assert urls(found(published, "another town")) == [6]
    assert sorted(urls(found(published, "ferr*"))) == [1, 2, 3, 6]


def test_other_scripts_are_found(published: PublishedWarehouse) -> None:
    assert urls(found(published, "київ")) == urls(found(published, "ПОРОМ")) == [5]


def test_conditions_leave_articles_out(published: PublishedWarehouse) -> None:
    assert urls(found(published, "ferry", source="other.example")) == [6]
    assert urls(found(published, "harbour", language="uk")) == [5]
    assert 4 in urls(found(published, "harbour"))
    assert 4 not in urls(found(published, "harbour", since=dt.date(2021, 1, 1)))


def test_the_passage_is_where_the_rarest_word_stands(published: PublishedWarehouse) -> None:
    [last] = [article for article in found(published, "harbour", "ferry") if article.url and article.url.endswith("/2")]
    assert "A ferry was mentioned" in last.passage
    assert len(last.passage) <= 220


def test_a_word_of_the_headline_alone_shows_the_opening(published: PublishedWarehouse) -> None:
    [article] = found(published, "elsewhere")
    assert article.passage.startswith("A ferry of another town.")


def test_the_limit_bounds_what_is_shown_not_what_is_counted(published: PublishedWarehouse) -> None:
    answer = search(published, search_words(["ferry"]), SearchFilter(), 1)
    assert (answer.total, len(answer.articles)) == (4, 1)


def test_nothing_is_found_in_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.publish(tmp_path / "empty.duckdb")
    with Warehouse.open_published(tmp_path / "empty.duckdb") as reader:
        assert search(reader, search_words(["ferry"]), SearchFilter(), 5).total == 0


def test_words_are_no_patterns_and_no_sql(published: PublishedWarehouse) -> None:
    assert found(published, "f.rry") == []
    assert found(published, "x' OR 1=1 --") == []
