"""WARC and WET files: one document for each record that is a page or plain text.

In the files that :mod:`flows.fetching` writes, a header of our own tells the feeds and rules among the responses, which
are no documents, and the records of pages that were not to be had, which end as rejections.

Compression of the file itself and extraction of the text do not belong here. The framing of records is read here, not
by warcio, so that a damaged record costs itself and not the rest of the file; HTTP headers and chunked bodies are
warcio's.
"""

from __future__ import annotations

import functools
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import orjson
import pyarrow as pa
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

from flows.bundled import bundled_text
from flows.reading.documents import Facts, Outcome, document, one_line, too_large, unreadable
from flows.reading.fields import utc_time
from flows.reading.kinds import looks_like_page
from flows.reading.options import HEAD_BYTES, REASONS, ReadOptions, Reason, StreamFault
from flows.reading.streams import Stream
from transforms.page.rights import (
    RightsRules,
    SiteRobots,
    TdmRule,
    header_statements,
    parse_rights_rules,
    parse_site_robots,
    parse_tdmrep,
    tdm_statements,
)
from transforms.records import MediaType

ROLE_HEADER = "Copydesk-Role"
"""What a record is for, where it is no page: ``list`` (feeds, sitemaps, robots.txt) or ``failure``."""
ROLE_LIST = "list"
ROLE_FAILURE = "failure"
"""A metadata record about an address that was not to be had: JSON with ``reason`` and ``detail``."""

MAX_SITES = 10_000
"""Sites of a file whose rules are remembered."""
_RULE_FILES = ("/robots.txt", "/.well-known/tdmrep.json")

_RECORD = b"\r\n\r\nWARC/1."
"""What stands between two records; where reading starts again after a damaged one."""
_MAX_LINE = 16 * 1024
_MAX_HEADER_LINES = 200
_MAX_HTTP_HEADER_BYTES = 256 * 1024
_MAX_ENCODINGS = 4
"""Of one body, inside each other; more than one is rare."""

_MEDIA_TYPES: dict[str, MediaType] = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE)
_STATUS_OK = "200"
_HTTP = ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3"]


@dataclass(frozen=True, slots=True)
class _Header:
    """Of one record: its fields in lower case and how many bytes follow."""

    fields: dict[str, str]
    length: int

    @property
    def is_response(self) -> bool:
        is_page = self.fields.get(ROLE_HEADER.lower()) != ROLE_LIST
        return self.fields.get("warc-type") == "response" and self.media_type == "application/http" and is_page

    @property
    def is_plain(self) -> bool:
        """Whether the block is the document itself, as in the text files (WET) of Common Crawl."""
        return self.fields.get("warc-type") in ("conversion", "resource") and self.media_type in _MEDIA_TYPES

    @property
    def media_type(self) -> str:
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_rules(self) -> bool:
        """Whether it is a response for a robots.txt or tdmrep.json."""
        return self.fields.get("warc-type") == "response" and bool(self.url and _root_and_path(self.url)[1])

    @property
    def is_failure(self) -> bool:
        return self.fields.get("warc-type") == "metadata" and self.fields.get(ROLE_HEADER.lower()) == ROLE_FAILURE

    @property
    def url(self) -> str | None:
        return one_line(self.fields.get("warc-target-uri", "").strip("<>"))


@functools.cache
def rights_rules() -> RightsRules:
    """What statements about the use of texts mean."""
    return parse_rights_rules(bundled_text("page", "rights.toml"), bundled_text("page", "ai_crawlers.toml"))


