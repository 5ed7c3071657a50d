"""Loading: what goes in comes out, once, in one piece, and accounted for."""

import dataclasses
import datetime as dt
from contextlib import suppress
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import make_article
from tests.warehouse.loads import (
    FACTS,
    NOW,
    RESULT,
    RUN,
    begin,
    contents,
    copy_of,
    cut_of,
    later,
    ledger_problems,
    load,
    make_load,
    numbered,
    provenance_of,
    rejected,
    repeat_of,
    rows,
)
from transforms.records import Article, Ledger, StrippedLine, to_table
from warehouse import UnbalancedLedger, Warehouse, WarehouseError
from warehouse.connection import Connection, parameters_of
from warehouse.named import statement
from warehouse.rows import from_table

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MOMENTS = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC))
ANY_ARTICLE = st.builds(
    Article,
    authors=st.lists(TEXTS, max_size=3).map(tuple),
    repairs=st.lists(TEXTS, max_size=3).map(tuple),
    published_on=st.none() | st.dates(),
    modified_on=st.none() | st.dates(),
    published_at=st.none() | MOMENTS,
    modified_at=st.none() | MOMENTS,
    link_urls=st.lists(TEXTS, max_size=3).map(tuple),
    fetched_at=st.none() | MOMENTS,
    language_confidence=st.none() | st.floats(allow_nan=False),
    **{name: st.integers(0, 2**62) for name in ("word_count", "sentence_count", "origin_row")},
    **{name: st.integers(0, 2**62) for name in ("stripped_line_count", "stripped_char_count")},
    **{field.name: TEXTS for field in dataclasses.fields(Article) if field.type == "str"},
    **{field.name: st.none() | TEXTS for field in dataclasses.fields(Article) if field.type == "str | None"},
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles=st.lists(ANY_ARTICLE, min_size=1, max_size=3))
def test_articles_come_back_as_they_were(warehouse: Warehouse, articles: list[Article]) -> None:
    marked = [dataclasses.replace(each, article_id=str(n), doc_id=str(n)) for n, each in enumerate(articles)]
    with warehouse._connection.transaction(), warehouse._connection.incoming(given_rows=to_table(marked, Article)):
        warehouse._connection.execute(
            "INSERT INTO articles BY NAME "
            "SELECT *, 1 AS revision, 'r' AS run_id, 1 AS batch_number, now() AS loaded_at FROM given_rows"
        )
    stored = from_table(warehouse._connection.table("SELECT * FROM articles ORDER BY length(doc_id), doc_id"), Article)
    warehouse._connection.execute("DELETE FROM articles")
    assert stored == marked


def test_a_batch_goes_to_its_tables_and_balances(warehouse: Warehouse) -> None:
    first, second = numbered(1), numbered(2)
    ledger = load(
        warehouse, [first, second], quarantined=[rejected(1)], duplicates=[copy_of(first)], unchanged=3, read=7
    )
    assert ledger == Ledger(read=7, loaded=2, quarantined=1, duplicates=1, unchanged=3)
    outcomes = rows(warehouse, "SELECT outcome, count(*) FROM documents GROUP BY outcome ORDER BY outcome")
    assert outcomes == [("duplicate", 1), ("loaded", 2), ("quarantined", 1)]
    stored = warehouse.article(first.doc_id)
    assert stored
    assert (stored.article, stored.revision, stored.loaded_at, stored.superseded_by) == (first, 1, later(1), None)
    assert (stored.cuts, stored.provenance) == ((cut_of(first),), (provenance_of(first),))
    assert rows(warehouse, "SELECT expectation, run_id, batch_number, checked_at FROM contract_results") == [
        (RESULT.expectation, RUN, 1, later(1))
    ]
    facts = ", ".join(field.name for field in dataclasses.fields(FACTS))
    assert rows(warehouse, f"SELECT state, languages, {facts} FROM batches") == [
        ("loaded", {"en": 2}, *dataclasses.astuple(FACTS))
    ]
    assert not ledger_problems(warehouse)


def test_an_empty_batch_balances(warehouse: Warehouse) -> None:
    assert load(warehouse, unchanged=4) == Ledger(read=4, unchanged=4)
    assert rows(warehouse, "SELECT languages FROM batches") == [({},)]


def test_the_same_batch_again_changes_nothing(warehouse: Warehouse) -> None:
    article = numbered(1)
    parts: dict[str, Any] = {"quarantined": [rejected(1)], "duplicates": [copy_of(article), repeat_of(article.doc_id)]}
    first = load(warehouse, [article], **parts)
    before = contents(warehouse)
    assert load(warehouse, [article], **parts) == first
    assert contents(warehouse) == before


