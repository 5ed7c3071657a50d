"""Parcels: what a node hands back is what a worker process would have, and a damaged file is loaded nowhere."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.cluster.faults import DamagedParcel
from flows.cluster.parcels import (
    PROCESSED_SCHEMA,
    RAW_SCHEMA,
    ParcelReader,
    ParcelWriter,
    processed_rows,
    raw_documents,
    raw_rows,
    shard_result,
)
from flows.cluster.storage import SharedFolder
from flows.pipeline import Processed
from flows.workers import ShardResult, make_result
from tests.builders import make_article, make_raw
from transforms.records import Disclosure, LineKeys, Provenance, RawDocument, Rejection, StrippedLine

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def a_cut(doc_id: str, number: int, text: str = "READ ALSO: More\n") -> StrippedLine:
    return StrippedLine(doc_id, number, number, text, "related link", "rule", "en/read-also", "an invitation")


def processed(doc_id: str, cuts: int = 0, facts: int = 0) -> Processed:
    provenance = tuple(Provenance(doc_id, "publisher", f"Post {n}", "page", None, "line") for n in range(facts))
    lines = tuple(a_cut(doc_id, n) for n in range(cuts))
    disclosed = tuple(Disclosure(doc_id, "contact", f"/{n}", "link", "Contact") for n in range(facts))
    return Processed(make_article(doc_id=doc_id), lines, provenance, LineKeys(doc_id, (1, 2), (3,)), disclosed)


def there_and_back(folder: Path, documents: Sequence[RawDocument], result: ShardResult) -> ShardResult:
    shared = SharedFolder.at(str(folder))
    with ParcelWriter(shared, "p", PROCESSED_SCHEMA) as writer:
        writer.write(processed_rows(documents, result))
    with ParcelReader(shared, "p") as reader:
        return shard_result(documents, reader.shard(0))


ENDS = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 3), st.integers(0, 2))), min_size=1, max_size=6)


@given(ends=ENDS, detail=TEXT)
@settings(max_examples=40)
def test_a_shards_result_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, ends: list[tuple[int, int] | None], detail: str
) -> None:
    documents = [make_raw(doc_id=f"{number:024x}") for number in range(len(ends))]
    pairs = list(zip(documents, ends, strict=True))
    fit = [processed(document.doc_id, *end) for document, end in pairs if end is not None]
    refused = [Rejection(document.doc_id, "extract", "empty", detail) for document, end in pairs if end is None]
    result = make_result(fit, refused)
    assert there_and_back(tmp_path_factory.mktemp("shared"), documents, result) == result


@given(title=st.none() | TEXT, content=st.binary(max_size=50), authors=st.lists(TEXT, max_size=3))
@settings(max_examples=40)
def test_documents_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, title: str | None, content: bytes, authors: list[str]
) -> None:
    import datetime as dt

    fetched_at = dt.datetime(2025, 3, 4, 5, 6, 7, 89, dt.UTC)
    documents = [make_raw(title=title, content=content, authors=tuple(authors), fetched_at=fetched_at), make_raw()]
    shared = SharedFolder.at(str(tmp_path_factory.mktemp("shared")))
    with ParcelWriter(shared, "p", RAW_SCHEMA) as writer:
        for document in documents:
            writer.write(raw_rows([document]))
    with ParcelReader(shared, "p") as reader:
        assert reader.shards == 2
        back = [raw_documents(reader.shard(place)) for place in (1, 0)]
    assert back == [[documents[1]], [documents[0]]]
    assert back[1][0].fetched_at is None or back[1][0].fetched_at.tzinfo is dt.UTC


def test_words_of_an_error_that_are_no_text_are_written_as_the_warehouse_would() -> None:
    document = make_raw(doc_id="a")
    rows = processed_rows([document], make_result([], [Rejection("a", "extract", "crashed", "at \udc80")]))
    assert shard_result([document], rows).rejections[0].detail == "at \\udc80"


@pytest.mark.parametrize("result", [make_result([], []), make_result([processed("a")], [])], ids=["no end", "two ends"])
def test_a_document_without_one_end_is_damage(result: ShardResult) -> None:
    twice = make_result([processed("a")], [Rejection("a", "extract", "empty", "")]) if result.articles else result
    documents = [make_raw(doc_id="a")]
    with pytest.raises(DamagedParcel, match="no end, or two"):
        shard_result(documents, processed_rows(documents, twice))


def test_another_parcels_rows_are_damage() -> None:
    rows = processed_rows([make_raw(doc_id="a")], make_result([processed("a")], []))
    with pytest.raises(DamagedParcel, match="other documents"):
        shard_result([make_raw(doc_id="b")], rows)


def test_a_file_that_was_not_finished_is_not_there(tmp_path: Path) -> None:
    shared = SharedFolder.at(str(tmp_path / "run"))

    def is_lost(writer: ParcelWriter) -> None:
        writer.write(raw_rows([make_raw()]))
        raise KeyError("lost")

    with pytest.raises(KeyError), ParcelWriter(shared, "p", RAW_SCHEMA) as writer:
        is_lost(writer)
    assert shared.names() == []


def test_a_parcel_that_is_written_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    shared = SharedFolder.at(str(tmp_path / "run"))
    tables: list[pa.Table] = []
    for _ in range(2):
        with ParcelWriter(shared, "p", RAW_SCHEMA) as writer:
            writer.write(raw_rows([make_raw()]))
        with ParcelReader(shared, "p") as reader:
            tables.append(reader.shard(0))
    assert shared.names() == ["p"]
    assert tables[0] == tables[1]
