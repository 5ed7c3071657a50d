"""What cleaning leaves in the tables: recurring lines counted fairly, templates by version, articles replaced whole."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest

from tests.warehouse.loads import NOW, RUN, begin, contents, cut_of, later, load, numbered, provenance_of, rows
from transforms.junk.templates import Template, line_key, line_keys
from transforms.records import Article, LineKeys, Provenance, StrippedLine, to_table
from warehouse import CleanedBatch, RecleanSummary, RuleChange, Warehouse, WarehouseError, cleaning

BOX = "Harbour Post members read the tide tables first"
BOX_KEY = line_key(BOX) or 0
SUMMARY = RecleanSummary("c1", NOW, None, "running", "reclean", None, "r2", 0, 0, 0, 0, 0, 0)
LEADS = ("oak", "elm", "ash", "yew", "fir", "box", "lime", "plane")


def with_box(number: int, lead: str | None = None, **changes: Any) -> Article:
    """An article with a line that others have too, under a longer one of its own."""
    text = f"The council planted a row of {lead or LEADS[number]} trees along the whole length of the quay.\n{BOX}"
    return numbered(number, text=text, **changes)


def keys_of(article: Article, *cut: int) -> LineKeys:
    return LineKeys(article.doc_id, line_keys(article.text), cut)


def load_articles(warehouse: Warehouse, articles: Sequence[Article], number: int = 1, **changes: Any) -> None:
    load(warehouse, articles, number, line_keys=to_table([keys_of(one) for one in articles], LineKeys), **changes)


def recurring(warehouse: Warehouse, second_look: bool = False) -> list[tuple[str, int, int]]:
    return [(line.domain, line.key, line.documents) for line in warehouse.recurring_lines(second_look)]


def cleaned(article: Article, **changes: Any) -> CleanedBatch:
    values: dict[str, Any] = {
        "looked_at": (article.doc_id,),
        "articles": to_table([article], Article),
        "cuts": to_table([cut_of(article)], StrippedLine),
        "provenance": to_table([provenance_of(article)], Provenance),
        "line_keys": to_table([LineKeys(article.doc_id, (1, 2), (2,))], LineKeys),
        "refused": (),
        "lines_cut": 1,
        "lines_kept": 0,
        "changes": (RuleChange("en/x", "cut", 1, article.doc_id, "x"),),
    }
    return CleanedBatch(**(values | changes))


def test_a_line_of_four_articles_is_found_with_their_number(warehouse: Warehouse) -> None:
    load_articles(warehouse, [with_box(number) for number in range(4)])
    assert recurring(warehouse) == [("harbourpost.example", BOX_KEY, 4)]


def test_lines_are_counted_part_by_part_where_there_are_many(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_articles(warehouse, [with_box(number, url=f"https://harbourpost.example/{number}") for number in range(8)])
    whole = recurring(warehouse)
    monkeypatch.setattr(cleaning, "LINES_AT_ONCE", 2)
    assert recurring(warehouse) == recurring(warehouse, second_look=True) == whole != []
    assert list(cleaning._parts_of(5)) == [{"part": part, "parts": 4} for part in range(4)]


def test_three_articles_are_too_few(warehouse: Warehouse) -> None:
    load_articles(warehouse, [with_box(number) for number in range(3)])
    assert recurring(warehouse) == []


def test_articles_that_tell_one_story_count_once(warehouse: Warehouse) -> None:
    load_articles(warehouse, [with_box(number, "oak") for number in range(5)])
    assert recurring(warehouse) == []


def test_revisions_of_one_article_count_once(warehouse: Warehouse) -> None:
    url = "https://harbourpost.example/live"
    versions = [with_box(number, url=url, article_id="live") for number in range(5)]
    for number, version in enumerate(versions, start=1):
        load_articles(warehouse, [version], number)
    assert recurring(warehouse) == []


def test_sources_do_not_count_for_each_other(warehouse: Warehouse) -> None:
    load_articles(
        warehouse, [with_box(number, domain=("one.example", "two.example")[number % 2]) for number in range(6)]
    )
    assert recurring(warehouse) == []


def test_articles_without_a_source_teach_nothing(warehouse: Warehouse) -> None:
    load_articles(warehouse, [with_box(number, domain=None) for number in range(6)])
    assert recurring(warehouse) == []


def test_in_a_second_look_only_lines_of_articles_that_await_one_count_with_all_articles(warehouse: Warehouse) -> None:
    load_articles(warehouse, [with_box(number) for number in range(4)])
    assert recurring(warehouse, second_look=True) == [("harbourpost.example", BOX_KEY, 4)]
    warehouse.end_second_look()
    warehouse.finish_run(RUN, "finished", None, 1, later(2))
    assert recurring(warehouse, second_look=True) == []
    begin(warehouse, "second")
    load_articles(warehouse, [with_box(4)], run_id="second")
    assert recurring(warehouse, second_look=True) == [("harbourpost.example", BOX_KEY, 5)]


def test_templates_are_learned_once_under_rising_versions(warehouse: Warehouse) -> None:
    load_articles(warehouse, [with_box(number) for number in range(4)])
    warehouse.add_templates([Template("harbourpost.example", BOX_KEY, 4, BOX)], NOW)
    warehouse.add_templates([Template("other.example", 7, 6, "Tide tables")], NOW)
    assert recurring(warehouse) == []
    assert rows(warehouse, "SELECT domain, version FROM templates ORDER BY ALL") == [
        ("harbourpost.example", 1),
        ("other.example", 2),
    ]
    assert warehouse.templates("other.example") == [Template("other.example", 7, 6, "Tide tables")]
    with pytest.raises(duckdb.ConstraintException):
        warehouse.add_templates([Template("other.example", 7, 6, "Tide tables")], NOW)


def test_stale_are_articles_of_other_rules_or_templates(warehouse: Warehouse) -> None:
    articles = [with_box(number) for number in range(2)]
    load_articles(warehouse, articles)
    assert warehouse.stale("r1") == []
    assert warehouse.stale("r2") == warehouse.stale("r1", everything=True) == sorted(one.doc_id for one in articles)
    assert warehouse.stale("r2", domain="other.example") == []
    warehouse.add_templates([Template("harbourpost.example", BOX_KEY, 4, BOX)], NOW)
    assert len(warehouse.stale("r1")) == 2
    assert len(warehouse.stale("r1", second_look=True)) == 2
    warehouse.end_second_look()
    assert warehouse.stale("r1", second_look=True) == []


def test_a_second_look_is_about_templates_not_about_rules(warehouse: Warehouse) -> None:
    load_articles(warehouse, [with_box(number) for number in range(2)])
    assert warehouse.stale("r2", second_look=True) == []


def test_articles_that_new_templates_cannot_change_are_passed_by(warehouse: Warehouse) -> None:
    without, with_it, cut = numbered(1), with_box(2), with_box(3)
    keys = [
        LineKeys(without.doc_id, line_keys(without.text), ()),
        LineKeys(with_it.doc_id, line_keys(with_it.text), ()),
    ]
    keys.append(LineKeys(cut.doc_id, line_keys(cut.text), (BOX_KEY,)))
    load(warehouse, [without, with_it, cut], line_keys=to_table(keys, LineKeys))
    warehouse.add_templates([Template("harbourpost.example", BOX_KEY, 4, BOX)], NOW)
    warehouse.pass_by("r1", second_look=True)
    assert warehouse.stale("r1") == [with_it.doc_id]


def test_a_cleaned_article_takes_its_own_place(warehouse: Warehouse) -> None:
    article, other = numbered(1), numbered(2)
    load(warehouse, [article, other])
    before = contents(warehouse)
    changed = dataclasses.replace(article, text="Ferry number 1 keeps to its timetable.")
    warehouse.begin_reclean(SUMMARY)
    warehouse.load_cleaned(SUMMARY, cleaned(changed), later(5))
    after = contents(warehouse)
    assert {name for name in before if before[name] != after[name]} == {
        *("articles", "cleanings", "line_keys", "recleans", "reclean_changes", "stripped_lines")
    }
    facts = "SELECT text, revision, run_id, batch_number, loaded_at FROM articles ORDER BY url"
    assert rows(warehouse, facts)[0] == (changed.text, 1, RUN, 1, later(1))
    assert rows(warehouse, "SELECT keys, cut_keys FROM line_keys WHERE len(cut_keys) = 1 AND keys = [1, 2]")
    assert warehouse.stale("r2") == [other.doc_id]
    [stored] = warehouse.stored_documents([article.doc_id])
    assert stored.article == changed
    assert stored.cuts == (cut_of(changed),)
    assert stored.has_keys


def test_a_refused_article_stays_stale(warehouse: Warehouse) -> None:
    article = numbered(1)
    load(warehouse, [article])
    nothing = {"articles": to_table([], Article), "cuts": to_table([], StrippedLine), "changes": (), "lines_cut": 0}
    batch = cleaned(article, refused=(article.doc_id,), line_keys=to_table([], LineKeys), **nothing)
    warehouse.begin_reclean(SUMMARY)
    warehouse.load_cleaned(SUMMARY, batch, later(5))
    finished = warehouse.finish_reclean("c1", later(6))
    assert (finished.looked_at, finished.changed, finished.unchanged, finished.refused) == (1, 0, 0, 1)
    assert warehouse.stale("r2") == [article.doc_id]
    assert warehouse.stored_documents([article.doc_id])[0].article == article


def test_changes_are_added_up_over_transactions(warehouse: Warehouse) -> None:
    load(warehouse, [numbered(1), numbered(2)])
    warehouse.begin_reclean(SUMMARY)
    for number in (1, 2):
        warehouse.load_cleaned(SUMMARY, cleaned(numbered(number)), later(5))
    [change] = warehouse.reclean_changes("c1")
    assert (change.rule_id, change.lines) == ("en/x", 2)
    assert warehouse.finish_reclean("c1", later(6)).lines_cut == 2


def test_one_that_was_killed_is_found_interrupted_and_cannot_go_on(warehouse: Warehouse) -> None:
    article = numbered(1)
    load(warehouse, [article])
    warehouse.begin_reclean(SUMMARY)
    warehouse.begin_reclean(dataclasses.replace(SUMMARY, reclean_id="c2", started_at=later(1)))
    assert [one.state for one in warehouse.recleans()] == ["running", "interrupted"]
    before = contents(warehouse)
    with pytest.raises(WarehouseError, match="not running"):
        warehouse.load_cleaned(SUMMARY, cleaned(article), later(5))
    assert contents(warehouse) == before


def test_books_that_do_not_balance_are_refused(warehouse: Warehouse) -> None:
    warehouse.begin_reclean(SUMMARY)
    with pytest.raises(duckdb.ConstraintException):
        rows(warehouse, "UPDATE recleans SET looked_at = 3")
