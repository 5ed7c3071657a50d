"""The relate stage on a warehouse: what it writes, that it repeats safely, and that it follows revisions."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from flows import relate as stage
from flows.relate import RelateResult, relate_warehouse
from tests.warehouse.loads import contents, copy_of, load, numbered, rows
from transforms.records import Article
from transforms.text.shingles import signature
from warehouse import AmbiguousId, Warehouse
from warehouse.stories import ListedStory, StoryFilter, facts, reports, stories, story_of

DAY = dt.date(2024, 5, 3)
FERRY = (
    "The ferry Estrella ran aground on a reef off Salinas harbour on Friday with 212 passengers aboard. Coastguard "
    "boats brought everybody ashore before dark. Captain Inés Duarte said that a rudder had jammed, and that the "
    "crew kept calm. The reef lies three miles from the harbour mouth, and the port authority of Salinas has begun "
    "an inquiry."
)
AGAIN = (
    "Passengers of the Estrella were taken ashore by coastguard boats after the ferry struck a reef off Salinas "
    "harbour. A jammed rudder was to blame, said Captain Ines Duarte, who praised the crew. All 218 passengers "
    "aboard the ferry off Salinas harbour are safe. The port authority of Salinas opened an inquiry into why the "
    "ferry Estrella left with the rudder unchecked."
)
BUDGET = (
    "The council of Norwick passed a budget of 48 million with a majority of one vote after a night of talks. Mayor "
    "Ada Marsh called the schools programme a promise kept. The opposition wants lower fees for kindergartens in "
    "the city."
)
RELATED = (
    "related_articles",
    "run_samples",
    "near_duplicates",
    "near_duplicate_groups",
    "text_parts",
    "stories",
    "story_articles",
    "story_facts",
)


def article(number: int, text: str, domain: str, title: str, **changes: Any) -> Article:
    values = {"domain": domain, "title": title, "minhash": signature(text), "published_on": DAY, "publisher": None}
    return numbered(number, text=text, **(values | changes))


def ferry_articles() -> list[Article]:
    return [
        article(1, FERRY, "harbourpost.example", "Ferry Estrella runs aground off Salinas harbour"),
        article(2, AGAIN, "nordbote.example", "Passengers safe after ferry Estrella hits reef off Salinas"),
        article(3, BUDGET, "norwick.example", "Council of Norwick passes budget"),
    ]


def the_copy(number: int = 4) -> Article:
    text = FERRY + " Copied by the desk."
    return article(number, text, "copycat.example", "Ferry aground off Salinas", published_on=DAY + dt.timedelta(1))


def related(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """What was found, without the times."""
    tables = contents(warehouse)
    return {name: [[v for v in row if not isinstance(v, dt.datetime)] for row in tables[name]] for name in RELATED}  # type: ignore[misc]


def test_a_story_is_found_and_told(warehouse: Warehouse) -> None:
    load(warehouse, ferry_articles())
    assert relate_warehouse(warehouse) == RelateResult(articles=3, near_duplicates=0, placed=2, stories=1)
    [story] = stories(warehouse)
    assert (story.article_count, story.source_count, story.report_count) == (2, 2, 2)
    assert story.sources == ("harbourpost.example", "nordbote.example")
    assert [one.because for one in reports(warehouse, story.story_id)] == ["own report", "own report"]
    said = {(fact.kind, fact.agreement, fact.value) for fact in facts(warehouse, story.story_id)}
    assert ("name", "shared", "Salinas") in said
    assert {("name", "spelt differently", "Inés Duarte"), ("name", "spelt differently", "Ines Duarte")} <= said
    assert {("number", "differs", "212 passengers"), ("number", "differs", "218 passengers")} <= said


def test_again_changes_nothing_and_anew_finds_the_same(warehouse: Warehouse) -> None:
    load(warehouse, [*ferry_articles(), the_copy()])
    relate_warehouse(warehouse)
    before = contents(warehouse)
    assert relate_warehouse(warehouse) == RelateResult()
    assert contents(warehouse) == before
    found = related(warehouse)
    relate_warehouse(warehouse, anew=True)
    assert related(warehouse) == found


def test_what_comes_later_joins(warehouse: Warehouse) -> None:
    load(warehouse, ferry_articles())
    relate_warehouse(warehouse)
    load(warehouse, [the_copy()], 2)
    assert relate_warehouse(warehouse) == RelateResult(articles=1, near_duplicates=1, placed=1, stories=1)
    [story] = stories(warehouse)
    assert (story.article_count, story.source_count, story.report_count) == (3, 3, 2)
    found = related(warehouse)
    relate_warehouse(warehouse, anew=True)
    assert related(warehouse)["near_duplicates"] == found["near_duplicates"]


@pytest.mark.parametrize("portion", [1, 2, 3])
def test_in_portions_the_near_duplicates_are_the_same(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    load(warehouse, [*ferry_articles(), the_copy(), article(5, AGAIN + " A word.", "s5.example", "Reef off Salinas")])
    relate_warehouse(warehouse)
    found = related(warehouse)
    assert len(found["near_duplicates"]) == 2
    monkeypatch.setattr(stage, "PORTION", portion)
    relate_warehouse(warehouse, anew=True)
    again = related(warehouse)
    assert again["near_duplicates"] == found["near_duplicates"]
    assert again["near_duplicate_groups"] == found["near_duplicate_groups"]


def test_in_portions_the_habit_of_copying_is_told_from_all_groups(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source that copies four others dates its copies a day early; which sources it copies shows at the end only."""
    texts = {
        f"author{number}.example": " ".join(f"word{number}x{place}" for place in range(60)) for number in range(1, 5)
    }
    early = DAY - dt.timedelta(1)
    articles = [article(number, text, source, "Title") for number, (source, text) in enumerate(texts.items(), 1)]
    articles += [
        article(number, text, "thief.example", "Title", published_on=early)
        for number, text in enumerate(texts.values(), 11)
    ]
    load(warehouse, articles)
    monkeypatch.setattr(stage, "PORTION", 1)
    relate_warehouse(warehouse)
    ran_first = "SELECT domain, told_by FROM near_duplicate_groups JOIN articles USING (article_id) WHERE position = 1"
    assert rows(warehouse, f"{ran_first} ORDER BY ALL") == [(source, "habit") for source in texts]