@dataclass(slots=True)
class SiteRights:
    """What the robots.txt and tdmrep.json of each site say that came earlier in a file, by scheme and host."""

    robots: dict[str, SiteRobots] = field(default_factory=dict)
    tdm: dict[str, tuple[TdmRule, ...]] = field(default_factory=dict)

    def learn(self, url: str, content: bytes) -> None:
        """Take in a file of rules."""
        root, path = _root_and_path(url)
        if len(self.robots) + len(self.tdm) >= MAX_SITES:
            return
        if path == "/robots.txt":
            self.robots[root] = parse_site_robots(content, rights_rules())
        elif path:
            self.tdm[root] = parse_tdmrep(content)

    def of(self, url: str | None, headers: list[tuple[str, str]]) -> tuple[str, ...]:
        """What is said about a page by its headers and by its site's rules."""
        said = [*header_statements(headers, rights_rules())]
        root = _root_and_path(url)[0] if url else ""
        if url and root in self.robots:
            said += self.robots[root].statements(url, rights_rules())
        if url and root in self.tdm:
            said += tdm_statements(self.tdm[root], url)
        return tuple(dict.fromkeys(map(str, said)))


def _root_and_path(url: str) -> tuple[str, str]:
    """Scheme with host, and the path where it is a file of rules."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return f"{parts.scheme}://{parts.netloc.lower()}", parts.path if parts.path in _RULE_FILES else ""


def read_warc(stream: Stream, origin: str, options: ReadOptions, skipped: Callable[[], None]) -> Iterator[Outcome]:
    """The documents of a WARC file; ``origin_row`` counts its records, whatever their type.

    Documents are responses with status 200 and HTML or plain text, those that do not say what they hold and begin like
    a page, and texts and pages without HTTP around them (types ``conversion`` and ``resource``, as in WET files). For
    each other record, ``skipped`` is called.

    Raises:
        StreamFault: ``truncated archive`` or what befell the stream.
    """
    number, sites = 0, SiteRights()
    while (header := _next_header(stream)) is not None:
        number += 1
        if isinstance(header, str):
            yield _damaged(header, origin, number, stream.peek(1024))
            stream.skip_to(_RECORD)
            continue
        limit = options.max_document_bytes + _MAX_HTTP_HEADER_BYTES
        if header.length > limit:
            yield from _passed_over(stream, header, origin, number, options, skipped)
            continue
        block = _block(stream, header.length)
        if block is None:
            raise StreamFault("truncated archive", f"The file ends inside record {number}. Fetch it again.")
        if not _ends_here(stream):
            _back_to_record(stream, block)
            yield _damaged("Content-Length does not lead to the next record", origin, number, block)
            continue
        found = _read_record(header, block, origin, number, options, sites)
        if found is None:
            skipped()
        else:
            yield found


def _damaged(finding: str, origin: str, number: int, content: bytes) -> Outcome:
    detail = f"Record {number}: {finding}. The other records were read."
    return unreadable("corrupt file", detail, origin, number, content)


def _next_header(stream: Stream) -> _Header | str | None:
    """The next record's header; what is wrong with it; None at the end of the file."""
    line = stream.readline(_MAX_LINE)
    while line in (b"\r\n", b"\n"):
        line = stream.readline(_MAX_LINE)
    if not line:
        return None
    if not line.startswith(b"WARC/"):
        stream.unread(line)
        return "no record begins here"
    fields: dict[str, str] = {}
    for _ in range(_MAX_HEADER_LINES):
        line = stream.readline(_MAX_LINE)
        if not line.endswith(b"\n"):
            raise StreamFault("truncated archive", "The file ends inside a record's header. Fetch it again.")
        if line in (b"\r\n", b"\n"):
            length = fields.get("content-length", "")
            return _Header(fields, int(length)) if _is_count(length) else "it has no valid Content-Length"
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields[name.strip().lower()] = value.strip()
    return "its header does not end"


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len(str(2**63))


def _block(stream: Stream, length: int) -> bytes | None:
    """The record's block; None where the file ends inside it."""
    block = stream.read(length) if length else b""
    if len(block) == length:
        return block
    if stream.fault:
        raise stream.fault
    return _recovered(stream, block)


