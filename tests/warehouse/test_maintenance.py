"""Maintenance: nothing goes unrecorded, the books still balance, and the compacted file is the same database."""

import datetime as dt
from pathlib import Path

import pytest

from tests.warehouse.loads import (
    NOW,
    contents,
    copy_of,
    later,
    ledger_problems,
    load,
    numbered,
    rejected,
    rows,
)
from transforms.records import ScoreEvidence, SourceScore
from warehouse import QuarantineFilter, Warehouse, WarehouseBusy, WarehouseOptions
from warehouse.connection import Connection
from warehouse.credibility import CredibilityStore
from warehouse.maintenance import Maintenance, Verification, compact

FAR = NOW + dt.timedelta(days=1000)


@pytest.fixture
def maintenance(warehouse: Warehouse) -> Maintenance:
    begun = Maintenance(warehouse)
    begun.begin("m1", NOW)
    return begun


def recorded(warehouse: Warehouse) -> list[tuple[object, ...]]:
    return rows(warehouse, "SELECT what, setting, pruned, examples FROM prunings ORDER BY ALL")


def test_old_raw_documents_go_and_their_rows_stay(warehouse: Warehouse, maintenance: Maintenance) -> None:
    load(warehouse, [numbered(1)], quarantined=[rejected(1)])
    load(warehouse, number=2, quarantined=[rejected(2)])
    load(warehouse, number=3, quarantined=[rejected(3)], held=frozenset({rejected(3)[0].doc_id}))
    pruning = maintenance.prune("m1", "raw documents", "keep_quarantine_days", later(2))
    assert (pruning.pruned, pruning.examples) == (1, (rejected(1)[0].doc_id,))
    assert pruning.bytes > 0
    left = {row.doc_id: row.retryable for row in warehouse.quarantined(QuarantineFilter())}
    assert left == {rejected(number)[0].doc_id: number > 1 for number in (1, 2, 3)}
    assert warehouse.raw_documents(list(left)) == [raw for raw, _ in (rejected(3), rejected(2))]
    assert ledger_problems(warehouse) == []
    assert recorded(warehouse) == [("raw documents", "keep_quarantine_days", 1, [rejected(1)[0].doc_id])]


def test_raw_documents_of_held_batches_wait_for_ever(warehouse: Warehouse, maintenance: Maintenance) -> None:
    load(warehouse, quarantined=[rejected(1)], held=frozenset({rejected(1)[0].doc_id}))
    assert maintenance.prune("m1", "raw documents", "keep_quarantine_days", FAR).pruned == 0
    assert recorded(warehouse) == []


def test_old_revisions_lose_their_words_but_not_their_place(warehouse: Warehouse, maintenance: Maintenance) -> None:
    first = numbered(1, image_captions=("The ferry at its pier.",), image_credits=("",), blocks="[]")
    second = numbered(1, text="The ferry will not sail at all, the office said on Saturday.")
    load(warehouse, [first])
    load(warehouse, [second], number=2)
    assert maintenance.old("revisions", "keep_revision_days", FAR).pruned == 1
    assert maintenance.prune("m1", "revisions", "keep_revision_days", FAR).examples == (first.doc_id,)
    left = rows(warehouse, "SELECT doc_id, text, image_captions, blocks, title FROM article_revisions")
    assert left == [(first.doc_id, "", [], None, first.title)]
    for table in ("stripped_lines", "provenance", "line_keys"):
        assert rows(warehouse, f"SELECT DISTINCT doc_id FROM {table}") == [(second.doc_id,)]
    warehouse.end_second_look()
    assert all(check.problems == 0 for check in maintenance.checks())
    assert maintenance.prune("m1", "revisions", "keep_revision_days", FAR).pruned == 0


def score(quality: float) -> SourceScore:
    return SourceScore("harbourpost.example", "scored", None, quality, 0.1, 0.9, 0.2, 1, 10, 10, 0, "v1")


def test_replaced_scores_go_and_the_one_in_force_stays(warehouse: Warehouse, maintenance: Maintenance) -> None:
    store = CredibilityStore(warehouse)
    evidence = ScoreEvidence("harbourpost.example", "prior", "prior", None, 1.0, 0.0, None)
    for day, quality in enumerate((0.4, 0.5, 0.6)):
        store.load_scores(["harbourpost.example"], [score(quality)], [evidence], NOW + dt.timedelta(days=day))
    assert maintenance.prune("m1", "scores", "keep_score_days", NOW + dt.timedelta(days=1.5)).pruned == 1
    assert [row for (row,) in rows(warehouse, "SELECT quality FROM source_scores ORDER BY scored_at")] == [0.5, 0.6]
    assert len(rows(warehouse, "FROM score_evidence")) == 2
    assert maintenance.prune("m1", "scores", "keep_score_days", FAR).pruned == 1
    assert [dated.quality for dated in store.latest_scores(["harbourpost.example"])] == [0.6]


def test_looking_changes_nothing(warehouse: Warehouse, maintenance: Maintenance) -> None:
    load(warehouse, [numbered(1)], quarantined=[rejected(1)], duplicates=[copy_of(numbered(1))])
    before = contents(warehouse)
    for what in ("raw documents", "revisions", "scores"):
        maintenance.old(what, "keep_quarantine_days", FAR)  # type: ignore[arg-type]
    maintenance.checks()
    maintenance.raw_documents(10, "seed")
    assert contents(warehouse) == before