def test_the_same_documents_in_another_run_are_unchanged(warehouse: Warehouse) -> None:
    parts: dict[str, Any] = {"quarantined": [rejected(1)], "duplicates": [copy_of(numbered(1))]}
    load(warehouse, [numbered(1)], **parts)
    warehouse.finish_run(RUN, "finished", None, 10, later(2))
    before = contents(warehouse)
    begin(warehouse, "another")
    assert load(warehouse, [numbered(1)], run_id="another", **parts) == Ledger(read=3, unchanged=3)
    after = contents(warehouse)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"runs", "batches", "contract_results"}


def test_a_document_twice_in_a_batch_is_loaded_once_with_its_cuts(warehouse: Warehouse) -> None:
    assert load(warehouse, [numbered(1), numbered(1)]) == Ledger(read=2, loaded=1, unchanged=1)
    assert rows(warehouse, "SELECT count(*) FROM stripped_lines") == [(1,)]
    assert not ledger_problems(warehouse)


def test_a_document_that_came_twice_in_a_run_is_a_duplicate_of_itself(warehouse: Warehouse) -> None:
    article, (raw, rejection) = numbered(1), rejected(1)
    load(warehouse, [article], duplicates=[repeat_of(article.doc_id)], quarantined=[(raw, rejection)])
    assert load(warehouse, [], 2, duplicates=[repeat_of(raw.doc_id)]) == Ledger(read=1, duplicates=1)
    assert rows(warehouse, "SELECT count(*) FROM documents") == [(2,)]
    assert not ledger_problems(warehouse)
    assert not rows(warehouse, "SELECT doc_id FROM orphaned_duplicates"), "it is in quarantine, and nothing is lost"


def test_a_repeated_document_may_have_a_name_that_is_no_unicode(warehouse: Warehouse) -> None:
    odd = dataclasses.replace(repeat_of(numbered(1).doc_id), origin="caf\udce9.txt", title="\ud83d")
    load(warehouse, [numbered(1)], duplicates=[odd])
    assert rows(warehouse, "SELECT origin, title FROM duplicates") == [("caf\\udce9.txt", "\\ud83d")]


def test_cuts_of_documents_that_are_not_loaded_stay_out(warehouse: Warehouse) -> None:
    cuts = to_table([cut_of(numbered(1)), cut_of(numbered(2))], StrippedLine)
    load(warehouse, [numbered(1)], cuts=cuts)
    assert rows(warehouse, "SELECT doc_id FROM stripped_lines") == [(numbered(1).doc_id,)]


@pytest.mark.parametrize("read", [0, 2])
def test_a_batch_that_does_not_balance_is_not_loaded(warehouse: Warehouse, read: int) -> None:
    before = contents(warehouse)
    with pytest.raises(UnbalancedLedger, match="batch 1 of run"):
        load(warehouse, [numbered(1)], read=read)
    assert contents(warehouse) == before
    assert load(warehouse, [numbered(1)]).balanced


def test_a_batch_of_a_run_that_is_not_running_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="'never begun' is not begun"):
        load(warehouse, [numbered(1)], run_id="never begun")
    warehouse.finish_run(RUN, "finished", None, 0, later(1))
    with pytest.raises(WarehouseError, match="is finished"):
        load(warehouse, [numbered(1)])