def test_a_copy_is_no_independent_report_and_who_ran_first_is_told(warehouse: Warehouse) -> None:
    load(warehouse, [ferry_articles()[0], the_copy()])
    relate_warehouse(warehouse)
    [story] = stories(warehouse)
    assert (story.source_count, story.report_count) == (2, 1)
    assert not facts(warehouse, story.story_id)
    ran = rows(warehouse, "SELECT domain, kind, how, position, told_by FROM syndication ORDER BY position")
    assert ran == [
        ("harbourpost.example", "several sources", "kept", 1, "published"),
        ("copycat.example", "several sources", "near-duplicate", 2, "published"),
    ]


def test_a_report_inside_a_longer_one_is_told(warehouse: Warehouse) -> None:
    background = " ".join(f"background{number}" for number in range(100))
    longer = article(4, f"{background}. {FERRY}", "copycat.example", "What we know", published_on=DAY)
    load(warehouse, ferry_articles())
    relate_warehouse(warehouse)
    load(warehouse, [longer], 2)
    result = relate_warehouse(warehouse)
    assert (result.near_duplicates, result.text_parts) == (0, 1)
    told = rows(warehouse, "SELECT contained > 0.9, shorter_source, longer_source FROM copies_in_parts")
    assert told == [(True, "harbourpost.example", "copycat.example")]
    found = related(warehouse)["text_parts"]
    relate_warehouse(warehouse, anew=True)
    assert related(warehouse)["text_parts"] == found
    load(warehouse, [article(4, BUDGET + " More of it.", "copycat.example", "Council")], 3)
    relate_warehouse(warehouse)
    assert not related(warehouse)["text_parts"]


def test_agency_text_and_exact_copies_are_told(warehouse: Warehouse) -> None:
    wire = article(1, FERRY, "harbourpost.example", "Ferry aground", agency="Reuters")
    load(warehouse, [wire, the_copy()], duplicates=[copy_of(wire)])
    relate_warehouse(warehouse)
    ran = rows(warehouse, "SELECT kind, agency, how FROM syndication ORDER BY how")
    assert ran == [("agency", "Reuters", how) for how in ("exact copy", "kept", "near-duplicate")]


def test_a_revision_is_related_anew_and_leaves_its_story(warehouse: Warehouse) -> None:
    articles = [*ferry_articles(), the_copy()]
    load(warehouse, articles)
    relate_warehouse(warehouse)
    revised = [article(one, BUDGET + f" Version {one}.", f"s{one}.example", "Council passes budget") for one in (1, 4)]
    load(warehouse, revised, 2)
    relate_warehouse(warehouse)
    sources = {story.sources for story in stories(warehouse)}
    assert sources == {("norwick.example", "s1.example", "s4.example")}
    current = rows(warehouse, "SELECT doc_id FROM articles ORDER BY ALL")
    assert rows(warehouse, "SELECT doc_id FROM related_articles ORDER BY ALL") == current
    alone = ferry_articles()[1].article_id
    assert not rows(warehouse, f"SELECT * FROM story_articles WHERE article_id = '{alone}'")


def test_an_article_that_is_cleaned_anew_is_related_anew(warehouse: Warehouse) -> None:
    """Its document stays the same, its text does not."""
    load(warehouse, ferry_articles())
    relate_warehouse(warehouse)
    assert relate_warehouse(warehouse) == RelateResult()
    first = ferry_articles()[0]
    update = "UPDATE articles SET text = $text, title = $title WHERE doc_id = $doc"
    values = {"text": BUDGET + " Again.", "title": "Council of Norwick passes budget", "doc": first.doc_id}
    warehouse._connection.execute(update, values)
    cleaned = dt.datetime.now(dt.UTC)
    warehouse._connection.execute(
        "UPDATE cleanings SET cleaned_at = $at WHERE doc_id = $doc", {"at": cleaned, "doc": first.doc_id}
    )
    assert relate_warehouse(warehouse).articles == 1
    assert {story.sources for story in stories(warehouse)} == {("harbourpost.example", "norwick.example")}


