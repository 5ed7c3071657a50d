"""The schema explains itself, its views run, and its file can be read by older clients."""

import dataclasses
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.conftest import Publish
from tests.warehouse.loads import (
    RUN,
    begin,
    copy_of,
    later,
    ledger_problems,
    load,
    numbered,
    rejected,
    rows,
)
from warehouse import STORAGE_VERSION, PublishedWarehouse, Warehouse

FORMAT_OF_DUCKDB_1_4 = 67
"""Number in bytes 12 to 20 of a file; what DuckDB 1.4 can read at most."""

VIEWS = (
    "article_blocks",
    "article_credibility",
    "article_images",
    "article_links",
    "article_rights",
    "contract_overview",
    "copied_articles",
    "copies_in_parts",
    "doubtful_copies",
    "latest_articles",
    "ledger_check",
    "orphaned_duplicates",
    "provenance_by_source",
    "quarantine_by_reason",
    "rating_conflicts",
    "runs_overview",
    "site_rights",
    "source_credibility",
    "source_practice",
    "source_sheet",
    "source_signals",
    "sources",
    "story_agreement",
    "story_reports",
    "stripped_by_rule",
    "stripped_by_source",
    "syndication",
    "waiting",
)
EMPTY = {"ledger_check", "story_agreement", "story_reports", "syndication"} | {
    "article_credibility",
    "copied_articles",
    "copies_in_parts",
    "doubtful_copies",
    "waiting",
    "rating_conflicts",
    "site_rights",
    "source_credibility",
    "source_signals",
}
"""The ledger balances; nothing was related (see test_stories) or scored (see test_credibility)."""


@pytest.fixture(scope="module")
def published(publish: Publish) -> Iterator[PublishedWarehouse]:
    """A published warehouse with something in every table."""
    with Warehouse.open_published(publish(fill)) as reader:
        yield reader


def fill(warehouse: Warehouse) -> None:
    """Load two batches."""
    article, (raw, rejection) = numbered(1), rejected(1)
    linking = numbered(
        2,
        link_urls=("https://gazette.example/a", "https://council.example/"),
        link_domains=("gazette.example", "council.example"),
        link_texts=("the Gazette", "a notice"),
        image_captions=("The bridge. Photo: A. Ruiz",),
        image_credits=("Photo: A. Ruiz",),
        blocks='[{"kind":"paragraph","level":0,"start":0,"end":5}]',
    )
    load(warehouse, [article, linking], duplicates=[copy_of(article)], quarantined=[(raw, rejection)])
    orphan = dataclasses.replace(copy_of(article, 2), kept_doc_id=raw.doc_id)
    load(warehouse, [numbered(1, title="Changed")], 2, duplicates=[orphan])
    warehouse.finish_run(RUN, "finished", None, 1000, later(1))


def test_every_table_view_and_column_has_a_comment(warehouse: Warehouse) -> None:
    tables = rows(warehouse, "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal")
    views = rows(warehouse, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal")
    columns = rows(
        warehouse, "SELECT table_name || '.' || column_name, comment FROM duckdb_columns() WHERE NOT internal"
    )
    assert len(columns) > len(tables) + len(views) > 0
    assert [name for name, comment in [*tables, *views, *columns] if not comment] == []


def test_comments_and_views_are_in_the_published_copy(published: PublishedWarehouse) -> None:
    [counts] = published.query(
        "SELECT count(*) AS columns, count(comment) AS comments FROM duckdb_columns() WHERE NOT internal"
    ).to_pylist()
    assert counts["columns"] == counts["comments"] > 0


def test_all_views_are_tested(warehouse: Warehouse) -> None:
    found = rows(warehouse, "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY view_name")
    assert found == [(name,) for name in VIEWS]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_answers(published: PublishedWarehouse, view: str) -> None:
    answer = published.query(f"FROM {view}")
    assert bool(answer.num_rows) == (view not in EMPTY)


def test_views_say_what_is_there(published: PublishedWarehouse) -> None:
    [source] = published.query("SELECT domain, articles, main_language FROM sources").to_pylist()
    assert source == {"domain": "harbourpost.example", "articles": 2, "main_language": "en"}
    [rule] = published.query("SELECT rule_id, cuts, documents FROM stripped_by_rule").to_pylist()
    assert rule == {"rule_id": "related.read-also", "cuts": 3, "documents": 3}
    links = published.query("SELECT domain, linked_domain, words FROM article_links ORDER BY words").to_pylist()
    assert links == [
        {"domain": "harbourpost.example", "linked_domain": "council.example", "words": "a notice"},
        {"domain": "harbourpost.example", "linked_domain": "gazette.example", "words": "the Gazette"},
    ]
    [image] = published.query("SELECT caption, credit FROM article_images").to_pylist()
    assert image == {"caption": "The bridge. Photo: A. Ruiz", "credit": "Photo: A. Ruiz"}
    [part] = published.query("SELECT position, kind, text, end_offset FROM article_blocks").to_pylist()
    assert part == {"position": 1, "kind": "paragraph", "text": "Ferry", "end_offset": 5}
    [reason] = published.query("SELECT reason, documents, held FROM quarantine_by_reason").to_pylist()
    assert reason == {"reason": "empty", "documents": 1, "held": 0}
    [run] = published.query("SELECT seconds, read, quarantine_share FROM runs_overview").to_pylist()
    assert run == {"seconds": 60.0, "read": 6, "quarantine_share": 0.25}


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE batches SET loaded = loaded + 1", "a batch's counts do not add up"),
        ("DELETE FROM articles", "a batch's rows are not as many as it counted: loaded"),
        ("DELETE FROM articles", "a document does not have exactly one end"),
        ("DELETE FROM quarantine", "a document does not have exactly one end"),
        ("DELETE FROM documents", "a document does not have exactly one end"),
        ("DELETE FROM documents", "a duplicate's original was never settled"),
        (
            "INSERT INTO article_revisions BY NAME "
            "SELECT *, now() AS superseded_at, 'x' AS superseded_by FROM articles",
            "a document does not have exactly one end",
        ),
        ("UPDATE runs SET read = read + 1", "a run's counts are not those of its batches"),
    ],
)
def test_the_ledger_check_sees_what_is_lost_or_doubled(warehouse: Warehouse, damage: str, problem: str) -> None:
    load(warehouse, [numbered(1)], duplicates=[copy_of(numbered(1))], quarantined=[rejected(1)])
    warehouse.finish_run(RUN, "finished", None, 0, later(1))
    assert not ledger_problems(warehouse)
    warehouse._connection.execute(damage)
    assert problem in [row[0] for row in ledger_problems(warehouse)]


def test_the_file_can_be_read_by_duckdb_1_4(path: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.duckdb"
    with Warehouse.open(made) as warehouse:
        begin(warehouse)
        load(warehouse, [numbered(1)])
        tags = rows(warehouse, "SELECT tags FROM duckdb_databases() WHERE database_name = 'warehouse'")
        warehouse.publish(tmp_path / "published.duckdb")
    assert tags == [({"storage_version": f"{STORAGE_VERSION}+"},)]
    for file in (path, made, tmp_path / "published.duckdb"):
        header = file.read_bytes()[:20]
        assert header[8:12] == b"DUCK"
        assert struct.unpack("<Q", header[12:20]) == (FORMAT_OF_DUCKDB_1_4,)