def test_a_load_that_fails_anywhere_leaves_everything_as_it_was(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(warehouse, [numbered(1)], quarantined=[rejected(1)])
    before = contents(warehouse)
    changed = numbered(1, doc_id="new", title="New")
    batch = make_load([changed, numbered(2)], 2, quarantined=[rejected(1), rejected(2)], retried=True)
    execute = Connection.execute
    steps: list[str] = []
    fault_at = 0

    def failing(self: Connection, sql: str, parameters: Any = None) -> int:
        steps.append(sql)
        if len(steps) == fault_at:
            raise OSError("the power is gone")
        return execute(self, sql, parameters)

    monkeypatch.setattr(Connection, "execute", failing)
    while not fault_at or steps[-1] != "COMMIT" or len(steps) == fault_at:
        fault_at += 1
        steps.clear()
        with suppress(OSError):
            warehouse.load_batch(batch, NOW)
        assert (contents(warehouse) == before) == (len(steps) == fault_at), steps[-1]
    assert fault_at > 15
    assert not ledger_problems(warehouse)


def test_the_first_error_of_a_load_is_told_and_the_next_load_works(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> str:
        return "SELECT error('first trouble')" if name == "load/provenance" else statement(name)

    with monkeypatch.context() as patched, pytest.raises(duckdb.Error, match="first trouble"):
        patched.setattr("warehouse.load.statement", broken)
        load(warehouse, [numbered(1)])
    assert load(warehouse, [numbered(1)]).loaded == 1


def test_a_new_version_becomes_current_and_the_old_one_is_kept_whole(warehouse: Warehouse) -> None:
    old, new = numbered(1), numbered(1, title="Ferry timetable: corrected")
    load(warehouse, [old, numbered(2)])
    assert load(warehouse, [new], 2) == Ledger(read=1, loaded=1)
    assert rows(warehouse, "SELECT doc_id, revision, batch_number FROM articles ORDER BY revision DESC") == [
        (new.doc_id, 2, 2),
        (numbered(2).doc_id, 1, 1),
    ]
    superseded = rows(warehouse, "SELECT doc_id, revision, superseded_at, superseded_by FROM article_revisions")
    assert superseded == [(old.doc_id, 1, later(2), new.doc_id)]
    stored = warehouse.article(old.doc_id)
    assert stored
    assert (stored.article, stored.cuts, stored.provenance) == (old, (cut_of(old),), (provenance_of(old),))
    assert stored.superseded_by == new.doc_id
    assert not ledger_problems(warehouse)


def test_of_two_versions_in_one_batch_the_later_one_is_current(warehouse: Warehouse) -> None:
    versions = [numbered(1, title=title) for title in ("one", "two", "three")]
    load(warehouse, versions[:1])
    assert load(warehouse, versions[1:], 2) == Ledger(read=2, loaded=2)
    assert rows(warehouse, "SELECT title, revision FROM articles") == [("three", 3)]
    chain = rows(warehouse, "SELECT doc_id, revision, superseded_by FROM article_revisions ORDER BY revision")
    assert chain == [
        (versions[0].doc_id, 1, versions[1].doc_id),
        (versions[1].doc_id, 2, versions[2].doc_id),
    ]
    assert not ledger_problems(warehouse)


def test_a_duplicate_never_touches_articles(warehouse: Warehouse) -> None:
    load(warehouse, [numbered(1)])
    before = rows(warehouse, "FROM articles")
    load(warehouse, [], 2, duplicates=[copy_of(numbered(1))])
    assert rows(warehouse, "FROM articles") == before


def test_usual_languages_are_those_of_the_last_loaded_batches(warehouse: Warehouse) -> None:
    assert warehouse.usual_languages() == {}
    load(warehouse, [numbered(1, language="de"), numbered(2, language="de")], 1)
    load(warehouse, [numbered(3, language="fr"), numbered(4)], 2)
    load(warehouse, [], 3, unchanged=4)
    assert warehouse.usual_languages() == {"de": 2, "en": 1, "fr": 1}
    assert warehouse.usual_languages(last_batches=1) == {"en": 1, "fr": 1}


def test_usual_confidences_are_means_over_the_last_articles_of_a_source(warehouse: Warehouse) -> None:
    def page(number: int, domain: str, confidence: float | None) -> Article:
        return numbered(number, domain=domain, extraction_confidence=confidence)

    load(warehouse, [page(1, "a.example", 0.1), page(2, "b.example", 0.5), page(3, "a.example", None)], 1)
    load(warehouse, [page(4, "a.example", 0.9), page(5, "a.example", 0.7)], 2)
    asked = ["a.example", "b.example", "c.example"]
    assert warehouse.usual_confidences(asked, at_least=2, last_articles=2) == {"a.example": pytest.approx(0.8)}
    assert warehouse.usual_confidences(asked, at_least=1, last_articles=9) == {
        "a.example": pytest.approx(1.7 / 3),
        "b.example": 0.5,
    }
    assert warehouse.usual_confidences(["b.example"], at_least=2) == {}


def test_settled_and_known_texts_name_what_is_there(warehouse: Warehouse) -> None:
    article = make_article()
    load(warehouse, [article], quarantined=[rejected(1)])
    refused = rejected(1)[0].doc_id
    assert warehouse.settled([article.doc_id, refused, "unknown"]) == {article.doc_id: RUN, refused: RUN}
    known = warehouse.known_texts([article.text_sha256, "unknown"])
    assert list(known) == [article.text_sha256]
    found = known[article.text_sha256]
    assert (found.doc_id, found.article_id, found.title) == (article.doc_id, article.article_id, article.title)
    assert warehouse.settled([]) == {}
    assert warehouse.known_texts([]) == {}


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT $run_id", {"run_id"}),
        ("SELECT $run, $run_id, $run", {"run", "run_id"}),
        ("SELECT '$text', $run_id -- not $comment", {"run_id"}),
        ("SELECT 1", set()),
    ],
)
def test_a_statement_gets_its_own_parameters_only(sql: str, names: set[str]) -> None:
    assert parameters_of(sql) == names
