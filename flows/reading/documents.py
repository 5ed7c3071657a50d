"""Making the records: what was read becomes a ``RawDocument``, what could not be read an ``Unreadable``.

The one place that decides what a document's id is made of. Finding the facts belongs to the readers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows.reading.options import HEAD_BYTES, ReadOptions, Reason, StreamFault, Unreadable
from flows.reading.streams import Stream
from transforms.records import MediaType, RawDocument, Rejection
from transforms.text.identity import document_id

Outcome = RawDocument | Unreadable
"""What reading gives: each thing found is one or the other."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the input says about a document besides its content; all optional."""

    url: str | None = None
    input_id: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    source_hint: str | None = None
    fetched_at: dt.datetime | None = None
    rights: tuple[str, ...] = ()
    """What was said about the use of the text outside the page."""


NO_FACTS = Facts()


def one_line(value: str) -> str | None:
    """A fact as one printable line: white space runs and control characters become a space; None where nothing is left.

    Bytes that were no UTF-8 (surrogate escapes) are read as Windows-1252; other lone surrogates go.
    """
    if value.isascii() and value.isprintable():
        return value.strip() or None
    return " ".join(_CONTROLS.sub(" ", valid_text(value)).split()) or None


def valid_text(value: str) -> str:
    """Text that can be encoded."""
    try:
        value.encode()
    except UnicodeEncodeError:
        try:
            return value.encode("utf-8", "surrogateescape").decode("windows-1252", "replace")
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def encoded(text: str) -> tuple[bytes, str | None]:
    """Content and its character set; no character set where the input's own bytes were not UTF-8, as they stand."""
    try:
        return text.encode(), "utf-8"
    except UnicodeEncodeError:
        pass
    try:
        return text.encode("utf-8", "surrogateescape"), None
    except UnicodeEncodeError:
        return valid_text(text).encode(), "utf-8"


def document(
    content: bytes,
    media_type: MediaType,
    origin: str,
    origin_row: int | None = None,
    charset: str | None = None,
    facts: Facts = NO_FACTS,
) -> Outcome:
    """A document with its id; ``empty`` where the content is white space.

    The id is made of the content, what it is read as (media type, character set), URL, own id, title, date, source and
    authors, in this order, never of the place, the rights or the time it was fetched: the same document found again
    is the same.
    """
    if not content or content.isspace():
        return unreadable("empty", "There is no text in it.", origin, origin_row, content, facts)
    return RawDocument(
        doc_id=document_id(
            content,
            media_type,
            charset,
            facts.url,
            facts.input_id,
            facts.title,
            facts.published,
            facts.source_hint,
            *facts.authors,
        ),
        content=content,
        media_type=media_type,
        origin=origin,
        origin_row=origin_row,
        charset=charset,
        url=facts.url,
        source_hint=facts.source_hint,
        fetched_at=facts.fetched_at,
        input_id=facts.input_id,
        title=facts.title,
        authors=facts.authors,
        published=facts.published,
        rights=facts.rights,
    )


def unreadable(
    reason: Reason,
    detail: str,
    origin: str,
    origin_row: int | None = None,
    content: bytes = b"",
    facts: Facts = NO_FACTS,
    extent: str | None = None,
) -> Unreadable:
    """What could not be read, with an id that a second run finds again.

    The id is made of the reason, the first bytes of what was there, its row and what is known of it. Where those bytes
    are not all of it, two files that begin alike are told apart by the bare file name and by ``extent``: how much there
    was and how much of it was read.
    """
    head = content[:HEAD_BYTES]
    is_whole = 0 < len(content) < HEAD_BYTES and origin_row is not None
    name = None if is_whole or facts is not NO_FACTS else re.split(r"[/!]", origin)[-1]
    row = None if origin_row is None else str(origin_row)
    doc_id = document_id(head, "unreadable", reason, row, name, facts.url, facts.input_id, facts.title, extent)
    raw = RawDocument(
        doc_id=doc_id,
        content=head,
        media_type="text/plain",
        origin=origin,
        origin_row=origin_row,
        url=facts.url,
        source_hint=facts.source_hint,
        fetched_at=facts.fetched_at,
        input_id=facts.input_id,
        title=facts.title,
        authors=facts.authors,
        published=facts.published,
    )
    return Unreadable(raw, Rejection(doc_id, "read", reason, detail))


def whole_document(stream: Stream, media_type: MediaType, origin: str, options: ReadOptions) -> Iterator[Outcome]:
    """The rest of a stream as one document.

    Raises:
        StreamFault: ``too large``, or what befell the stream.
    """
    yield document(read_whole(stream, "document", options.max_document_bytes), media_type, origin)


def read_whole(stream: Stream, what: str, limit: int) -> bytes:
    """The rest of a stream, of ``limit`` bytes at most.

    Raises:
        StreamFault: ``too large``, or what befell the stream.
    """
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise too_large(f"The {what} is over {limit:,} bytes")
    if stream.fault:
        raise stream.fault
    return content


def too_large(finding: str) -> StreamFault:
    """The fault of exceeding ``max_document_bytes``, with its remedy."""
    return StreamFault("too large", f"{finding}. Split it, or raise max_document_bytes.")
