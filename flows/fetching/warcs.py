"""What was fetched, as a WARC file: every answer with its request, and a record for each address that was not had.

warcio writes the records. Feeds, sitemaps and robots.txt carry a role, by which the reader passes over them; reading
belongs to :mod:`flows.reading.warc`.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.fetching.ends import Failed
from flows.fetching.http import Exchange
from flows.reading.warc import ROLE_FAILURE, ROLE_HEADER, ROLE_LIST

_UNDONE = "transfer-encoding"
"""The header of what the connection undid; kept under another name, as crawlers do."""


class Warc:
    """A growing WARC file, each record compressed by itself; may be written to by several threads."""

    def __init__(self, path: Path, software: str, now: dt.datetime) -> None:
        self.path = path
        self.bytes = 0
        self._file = path.open("xb")
        self._writer = WARCWriter(self._file, gzip=True)
        self._lock = threading.Lock()
        info = self._writer.create_warcinfo_record(path.name, {"software": software, "format": "WARC/1.0"})
        info.rec_headers.replace_header("WARC-Date", _stamp(now))
        self._write(info)

    def keep(self, exchange: Exchange, *, is_list: bool) -> None:
        """Write an answer and its request."""
        role = {ROLE_HEADER: ROLE_LIST} if is_list else {}
        cut = {} if exchange.whole or not exchange.header("content-type") else {"WARC-Truncated": "length"}
        headers = [("X-Crawler-Transfer-Encoding" if n.lower() == _UNDONE else n, v) for n, v in exchange.headers]
        status = f"{exchange.status} {exchange.phrase}".rstrip()
        response = self._record(
            exchange.url.text,
            "response",
            exchange.body,
            {"WARC-Date": _stamp(exchange.at), **role, **cut},
            StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
        )
        first, *rest = exchange.request.decode("ascii").rstrip("\r\n").split("\r\n")
        sent = [(name, value) for name, _, value in (line.partition(": ") for line in rest)]
        request = self._record(
            exchange.url.text,
            "request",
            b"",
            {
                "WARC-Date": _stamp(exchange.at),
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
                **role,
            },
            StatusAndHeaders(first, sent, is_http_request=True),
        )
        self._write(response, request)

    def keep_failure(self, url: str, failure: Failed, now: dt.datetime) -> None:
        """Write that an address was not to be had, and why."""
        said = orjson.dumps({"reason": failure.reason, "detail": failure.detail})
        headers = {ROLE_HEADER: ROLE_FAILURE, "WARC-Date": _stamp(now), "Content-Type": "application/json"}
        self._write(self._record(_one_line(url), "metadata", said, headers))

    def sync(self) -> None:
        """Have everything that was written on the disk."""
        with self._lock:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """End the file."""
        with self._lock:
            self._file.close()

    def _record(
        self, url: str, kind: str, body: bytes, headers: Mapping[str, str], http: StatusAndHeaders | None = None
    ) -> Any:
        return self._writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), length=len(body), warc_headers_dict=headers, http_headers=http
        )

    def _write(self, *records: Any) -> None:
        """All of them or, where the disk is full, none: half a record would spoil the file."""
        with self._lock:
            before = self._file.tell()
            try:
                for record in records:
                    self._writer.write_record(record)
            except OSError:
                self._file.truncate(before)
                self._file.seek(before)
                raise
            self.bytes = self._file.tell()


def _one_line(url: str) -> str:
    """A URL of any spelling as the value of a header."""
    printable = "".join(character if character.isprintable() else " " for character in url[:2000])
    return printable.encode("utf-8", "replace").decode()


def _stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
