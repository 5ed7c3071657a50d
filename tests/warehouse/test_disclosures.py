"""What sources disclose adds up over documents and files, whatever their order and however often it is loaded."""

import datetime as dt
from typing import Any

import pytest

from tests.builders import make_article
from tests.warehouse.loads import NOW, begin, load, numbered, rows
from transforms.records import Disclosure, to_table
from warehouse import Warehouse
from warehouse.disclosures import SourceDisclosure, sheet_of

ABOUT = ("about the outlet", "https://harbourpost.example/about", "link")
SOURCE = make_article().domain or ""
ALL = "SELECT fact, value, quote, first_seen_at, last_seen_at, documents FROM source_disclosures ORDER BY ALL"


def day(number: int) -> dt.datetime:
    return dt.datetime(2024, 5, number, tzinfo=dt.UTC)


def disclosing(number: int, quote: str, **changes: Any) -> dict[str, Any]:
    article = numbered(number, **changes)
    row = Disclosure(article.doc_id, *ABOUT, quote)
    return {"articles": [article], "disclosures": to_table([row], Disclosure)}


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_documents_widen_the_time_in_which_a_fact_was_seen(warehouse: Warehouse, order: tuple[int, ...]) -> None:
    for batch, number in enumerate(order):
        load(warehouse, number=batch, **disclosing(number, f"About {number}", fetched_at=day(number)))
    assert rows(warehouse, ALL) == [(*ABOUT[:2], "About 3", day(1), day(3), 3)]


def test_the_same_batch_and_the_same_document_again_count_once(warehouse: Warehouse) -> None:
    for batch in (1, 1, 2):
        load(warehouse, number=batch, **disclosing(1, "About", fetched_at=day(1)))
    assert rows(warehouse, ALL) == [(*ABOUT[:2], "About", day(1), day(1), 1)]


def test_a_document_that_is_not_loaded_and_one_of_no_source_disclose_nothing(warehouse: Warehouse) -> None:
    stray = to_table([Disclosure("f" * 24, *ABOUT, "About")], Disclosure)
    load(warehouse, [numbered(1)], 1, disclosures=stray)
    load(warehouse, number=2, **disclosing(2, "About", domain=None))
    assert rows(warehouse, ALL) == []


def seen(fact: str, value: str, place: str, at: dt.datetime) -> SourceDisclosure:
    return SourceDisclosure(SOURCE, fact, value, place, f"{fact} {value}", at, at, 0)


def look(warehouse: Warehouse, at: dt.datetime, *facts: tuple[str, str, str]) -> None:
    places = {place for _, _, place in facts} or {"robots.txt"}
    files = [seen("file", "published" if facts else "not published", place, at) for place in sorted(places)]
    warehouse.add_disclosures([*files, *(seen(*fact, at) for fact in facts)])


DECLINED = ("AI training declined", "GPTBot", "robots.txt")
RESERVED = ("text and data mining reserved", "1", "tdmrep.json")
FREE = ("text and data mining not reserved", "0", "tdmrep.json")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ((), ("unknown", "unknown")),
        ((DECLINED,), ("declined", "unknown")),
        ((RESERVED,), ("declined", "declined")),
        ((FREE,), ("permitted", "permitted")),
        ((FREE, DECLINED), ("declined", "permitted")),
    ],
)
def test_the_files_of_a_site_speak_for_its_articles(
    warehouse: Warehouse, said: tuple[tuple[str, str, str], ...], answer: tuple[str, str]
) -> None:
    load(warehouse, [numbered(1)])
    look(warehouse, NOW, *said)
    assert rows(warehouse, "SELECT ai_training, research FROM article_rights") == [answer]


def test_what_a_file_no_longer_says_is_past_and_not_in_force(warehouse: Warehouse) -> None:
    load(warehouse, [numbered(1)])
    look(warehouse, day(1), DECLINED)
    look(warehouse, day(9))
    assert rows(warehouse, "SELECT ai_training FROM article_rights") == [("unknown",)]
    sheet = {(row.fact, row.value): row for row in sheet_of(warehouse, SOURCE) if row.place == "robots.txt"}
    assert {key: row.is_past for key, row in sheet.items()} == {
        DECLINED[:2]: True,
        ("file", "published"): True,
        ("file", "not published"): False,
    }
    assert sheet[DECLINED[:2]].last_seen_at == day(1)


def test_an_article_that_declines_is_declined_whatever_its_site_says(warehouse: Warehouse) -> None:
    load(warehouse, [numbered(1, permits_ai_training=False, permits_research=True)])
    look(warehouse, NOW, FREE)
    assert rows(warehouse, "SELECT ai_training, research FROM article_rights") == [("declined", "permitted")]


def test_a_marks_of_pages_alone_are_no_rule_of_the_site(warehouse: Warehouse) -> None:
    article = numbered(1, permits_ai_training=False)
    row = Disclosure(article.doc_id, "AI training declined", "GPTBot", "robots.txt", "robots.txt disallow: GPTBot")
    load(warehouse, [article, numbered(2)], disclosures=to_table([row], Disclosure))
    answers = rows(warehouse, "SELECT ai_training FROM article_rights ORDER BY ai_training")
    assert answers == [("declined",), ("unknown",)]


def test_the_sheet_counts_how_articles_are_made(warehouse: Warehouse) -> None:
    load(warehouse, [numbered(1), numbered(2, authors=()), numbered(3, agency="Example Wire"), numbered(4)])
    shares = {row.fact: (row.value, row.quote) for row in sheet_of(warehouse, SOURCE) if row.part == "practice"}
    assert shares["byline by a person"] == ("75%", "3 of 4 articles")
    assert shares["agency credited"] == ("25%", "1 of 4 articles")
    assert shares["copied text"] == ("0%", "0 of 4 articles")


def test_adding_is_safe_to_repeat(warehouse: Warehouse) -> None:
    for _ in range(2):
        look(warehouse, day(1), DECLINED)
    look(warehouse, day(3), DECLINED)
    assert rows(warehouse, "SELECT first_seen_at, last_seen_at FROM source_disclosures WHERE fact <> 'file'") == [
        (day(1), day(3))
    ]


def test_quotes_that_are_no_valid_text_can_be_stored(warehouse: Warehouse) -> None:
    warehouse.add_disclosures([seen("contact", "half \ud83d", "trust.txt", NOW)])
    assert rows(warehouse, "SELECT value FROM source_disclosures") == [("half \\ud83d",)]


def test_begun_runs_need_no_disclosures(warehouse: Warehouse) -> None:
    begin(warehouse, "20240504T070000-0a1b2c")
    assert rows(warehouse, ALL) == []