def test_what_fails_takes_nothing_away(warehouse: Warehouse, maintenance: Maintenance) -> None:
    load(warehouse, quarantined=[rejected(1)])
    before = contents(warehouse)
    rows(warehouse, "DROP TABLE prunings")
    with pytest.raises(Exception, match="prunings"):
        maintenance.prune("m1", "raw documents", "keep_quarantine_days", FAR)
    rows(warehouse, "CREATE TABLE prunings (what VARCHAR)")
    assert contents(warehouse)["quarantine"] == before["quarantine"]


@pytest.mark.parametrize(
    ("damage", "verification"),
    [
        ("UPDATE batches SET read = 7", "ledger"),
        ("DELETE FROM articles", "orphaned rows"),
        ("UPDATE documents SET outcome = 'quarantined' WHERE outcome = 'loaded'", "orphaned duplicates"),
        ("UPDATE cleanings SET awaits_second_look = true", "second look"),
    ],
)
def test_each_check_finds_its_fault(
    warehouse: Warehouse, maintenance: Maintenance, damage: str, verification: str
) -> None:
    load(warehouse, [numbered(1)], duplicates=[copy_of(numbered(1))])
    warehouse.end_second_look()
    assert [check.problems for check in maintenance.checks()] == [0, 0, 0, 0]
    rows(warehouse, damage)
    [found] = [check for check in maintenance.checks() if check.verification == verification]
    assert found.problems > 0
    assert found.example


def test_a_raw_document_that_cannot_be_unpacked_is_found(warehouse: Warehouse, maintenance: Maintenance) -> None:
    load(warehouse, quarantined=[rejected(1), rejected(2)])
    assert maintenance.raw_documents(10, "seed") == Verification("raw documents", 2, 0)
    rows(warehouse, f"UPDATE quarantine SET raw_content = 'x'::BLOB WHERE doc_id = '{rejected(1)[0].doc_id}'")
    found = maintenance.raw_documents(10, "seed")
    assert (found.examined, found.problems) == (2, 1)
    assert rejected(1)[0].doc_id in str(found.example)


def test_a_sample_is_bounded_and_another_one_each_time(warehouse: Warehouse, maintenance: Maintenance) -> None:
    load(warehouse, [numbered(number) for number in range(30)])
    samples = [{row[0] for row in maintenance.sample_texts(10, seed)} for seed in ("a", "a", "b")]
    assert [len(sample) for sample in samples] == [10, 10, 10]
    assert samples[0] == samples[1] != samples[2]


def test_a_maintenance_that_was_stopped_is_marked_by_the_next(warehouse: Warehouse, maintenance: Maintenance) -> None:
    maintenance.begin("m1", later(1))
    maintenance.begin("m2", later(2))
    maintenance.finish("m2", [Verification("ledger", 3, 0)], later(3))
    states = rows(warehouse, "SELECT maintenance_id, started_at, state FROM maintenances ORDER BY ALL")
    assert [(row[0], row[2]) for row in states] == [("m1", "interrupted"), ("m2", "finished")]
    assert states[0][1] == NOW
    assert rows(warehouse, "FROM verifications") == [("m2", "ledger", 3, 0, None)]


def schema_of(warehouse: Warehouse) -> list[object]:
    return [
        rows(
            warehouse,
            f"SELECT {what} FROM duckdb_{where}() WHERE database_name = 'warehouse' AND NOT internal ORDER BY ALL",
        )
        for where, what in (
            ("tables", "table_name, comment, sql"),
            ("views", "view_name, comment, sql"),
            ("columns", "table_name, column_name, comment, data_type, is_nullable, column_default"),
        )
    ]


def test_a_compacted_database_is_smaller_and_the_same(path: Path, warehouse: Warehouse) -> None:
    articles = [numbered(number, minhash=b"%d" % number * 400) for number in range(400)]
    load(warehouse, articles, quarantined=[rejected(1)])
    rows(warehouse, "CREATE TABLE filler AS SELECT md5(range::VARCHAR) AS text FROM range(400_000)")
    Maintenance(warehouse).space()
    rows(warehouse, "CREATE TABLE behind AS FROM filler LIMIT 10_000")
    Maintenance(warehouse).space()
    rows(warehouse, "DROP TABLE filler")
    before, schema = contents(warehouse), schema_of(warehouse)
    assert Maintenance(warehouse).space().free_share > 0.5
    warehouse.close()
    size = path.stat().st_size
    space = compact(path, WarehouseOptions())
    assert space.free_share < 0.1
    assert path.stat().st_size < size / 2
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name]
    with Warehouse.open(path) as compacted:
        assert contents(compacted) == before
        assert schema_of(compacted) == schema
        assert load(compacted, [numbered(1000)], number=2).loaded == 1


def test_a_database_in_use_is_not_compacted(path: Path, warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseBusy):
        compact(path, WarehouseOptions())
    assert load(warehouse, [numbered(1)]).loaded == 1


def test_a_copy_that_fails_leaves_the_old_file(
    path: Path, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(warehouse, [numbered(1)])
    warehouse.close()
    before = path.read_bytes()
    counts = iter([{"articles": 1}, {"articles": 0}])
    monkeypatch.setattr(Connection, "_row_counts", lambda *_: next(counts))
    with pytest.raises(Exception, match="not the same rows"):
        compact(path, WarehouseOptions())
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name]
