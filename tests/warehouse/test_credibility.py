"""Ratings, signals and scores in the warehouse: replaced as a whole, marked for scoring, explained by views."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from tests.credibility import SOURCE, make_facts, make_model, make_rating, tones
from tests.warehouse.loads import later, load, numbered, rows
from transforms.credibility.signals import count_signals
from transforms.records import Article, Rating, ScoreOverride
from transforms.score import score_source
from warehouse import Warehouse
from warehouse.credibility import CredibilityStore, RatingImport

TEXT = "The council approved the outrageous plan on Monday! " * 10


def store_of(warehouse: Warehouse) -> CredibilityStore:
    return CredibilityStore(warehouse)


def rate(warehouse: Warehouse, *ratings: Rating, name: str = "desk", minute: int = 1) -> None:
    incoming = RatingImport(name, "own", "desk.csv", "00", ratings, 2)
    store_of(warehouse).load_ratings(incoming, later(minute))


def measure(warehouse: Warehouse, articles: Sequence[Article], copied_from: str | None = None, minute: int = 1) -> None:
    counted = [
        count_signals(one.doc_id, SOURCE, copied_from, one.language, one.title, one.text, tones()) for one in articles
    ]
    store_of(warehouse).load_signals(counted, later(minute))


def score(warehouse: Warehouse, minute: int = 2, **facts: Any) -> None:
    store = store_of(warehouse)
    scored = score_source(make_facts(**facts), store.ratings_of([SOURCE]), make_model())
    store.load_scores([SOURCE], [scored.score], scored.evidence, later(minute))


def override(warehouse: Warehouse, action: Any, quality: float | None = None, on: int = 31) -> None:
    entry = ScoreOverride(SOURCE, dt.date(2024, 5, on), action, quality, "Looked at by the desk.", None)
    store_of(warehouse).load_overrides([entry], later(3))


def test_a_set_replaces_the_set_of_its_name_and_no_other(warehouse: Warehouse) -> None:
    rate(warehouse, make_rating(), make_rating(source="gone.example"))
    rate(warehouse, make_rating(rating_set="panel"), name="panel")
    changed = make_rating(quality_mean=0.2)
    rate(warehouse, changed, minute=2)
    store = store_of(warehouse)
    assert store.ratings_in("desk") == [changed]
    assert [(row.rating_set, row.ratings, row.refused) for row in store.rating_sets()] == [
        ("desk", 1, 2),
        ("panel", 1, 2),
    ]
    assert rows(warehouse, "SELECT count(*) FROM rating_imports") == [(3,)]
    assert store.sources_to_score("test") == ["gone.example", SOURCE]


def test_a_rating_comes_back_as_it_was(warehouse: Warehouse) -> None:
    rating = make_rating(covers=("mbfc",), rated_on=dt.date(2024, 5, 1), licence="CC BY 4.0", link="https://x.example")
    satire = make_rating(family="b", quality_mean=None, quality_spread=None, unscored_reason="satire")
    rate(warehouse, rating, satire)
    assert store_of(warehouse).ratings_of([SOURCE]) == [satire, rating]


def test_articles_are_measured_once_for_each_version_of_the_lists(warehouse: Warehouse) -> None:
    articles = [numbered(1), numbered(2), numbered(3, domain=None), numbered(4, is_article=False)]
    load(warehouse, articles)
    store = store_of(warehouse)
    assert {one.doc_id for one in store.unmeasured(tones().version, 10)} == {one.doc_id for one in articles[:2]}
    measure(warehouse, articles[:2])
    assert store.unmeasured(tones().version, 10) == []
    assert len(store.unmeasured("newer lists", 10)) == 2
    measure(warehouse, articles[:2], minute=2)
    assert rows(warehouse, "SELECT count(*) FROM article_signals") == [(2,)]


def test_an_article_that_is_cleaned_anew_is_measured_anew(warehouse: Warehouse) -> None:
    """Its document stays the same, its text does not."""
    article = numbered(1)
    load(warehouse, [article])
    measure(warehouse, [article], minute=2)
    warehouse._connection.execute("UPDATE cleanings SET cleaned_at = $at", {"at": later(3)})
    store = store_of(warehouse)
    assert len(store.unmeasured(tones().version, 10)) == 1
    measure(warehouse, [article], minute=4)
    assert store.unmeasured(tones().version, 10) == []


def test_a_clock_that_was_set_back_does_not_make_articles_look_unmeasured(warehouse: Warehouse) -> None:
    load(warehouse, [numbered(1)], 5)
    measure(warehouse, [numbered(1)], minute=2)
    assert store_of(warehouse).unmeasured(tones().version, 10) == []


def test_a_source_whose_articles_are_gone_is_scored_anew(warehouse: Warehouse) -> None:
    score(warehouse)
    assert store_of(warehouse).sources_to_score("test") == [SOURCE]


def test_rates_are_of_own_current_articles_long_enough(warehouse: Warehouse) -> None:
    own, copy, short = numbered(1, text=TEXT), numbered(2, text=TEXT + "x"), numbered(3)
    revised = numbered(1, text=TEXT + "y")
    load(warehouse, [own, copy, short])
    measure(warehouse, [own, short])
    measure(warehouse, [copy], copied_from="Reuters")
    load(warehouse, [revised], 2)
    measure(warehouse, [revised])
    [facts] = store_of(warehouse).source_facts([SOURCE])
    assert (facts.own_articles, facts.copied_articles, facts.known_articles) == (2, 1, 1)
    assert facts.loaded_words == pytest.approx((1000 * 10 / 81) ** 0.5)
    assert facts.heated_headlines == 0.0


def test_what_another_source_ran_first_is_a_copy_and_its_source_is_scored_anew(warehouse: Warehouse) -> None:
    first, second = numbered(1, text=TEXT, domain="pier.example"), numbered(2, text=TEXT + "x")
    load(warehouse, [first, second])
    counted = [
        count_signals(one.doc_id, one.domain or "", None, "en", one.title, one.text, tones()) for one in (first, second)
    ]
    store = store_of(warehouse)
    store.load_signals(counted, later(1))
    score(warehouse, own_articles=1, copied_articles=0, known_articles=1)
    assert store.sources_to_score("test") == ["pier.example"]
    for place, article in enumerate((first, second), start=1):
        values = f"('{article.article_id}', 'g', {place}, 'habit', false)"
        warehouse._connection.execute(f"INSERT INTO near_duplicate_groups VALUES {values}")
    assert rows(warehouse, "FROM copied_articles") == [(second.doc_id, "pier.example")]
    assert store.sources_to_score("test") == [SOURCE, "pier.example"]
    [facts] = store.source_facts([SOURCE])
    assert (facts.own_articles, facts.copied_articles) == (0, 1)


def test_a_date_alone_takes_nobodys_article(warehouse: Warehouse) -> None:
    """Else who dates a stolen text a day earlier would make its author the thief."""
    thief, author = numbered(1, text=TEXT, domain="pier.example"), numbered(2, text=TEXT + "x")
    load(warehouse, [thief, author])
    store = store_of(warehouse)
    store.load_signals(
        [
            count_signals(one.doc_id, one.domain or "", None, "en", one.title, one.text, tones())
            for one in (thief, author)
        ],
        later(1),
    )
    for place, article in enumerate((thief, author), start=1):
        values = f"('{article.article_id}', 'g', {place}, 'published', true)"
        warehouse._connection.execute(f"INSERT INTO near_duplicate_groups VALUES {values}")
    assert rows(warehouse, "FROM copied_articles") == []
    assert rows(warehouse, "FROM doubtful_copies") == [(author.doc_id, SOURCE, "pier.example", "date")]
    [facts] = store.source_facts([SOURCE])
    assert (facts.own_articles, facts.copied_articles) == (1, 0)


@pytest.mark.parametrize(("credited", "copies"), [(3, 3), (4, 0)])
def test_a_credit_is_believed_for_half_of_a_sources_articles(credited: int, copies: int, warehouse: Warehouse) -> None:
    """Anybody can write (AP) over a text: who writes it over most of them is judged by these texts."""
    articles = [numbered(number, text=f"{TEXT}{number}") for number in range(1, 7)]
    load(warehouse, articles)
    measure(warehouse, articles[:credited], copied_from="Associated Press")
    measure(warehouse, articles[credited:])
    assert len(rows(warehouse, "FROM copied_articles")) == copies
    assert len(rows(warehouse, "FROM doubtful_copies")) == credited - copies
    if not copies:
        group = [articles[0], numbered(9, text=f"{TEXT}1x", domain="pier.example")]
        load(warehouse, group[1:], 2)
        store_of(warehouse).load_signals(
            [count_signals(group[1].doc_id, "pier.example", None, "en", None, group[1].text, tones())], later(1)
        )
        for place, one in enumerate(group, start=1):
            values = f"('{one.article_id}', 'g', {place}, 'published', true)"
            warehouse._connection.execute(f"INSERT INTO near_duplicate_groups VALUES {values}")
        assert rows(warehouse, "FROM copied_articles") == [(articles[0].doc_id, "Associated Press")]


def test_a_source_without_articles_has_facts_too(warehouse: Warehouse) -> None:
    [facts] = store_of(warehouse).source_facts(["nobody.example"])
    assert (facts.own_articles, facts.known_articles, facts.loaded_words) == (0, 0, None)


def test_a_scored_source_is_off_the_list_until_something_changes(warehouse: Warehouse) -> None:
    rate(warehouse, make_rating())
    store = store_of(warehouse)
    score(warehouse, own_articles=0, copied_articles=0, known_articles=0)
    assert store.sources_to_score("test") == []
    assert store.sources_to_score("another model") == [SOURCE]
    load(warehouse, [numbered(1)])
    measure(warehouse, [numbered(1)])
    assert store.sources_to_score("test") == [SOURCE]


def test_scores_are_a_history_and_the_last_one_is_in_force(warehouse: Warehouse) -> None:
    score(warehouse, 2, own_articles=30, known_articles=30)
    score(warehouse, 5, own_articles=31, known_articles=31)
    store = store_of(warehouse)
    assert [one.own_articles for one in store.score_history(SOURCE)] == [30, 31]
    row = store.credibility_of(SOURCE)
    assert row is not None
    assert (row.own_articles, row.scored_at) == (31, later(5))
    [latest] = store.latest_scores([SOURCE])
    assert dataclasses.asdict(latest).items() <= dataclasses.asdict(row).items()
    assert {piece.kind for piece in store.evidence_of([SOURCE])} == {"prior", "signal"}


def test_a_load_that_fails_leaves_everything_as_it_was(warehouse: Warehouse) -> None:
    rate(warehouse, make_rating())
    warehouse._connection.execute("DROP TABLE rating_imports CASCADE")
    with pytest.raises(Exception, match="rating_imports"):
        rate(warehouse, make_rating(quality_mean=0.1))
    assert store_of(warehouse).ratings_in("desk") == [make_rating()]


@pytest.mark.parametrize(
    ("action", "quality", "status", "shown"),
    [("note", None, "style only", True), ("set", 0.4, "style only", True), ("withhold", None, "unscored", False)],
)
def test_a_correction_stands_beside_the_score(
    warehouse: Warehouse, action: str, quality: float | None, status: str, shown: bool
) -> None:
    score(warehouse)
    override(warehouse, action, quality)
    row = store_of(warehouse).credibility_of(SOURCE)
    assert row is not None
    assert (row.status, row.override, row.override_quality) == (status, action, quality)
    assert (row.quality is not None, row.override_reason) == (shown, "Looked at by the desk.")
    assert rows(warehouse, "SELECT status FROM source_scores") == [("style only",)]
    store_of(warehouse).load_overrides([], later(4))
    again = store_of(warehouse).credibility_of(SOURCE)
    assert again is not None
    assert again.override is None


def test_conflicts_are_between_families_not_within(warehouse: Warehouse) -> None:
    rate(
        warehouse,
        make_rating(quality_mean=0.9, raw_label="high"),
        make_rating(rating_set="copy", quality_mean=0.1),
        make_rating(source="b.example", quality_mean=0.9),
        make_rating(source="b.example", family="panel", quality_mean=0.3, raw_label="low"),
        make_rating(source="c.example", quality_mean=0.5),
        make_rating(source="c.example", family="panel", quality_mean=0.6),
    )
    [conflict] = store_of(warehouse).rating_conflicts(10)
    assert (conflict.source, conflict.lowest_family, conflict.lowest_label) == ("b.example", "panel", "low")
    assert conflict.difference == pytest.approx(0.6)


def test_an_article_has_facts_and_its_sources_score_but_no_number_of_its_own(warehouse: Warehouse) -> None:
    article = numbered(1, text=TEXT)
    load(warehouse, [article])
    measure(warehouse, [article])
    score(warehouse)
    described = warehouse._connection.table("FROM article_credibility")
    [row] = described.to_pylist()
    assert (row["doc_id"], row["has_byline"], row["loaded_words"], row["source_status"]) == (
        article.doc_id,
        True,
        10,
        "style only",
    )
    numbers = {name for name in described.column_names if "quality" in name or "score" in name}
    assert numbers == {"source_quality", "source_quality_low", "source_quality_high"}


def test_lists_and_examples_are_bounded_and_filtered(warehouse: Warehouse) -> None:
    articles = [numbered(number, text=f"{TEXT}{number}") for number in range(4)]
    load(warehouse, articles)
    measure(warehouse, articles)
    score(warehouse, own_articles=4, known_articles=4)
    store = store_of(warehouse)
    assert len(store.example_articles(SOURCE, 3)) == 3
    assert [row.status for row in store.credibility(min_articles=4)] == ["unknown"]
    assert store.credibility(min_articles=8) == []
    assert store.credibility(status="scored") == []
