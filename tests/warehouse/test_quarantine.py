"""Quarantine: documents come back exactly as they were read, and a retry gives them one new end."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_raw
from tests.warehouse.loads import RUN, later, ledger_problems, load, numbered, rejected, repeat_of, rows
from transforms.records import Ledger, RawDocument, Rejection
from warehouse import QuarantineFilter, Warehouse
from warehouse.quarantine import pack_raw, quarantine_table, unpack_raw

ANY_TEXT = st.text(max_size=20)
MAYBE_TEXT = st.none() | ANY_TEXT
ANY_RAW = st.builds(
    RawDocument,
    doc_id=st.just("d1"),
    content=st.binary(max_size=200),
    media_type=st.sampled_from(["text/plain", "text/html"]),
    origin=ANY_TEXT,
    origin_row=st.none() | st.integers(1, 2**40),
    charset=MAYBE_TEXT,
    url=MAYBE_TEXT,
    source_hint=MAYBE_TEXT,
    fetched_at=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    input_id=MAYBE_TEXT,
    title=MAYBE_TEXT,
    authors=st.lists(ANY_TEXT, max_size=3).map(tuple),
    published=MAYBE_TEXT,
)
HOSTILE = {"title": "\ud83d\x00", "origin": "caf\udce9.txt", "url": "https://x.example/\udcff", "authors": ("\udc80",)}


@given(ANY_RAW)
def test_a_packed_document_comes_back_to_the_last_bit(raw: RawDocument) -> None:
    content, facts = pack_raw(raw)
    assert unpack_raw(raw.doc_id, content, facts) == raw
    assert quarantine_table([(raw, Rejection(raw.doc_id, "read", raw.origin, raw.origin))]).num_rows == 1


def test_hostile_documents_come_back_from_the_database(warehouse: Warehouse) -> None:
    raw = make_raw(content=bytes(range(256)) * 40, fetched_at=later(0), charset="x-\x00", **HOSTILE)
    load(warehouse, quarantined=[(raw, Rejection(raw.doc_id, "read", "binary", "\udcff"))])
    assert warehouse.raw_documents([raw.doc_id, "unknown", raw.doc_id]) == [raw]
    [row] = warehouse.quarantined()
    assert (row.title, row.origin, row.detail) == ("\\ud83d\x00", "caf\\udce9.txt", "\\udcff")
    assert row.content_bytes == len(raw.content)


def test_documents_come_in_the_order_asked(warehouse: Warehouse) -> None:
    documents = [rejected(number) for number in range(3)]
    load(warehouse, quarantined=documents)
    asked = [raw for raw, _ in reversed(documents)]
    assert warehouse.raw_documents([raw.doc_id for raw in asked]) == asked


def test_filters_find_what_is_meant(warehouse: Warehouse) -> None:
    load(warehouse, quarantined=[rejected(1), rejected(2, "too large")])
    load(warehouse, [], 2, quarantined=[rejected(3)], held=frozenset({rejected(3)[0].doc_id}))
    held, large = rejected(3)[0].doc_id, rejected(2)[0].doc_id

    def found(**wanted: object) -> list[str]:
        return [row.doc_id for row in warehouse.quarantined(QuarantineFilter(**wanted))]  # type: ignore[arg-type]

    assert len(found()) == 3
    assert found(reason="too large") == [large]
    assert found(held=True) == [held]
    assert held not in found(held=False)
    assert found(doc_id_prefix=held[:8]) == [held]
    assert found(doc_ids=(held, "unknown")) == [held]
    assert found(stage="validate") == []
    assert len(found(run_id=RUN, stage="extract")) == 3
    assert found(run_id="another") == []
    assert found(limit=1) == [held]
    assert rows(warehouse, "SELECT state FROM batches ORDER BY batch_number") == [("loaded",), ("held",)]


def test_a_retried_document_that_passes_leaves_quarantine(warehouse: Warehouse) -> None:
    raw, rejection = rejected(1)
    load(warehouse, quarantined=[(raw, rejection)])
    article = numbered(1, doc_id=raw.doc_id)
    assert load(warehouse, [article], 2, retried=True) == Ledger(read=1, loaded=1)
    assert warehouse.quarantined() == []
    assert warehouse.raw_documents([raw.doc_id]) == []
    assert rows(warehouse, "SELECT outcome, batch_number, settled_at FROM documents") == [("loaded", 2, later(2))]
    [released] = warehouse.quarantined(QuarantineFilter(released=True))
    assert (released.reason, released.released_at, released.released_run_id) == ("empty", later(2), RUN)
    assert not ledger_problems(warehouse)


def test_a_retried_document_that_fails_again_has_its_new_reason_and_its_raw_document(warehouse: Warehouse) -> None:
    raw, rejection = rejected(1)
    load(warehouse, quarantined=[(raw, rejection)])
    again = Rejection(raw.doc_id, "validate", "text has 25 words or more", "12 words")
    assert load(warehouse, [], 2, quarantined=[(raw, again)], retried=True) == Ledger(read=1, quarantined=1)
    assert [row.reason for row in warehouse.quarantined()] == [again.reason]
    assert warehouse.raw_documents([raw.doc_id]) == [raw]
    assert len(warehouse.quarantined(QuarantineFilter(released=True))) == 2
    assert not ledger_problems(warehouse)


def test_what_could_not_be_read_is_kept_to_be_looked_at_and_not_to_be_tried_again(warehouse: Warehouse) -> None:
    (refused, rejection), (raw, _) = rejected(1), rejected(2)
    unread = Rejection(raw.doc_id, "read", "too large", "Split it, or raise max_document_bytes.")
    load(warehouse, quarantined=[(refused, rejection), (raw, unread)])
    kept = {row.doc_id: (row.kept, row.retryable) for row in warehouse.quarantined()}
    assert kept == {refused.doc_id: (True, True), raw.doc_id: (True, False)}
    assert warehouse.raw_documents([refused.doc_id, raw.doc_id]) == [refused, raw]
    assert warehouse.raw_documents([refused.doc_id, raw.doc_id], whole=True) == [refused]


def test_without_retry_a_quarantined_document_is_unchanged(warehouse: Warehouse) -> None:
    raw, rejection = rejected(1)
    load(warehouse, quarantined=[(raw, rejection)])
    assert load(warehouse, [numbered(1, doc_id=raw.doc_id)], 2) == Ledger(read=1, unchanged=1)
    assert [row.doc_id for row in warehouse.quarantined()] == [raw.doc_id]


def test_a_retry_of_a_document_that_is_loaded_changes_nothing(warehouse: Warehouse) -> None:
    load(warehouse, [numbered(1)])
    assert load(warehouse, [numbered(1)], 2, retried=True) == Ledger(read=1, unchanged=1)
    assert not ledger_problems(warehouse)


def test_a_version_that_waited_in_quarantine_does_not_take_the_place_of_a_newer_one(warehouse: Warehouse) -> None:
    raw, rejection = rejected(1)
    load(warehouse, quarantined=[(raw, rejection)], duplicates=[repeat_of(raw.doc_id)])
    newer, late = numbered(1, title="Newer"), numbered(1, title="Waited", doc_id=raw.doc_id)
    load(warehouse, [newer], 2)
    assert load(warehouse, [late], 3, retried=True) == Ledger(read=1, loaded=1)
    assert rows(warehouse, "SELECT title, revision FROM articles") == [("Newer", 1)]
    revisions = rows(warehouse, "SELECT title, revision, superseded_by FROM article_revisions")
    assert revisions == [("Waited", 2, newer.doc_id)]
    load(warehouse, [numbered(1, title="Newest")], 4)
    assert rows(warehouse, "SELECT title, revision FROM articles") == [("Newest", 3)]
    assert not ledger_problems(warehouse)