def _recovered(stream: Stream, block: bytes) -> bytes | None:
    """A Content-Length beyond the end of the file may hide further records: goes back to the first of them."""
    if _RECORD not in block:
        return None
    stream.unread(block)
    return b""


def _ends_here(stream: Stream) -> bool:
    after = stream.peek(5)
    return not after or after.startswith((b"\r\n", b"\n", b"WARC/"))


def _back_to_record(stream: Stream, block: bytes) -> None:
    """Goes to the next record, which may begin inside the block that was read."""
    found = block.find(_RECORD)
    if found >= 0:
        stream.unread(block[found:])
    else:
        stream.skip_to(_RECORD)


def _passed_over(
    stream: Stream, header: _Header, origin: str, number: int, options: ReadOptions, skipped: Callable[[], None]
) -> Iterator[Outcome]:
    head = stream.peek(_MAX_LINE)
    if stream.skip(header.length) < header.length:
        raise StreamFault("truncated archive", f"The file ends inside record {number}. Fetch it again.")
    if header.is_response or header.is_plain:
        fault = too_large(f"Record {number} is over {options.max_document_bytes:,} bytes")
        yield unreadable(fault.reason, fault.detail, origin, number, head, Facts(url=header.url))
    else:
        skipped()


def _read_record(
    header: _Header, block: bytes, origin: str, number: int, options: ReadOptions, sites: SiteRights
) -> Outcome | None:
    """What a record comes to, or None where it holds no document."""
    if header.is_failure:
        return _read_failure(header, block, origin)
    if header.is_plain:
        return _read_plain(header, block, origin, number)
    if header.is_rules:
        _learn(header, block, options, sites)
    return _read_response(header, block, origin, number, options, sites) if header.is_response else None


def _learn(header: _Header, block: bytes, options: ReadOptions, sites: SiteRights) -> None:
    """Take in a file of rules; one that cannot be read says nothing."""
    reader = io.BytesIO(block)
    with suppress(StatusAndHeadersParserException, EOFError, StreamFault):
        http: StatusAndHeaders = StatusAndHeadersParser(_HTTP, verify=False).parse(reader)
        if header.url and http.get_statuscode().startswith(_STATUS_OK):
            sites.learn(header.url, _body(http, reader.read(), options.max_document_bytes))


def _read_plain(header: _Header, block: bytes, origin: str, number: int) -> Outcome:
    """The document that a record holds without HTTP around it."""
    facts = Facts(url=header.url, fetched_at=utc_time(header.fields.get("warc-date")))
    charset = _charset(header.fields["content-type"]) or (
        "utf-8" if header.fields["warc-type"] == "conversion" else None
    )
    return document(block, _MEDIA_TYPES[header.media_type], origin, number, charset, facts)


def _read_failure(header: _Header, block: bytes, origin: str) -> Outcome:
    """The rejection of an address that was not to be had; told by its URL alone, so that the same failure in a later
    fetch is the same."""
    try:
        said = orjson.loads(block)
    except orjson.JSONDecodeError:
        said = None
    said = said if isinstance(said, dict) else {}
    reason: Reason = next((known for known in REASONS if known == said.get("reason")), "unreadable")
    detail = said.get("detail")
    facts = Facts(url=header.url, fetched_at=utc_time(header.fields.get("warc-date")))
    shown = one_line(detail) if isinstance(detail, str) else None
    return unreadable(reason, shown or "The page was not to be had.", origin, facts=facts)


