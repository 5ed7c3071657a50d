"""Parcels: documents on their way to a node, and what became of them there, as Parquet files on shared storage.

A row is a document and a row group is a shard, in both files: one shard is in memory at a time, on the node and at the
writer. A processed row holds everything that became of its document: where two nodes have written a file, because one
was given up too early, it is the work of one of them and not a mixture. Where files lie belongs to
:mod:`flows.cluster.storage`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.cluster.faults import DamagedParcel
from flows.cluster.storage import SharedFolder
from flows.workers import ShardResult
from transforms.records import (
    Article,
    Disclosure,
    LineKeys,
    Provenance,
    RawDocument,
    Rejection,
    StrippedLine,
    arrow_schema,
    to_table,
)
from warehouse.rows import from_table, valid_text

RAW_SCHEMA = arrow_schema(RawDocument)

_STRUCTS: dict[type[Any], pa.DataType] = {
    record: pa.struct([field.with_nullable(True) for field in arrow_schema(record)])
    for record in (Article, StrippedLine, Provenance, LineKeys, Disclosure, Rejection)
}
"""Each record's fields, all of them nullable: under a row without the record there is nothing."""

PROCESSED_SCHEMA = pa.schema(
    [
        pa.field("doc_id", pa.string(), nullable=False),
        pa.field("article", _STRUCTS[Article]),
        pa.field("cuts", pa.list_(_STRUCTS[StrippedLine]), nullable=False),
        pa.field("provenance", pa.list_(_STRUCTS[Provenance]), nullable=False),
        pa.field("line_keys", _STRUCTS[LineKeys]),
        pa.field("disclosures", pa.list_(_STRUCTS[Disclosure]), nullable=False),
        pa.field("rejection", _STRUCTS[Rejection]),
    ]
)
"""An article with its line keys, or a rejection; cuts, provenance and disclosures of articles only."""


def raw_name(number: int) -> str:
    """The file of a parcel's documents."""
    return f"{number:08}.raw.parquet"


def processed_name(number: int) -> str:
    """The file of what became of a parcel's documents."""
    return f"{number:08}.processed.parquet"


class ParcelWriter:
    """Writes a parcel shard by shard; kept whole on leaving the context, and not at all after an error."""

    def __init__(self, folder: SharedFolder, name: str, schema: pa.Schema) -> None:
        self._file = folder.write(name)
        # Dictionaries and statistics would take half of the time, and nobody looks for single rows in here.
        plain = {"use_dictionary": False, "write_statistics": False}
        self._parquet = pq.ParquetWriter(self._file.stream, schema, compression="zstd", **plain)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.keep()
        else:
            self.discard()

    def write(self, rows: pa.Table) -> None:
        """Add a shard, which has at least one row."""
        self._parquet.write_table(rows, row_group_size=rows.num_rows)

    def keep(self) -> None:
        """End the file and give it its name."""
        self._parquet.close()
        self._file.keep()

    def discard(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):
            self._parquet.close()
        self._file.discard()


class ParcelReader:
    """Reads a parcel's shards in any order; to be closed.

    Raises:
        OSError: the file is not there, or is damaged.
    """

    def __init__(self, folder: SharedFolder, name: str) -> None:
        self._stream = folder.read(name)
        self._parquet = pq.ParquetFile(self._stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def shards(self) -> int:
        """How many there are."""
        return int(self._parquet.num_row_groups)

    def shard(self, index: int) -> pa.Table:
        """A shard's rows, in their order."""
        return self._parquet.read_row_group(index)

    def close(self) -> None:
        """Let go of the file."""
        self._parquet.close()
        self._stream.close()


def raw_rows(documents: Sequence[RawDocument]) -> pa.Table:
    """Documents as rows of a raw parcel."""
    return to_table(documents, RawDocument)


def raw_documents(rows: pa.Table) -> list[RawDocument]:
    """The documents of a raw parcel's rows."""
    return from_table(rows, RawDocument)


def processed_rows(documents: Sequence[RawDocument], result: ShardResult) -> pa.Table:
    """What became of each document, in the documents' order, as rows of a processed parcel."""
    doc_ids = [document.doc_id for document in documents]
    rejections = to_table([_storable(rejection) for rejection in result.rejections], Rejection)
    columns = [
        pa.array(doc_ids, pa.string()),
        _one_each(doc_ids, result.articles, Article),
        _several_each(doc_ids, result.cuts, StrippedLine),
        _several_each(doc_ids, result.provenance, Provenance),
        _one_each(doc_ids, result.line_keys, LineKeys),
        _several_each(doc_ids, result.disclosures, Disclosure),
        _one_each(doc_ids, rejections, Rejection),
    ]
    return pa.Table.from_arrays(columns, schema=PROCESSED_SCHEMA)


def shard_result(documents: Sequence[RawDocument], rows: pa.Table) -> ShardResult:
    """What became of these documents, as a worker process would have handed it over.

    Raises:
        DamagedParcel: the rows are not of these documents, or one has no end or two.
    """
    if rows["doc_id"].to_pylist() != [document.doc_id for document in documents]:
        raise DamagedParcel("a processed parcel is of other documents than were sent; please report this as a defect")
    if not pc.all(pc.xor(rows["article"].is_valid(), rows["rejection"].is_valid())).as_py():
        raise DamagedParcel("a document of a parcel has no end, or two; please report this as a defect")
    return ShardResult(
        articles=_table(rows["article"].drop_null(), Article),
        cuts=_table(pc.list_flatten(rows["cuts"]), StrippedLine),
        provenance=_table(pc.list_flatten(rows["provenance"]), Provenance),
        line_keys=_table(rows["line_keys"].drop_null(), LineKeys),
        disclosures=_table(pc.list_flatten(rows["disclosures"]), Disclosure),
        rejections=tuple(from_table(_table(rows["rejection"].drop_null(), Rejection), Rejection)),
    )


def _storable(rejection: Rejection) -> Rejection:
    """An error's words can hold what is no text; the warehouse would write it the same way."""
    return Rejection(rejection.doc_id, rejection.stage, rejection.reason, valid_text(rejection.detail))


def _one_each(doc_ids: Sequence[str], table: pa.Table, record: type[Any]) -> pa.Array:
    """The row of each document as a struct; null where it has none."""
    at = {doc_id: index for index, doc_id in enumerate(table["doc_id"].to_pylist())}
    places = pa.array([at.get(doc_id) for doc_id in doc_ids], pa.int64())
    return _structs(table, record).take(places)


def _several_each(doc_ids: Sequence[str], table: pa.Table, record: type[Any]) -> pa.Array:
    """The rows of each document as a list of structs; they stand in the documents' order already."""
    counts = Counter(table["doc_id"].to_pylist())
    offsets = [0]
    for doc_id in doc_ids:
        offsets.append(offsets[-1] + counts[doc_id])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _structs(table, record))


def _structs(table: pa.Table, record: type[Any]) -> pa.StructArray:
    columns = [column.combine_chunks() for column in table.columns]
    return pa.StructArray.from_arrays(columns, fields=list(_STRUCTS[record]))


def _table(structs: pa.ChunkedArray, record: type[Any]) -> pa.Table:
    schema = arrow_schema(record)
    columns = [pc.struct_field(structs, index) for index in range(len(schema))]
    return pa.Table.from_arrays(columns, schema=schema)