def test_a_withdrawn_article_is_forgotten(warehouse: Warehouse) -> None:
    load(warehouse, [*ferry_articles(), the_copy()])
    relate_warehouse(warehouse)
    gone = the_copy().article_id
    warehouse._connection.execute("DELETE FROM articles WHERE article_id = $gone", {"gone": gone})
    relate_warehouse(warehouse)
    [story] = stories(warehouse)
    assert story.article_count == 2
    assert gone not in str(related(warehouse))


def test_a_failure_in_the_middle_leaves_everything_as_it_was(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(warehouse, ferry_articles())
    before = contents(warehouse)

    def fail(*_: object) -> None:
        raise OSError("no more")

    with monkeypatch.context() as broken:
        broken.setattr(stage, "story_facts", fail)
        with pytest.raises(OSError, match="no more"):
            relate_warehouse(warehouse)
    assert contents(warehouse) == before
    assert relate_warehouse(warehouse).placed == 2


def test_a_story_is_found_by_its_beginning_and_by_its_articles(warehouse: Warehouse) -> None:
    load(warehouse, ferry_articles())
    relate_warehouse(warehouse)
    [story] = stories(warehouse)
    for one in ferry_articles()[:2]:
        assert story_of(warehouse, one.article_id[:10]) == story
    assert story_of(warehouse, "") is story_of(warehouse, "nothing") is None
    rows(warehouse, "UPDATE story_articles SET story_id = 'other' WHERE article_id <> story_id")
    rows(warehouse, "UPDATE story_articles SET article_id = 'other' WHERE story_id = 'other'")
    rows(warehouse, "UPDATE story_articles SET story_id = 'otter', article_id = 'otter' WHERE story_id <> 'other'")
    with pytest.raises(AmbiguousId, match="several stories begin with 'ot'"):
        story_of(warehouse, "ot")


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (StoryFilter(), 1),
        (StoryFilter(words="PASSENGERS"), 0),
        (StoryFilter(words="ESTRELLA"), 1),
        (StoryFilter(since=DAY), 1),
        (StoryFilter(since=DAY + dt.timedelta(1)), 0),
        (StoryFilter(least_reports=3), 0),
        (StoryFilter(start_of_id="zzz"), 0),
    ],
)
def test_stories_are_filtered(warehouse: Warehouse, wanted: StoryFilter, count: int) -> None:
    load(warehouse, ferry_articles())
    relate_warehouse(warehouse)
    assert len(stories(warehouse, wanted)) == count


def test_the_views_answer_in_the_published_copy(warehouse: Warehouse, tmp_path: Path) -> None:
    load(warehouse, [*ferry_articles(), the_copy()])
    relate_warehouse(warehouse)
    warehouse.publish(tmp_path / "published.duckdb")
    with Warehouse.open_published(tmp_path / "published.duckdb") as published:
        told = published.query("SELECT source, report_number, because FROM story_reports").to_pylist()
        assert {(one["source"], one["report_number"], one["because"]) for one in told} == {
            ("harbourpost.example", 1, "own report"),
            ("nordbote.example", 2, "own report"),
            ("copycat.example", 1, "copy"),
        }
        [salinas] = published.query("FROM story_agreement WHERE subject = 'Salinas'").to_pylist()
        assert (salinas["reports"], salinas["said"]) == (2, ["Salinas"])
        assert isinstance(stories(published)[0], ListedStory)


def test_articles_without_a_known_source_count_each_for_itself(warehouse: Warehouse) -> None:
    first, second, _ = ferry_articles()
    unknown = [
        article(1, first.text, None, first.title or "", published_on=first.published_on),  # type: ignore[arg-type]
        article(2, second.text, None, second.title or "", publisher="Nordbote", published_on=second.published_on),  # type: ignore[arg-type]
    ]
    load(warehouse, unknown)
    relate_warehouse(warehouse)
    [story] = stories(warehouse)
    assert story.sources == ("publisher: Nordbote", f"unknown: {unknown[0].article_id}")


def test_a_story_without_dates_is_no_news_of_the_day_of_loading(warehouse: Warehouse) -> None:
    first, second, _ = ferry_articles()
    undated = [dataclasses.replace(one, published_on=None, fetched_at=None) for one in (first, second)]
    load(warehouse, undated)
    relate_warehouse(warehouse)
    [story] = stories(warehouse)
    assert (story.first_on, story.last_on, story.report_count) == (None, None, 2)
    assert relate_warehouse(warehouse).articles == 0
