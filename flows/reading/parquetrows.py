"""Parquet files: one document for each row, a few rows in memory at a time.

Which column states which fact does not belong here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from flows.reading.documents import Outcome
from flows.reading.fields import FieldMapper, nested_names, opened
from flows.reading.options import ReadOptions, StreamFault

_BATCH_BYTES = 4 * 1024 * 1024
"""Decoded at once, by the average that the file states; a batch costs 0.1 ms however small."""
_MAX_BATCH_ROWS = 64
"""Limits what a file can do whose rows are larger than it states."""
_BUFFER_BYTES = 1024 * 1024
"""Of a column read at once, in place of the whole column of a row group."""


def read_parquet(file: BinaryIO, origin: str, mapper: FieldMapper, options: ReadOptions) -> Iterator[Outcome]:
    """The documents of a Parquet file; ``origin_row`` is the row. Only the columns that state a fact are read.

    Raises:
        StreamFault: ``missing text field``, ``decompression bomb``, ``corrupt file`` or ``unreadable``.
    """
    parquet = _guarded(lambda: pq.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER_BYTES))
    names = tuple(parquet.schema_arrow.names)
    plan = mapper.plan(names)
    if not plan.text and not plan.html:
        raise StreamFault("missing text field", mapper.missing_text(names))
    nested = nested_names(names)
    columns = [name for name in names if name in plan.columns or name in nested]
    batches = parquet.iter_batches(batch_size=_judged(parquet.metadata, options), columns=columns)
    number = 0
    while (batch := _guarded(lambda: next(batches, None))) is not None:
        for row in _guarded(batch.to_pylist):
            number += 1
            whole = opened(row) if nested else row
            yield mapper.document(whole, mapper.plan_of(whole) if nested else plan, origin, number)


def _judged(metadata: pq.FileMetaData, options: ReadOptions) -> int:
    """Rows to read at once, after judging what the file says about its size."""
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    stored = sum(group.column(index).total_compressed_size for group in groups for index in range(group.num_columns))
    size = sum(group.total_byte_size for group in groups)
    if size > options.expansion_floor_bytes and size > max(1, stored) * options.max_expansion_ratio:
        raise StreamFault(
            "decompression bomb", f"{stored:,} bytes would become {size:,}. If it is genuine, write it uncompressed."
        )
    rows: int = _BATCH_BYTES * metadata.num_rows // max(1, size)
    return max(1, min(_MAX_BATCH_ROWS, rows))


def _guarded(step: Callable[[], Any]) -> Any:
    """Runs one step of the Arrow library, whose errors on damaged files are of many types.

    Raises:
        StreamFault: ``unreadable`` where the machine failed, else ``corrupt file``.
    """
    try:
        return step()
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise StreamFault("unreadable", f"Reading stopped: {error}. Check the disk or the connection.") from error
        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise StreamFault("corrupt file", f"The Parquet file is damaged: {message[:300]} Fetch it again.") from error
