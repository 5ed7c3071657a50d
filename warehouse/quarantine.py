"""Raw documents packed for quarantine and unpacked again, to the last bit.

Why a document was sent back is not decided here.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import zstandard

from transforms.records import RawDocument, Rejection, Stage, arrow_schema
from warehouse.rows import valid_text

_ZSTD_LEVEL = 3

_FACTS = tuple(field.name for field in dataclasses.fields(RawDocument) if field.name not in ("doc_id", "content"))

_SURROGATES = "utf-8 with surrogates, hex"
"""Key that marks a string which is no valid Unicode, such as half of a pair; JSON cannot hold those as they are."""


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One row of table ``quarantine`` without the raw document."""

    doc_id: str
    stage: Stage
    reason: str
    detail: str
    origin: str
    origin_row: int | None
    url: str | None
    media_type: str
    title: str | None
    content_bytes: int
    held: bool
    """Whether the whole batch was held, for breaking an expectation about the batch."""
    run_id: str
    batch_number: int
    quarantined_at: dt.datetime
    released_at: dt.datetime | None
    """When a retry settled it anew; None while it is in quarantine."""
    released_run_id: str | None
    kept: bool
    """Whether its raw bytes are still there: not once a retry settled it, or maintenance pruned them."""
    retryable: bool
    """Whether they are kept and are the whole document: of one that could not be read they are its first, or none."""
    dismissed: str | None
    """Why a person decided that it needs nobody any longer; None where nobody did."""


def pack_raw(raw: RawDocument) -> tuple[bytes, str]:
    """The content zstd-compressed, and every other field but ``doc_id`` as a JSON object."""
    facts = {name: _to_json(getattr(raw, name)) for name in _FACTS}
    return zstandard.compress(raw.content, _ZSTD_LEVEL), json.dumps(facts)


def unpack_raw(doc_id: str, raw_content: bytes, raw_facts: str) -> RawDocument:
    """The document that :func:`pack_raw` was given."""
    facts: dict[str, Any] = {name: _from_json(value) for name, value in json.loads(raw_facts).items()}
    facts["authors"] = tuple(facts["authors"])
    facts["rights"] = tuple(facts.get("rights", ()))  # not there in what older versions packed
    if facts["fetched_at"] is not None:
        facts["fetched_at"] = dt.datetime.fromisoformat(facts["fetched_at"])
    return RawDocument(doc_id=doc_id, content=zstandard.decompress(raw_content), **facts)


def quarantine_table(rejected: Sequence[tuple[RawDocument, Rejection]]) -> pa.Table:
    """Rows for table ``quarantine``: the rejection, what people look for, and the packed document."""
    packed = [pack_raw(raw) for raw, _ in rejected]
    given = {name: [valid_text(getattr(raw, name)) for raw, _ in rejected] for name in _SHOWN}
    told = {name: [valid_text(getattr(rejection, name)) for _, rejection in rejected] for name in _REJECTION.names}
    columns: Mapping[str, list[Any]] = {
        **told,
        **given,
        "origin_row": [raw.origin_row for raw, _ in rejected],
        "content_bytes": [len(raw.content) for raw, _ in rejected],
        "raw_content": [content for content, _ in packed],
        "raw_facts": [facts for _, facts in packed],
    }
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in _SCHEMA}, _SCHEMA)


_SHOWN = ("origin", "url", "media_type", "title")
_REJECTION = arrow_schema(Rejection)
_SCHEMA = pa.schema(
    [
        *_REJECTION,
        *(arrow_schema(RawDocument).field(name) for name in (*_SHOWN, "origin_row")),
        pa.field("content_bytes", pa.int64(), nullable=False),
        pa.field("raw_content", pa.large_binary(), nullable=False),
        pa.field("raw_facts", pa.large_string(), nullable=False),
    ]
)


def _to_json(value: Any) -> Any:
    if isinstance(value, str):
        return value if valid_text(value) == value else {_SURROGATES: value.encode("utf-8", "surrogatepass").hex()}
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return bytes.fromhex(value[_SURROGATES]).decode("utf-8", "surrogatepass")
    return [_from_json(item) for item in value] if isinstance(value, list) else value