def _read_response(
    header: _Header, block: bytes, origin: str, number: int, options: ReadOptions, sites: SiteRights
) -> Outcome | None:
    """The document in a response record, or None where it holds none."""
    facts = Facts(url=header.url, fetched_at=utc_time(header.fields.get("warc-date")))
    reader = io.BytesIO(block)
    try:
        http: StatusAndHeaders = StatusAndHeadersParser(_HTTP, verify=False).parse(reader)
    except (StatusAndHeadersParserException, EOFError):
        return unreadable("corrupt file", f"Record {number} has no HTTP header.", origin, number, block, facts)
    declared = http.get_header("content-type") or ""
    media_type = _MEDIA_TYPES.get(declared.partition(";")[0].strip().lower())
    if not http.get_statuscode().startswith(_STATUS_OK) or (declared and media_type is None):
        return None
    try:
        content = _body(http, reader.read(), options.max_document_bytes)
    except StreamFault as fault:
        detail = f"Record {number}: {fault.detail}"
        return unreadable(fault.reason, detail, origin, number, block, facts)
    if media_type is None:
        media_type = "text/html" if looks_like_page(content[:HEAD_BYTES]) else None
    if media_type is None:
        return None
    facts = replace(facts, rights=sites.of(header.url, http.headers))
    return document(content, media_type, origin, number, _charset(declared), facts)


def _charset(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return found.group(1).lower() if found else None


def _body(http: StatusAndHeaders, body: bytes, limit: int) -> bytes:
    """The body without its transfer and content encodings.

    Raises:
        StreamFault: ``too large`` or ``corrupt file``.
    """
    if "chunked" in (http.get_header("transfer-encoding") or "").lower():
        body = _unchunked(body)
    return decoded_body(body, http.get_header("content-encoding") or "", limit)


def decoded_body(body: bytes, encodings: str, limit: int) -> bytes:
    """A body without the content encodings that its header names.

    Raises:
        StreamFault: ``too large`` where more than ``limit`` bytes come out, ``corrupt file``, ``unsupported kind``.
    """
    named = [each.strip() for each in encodings.lower().split(",")]
    if len(named) > _MAX_ENCODINGS:
        raise StreamFault("nested too deeply", f"the body has {len(named):,} content encodings.")
    for encoding in reversed(named):
        body = _decoded(body, encoding, limit)
    if len(body) > limit:
        raise too_large(f"The page is over {limit:,} bytes")
    return body


def _unchunked(body: bytes) -> bytes:
    """A body that was already joined when it was written is handed back as it is, as warcio does."""
    reader = ChunkedDataReader(io.BytesIO(body))
    pieces: list[bytes] = []
    try:
        while piece := reader.read(len(body) + 1):
            pieces.append(piece)
    except (ArchiveLoadFailed, ValueError) as error:
        raise StreamFault("corrupt file", f"the chunks of the body are damaged: {error}.") from error
    return b"".join(pieces)


def _decoded(body: bytes, encoding: str, limit: int) -> bytes:
    """One content encoding undone, up to one byte more than ``limit``; archives often keep the header and undo the
    encoding, so a body that evidently is text stays as it is."""
    if encoding in ("", "identity", "utf-8") or body.lstrip()[:1] == b"<":
        return body
    try:
        if encoding in ("gzip", "x-gzip"):
            return _inflated(body, 16 + zlib.MAX_WBITS, limit) if body.startswith(b"\x1f\x8b") else body
        if encoding == "deflate":
            return _undeflated(body, limit)
        if encoding in ("br", "zstd"):
            codec = "brotli" if encoding == "br" else encoding
            return bytes(pa.CompressedInputStream(pa.BufferReader(body), codec).read(limit + 1))
    except (zlib.error, OSError) as error:
        raise StreamFault("corrupt file", f"the {encoding} content is damaged: {error}.") from error
    raise StreamFault("unsupported kind", f"content encoding {encoding[:40]!r} is not known.")


def _undeflated(body: bytes, limit: int) -> bytes:
    """With zlib's wrapping, as the standard says, or without, as some servers send it."""
    try:
        return _inflated(body, zlib.MAX_WBITS, limit)
    except zlib.error:
        return _inflated(body, -zlib.MAX_WBITS, limit)


def _inflated(body: bytes, window_bits: int, limit: int) -> bytes:
    return zlib.decompressobj(window_bits).decompress(body, limit + 1)
