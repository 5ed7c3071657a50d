"""Makes the files of ``samples`` that are not written by hand: archives, tables, and texts in broken encodings.

``python tests/samples/build.py`` reads ``sources`` and writes ``samples``; the same sources give the same bytes, with
no time, user or path of the machine in them. Plain UTF-8 texts and pages stand in ``samples`` themselves and are not
touched. What should become of each document is said in ``expected.json``, not here.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import struct
import sys
import tarfile
import tomllib
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
MEMBER_TIME = (2025, 3, 15, 8, 0, 0)
MEMBER_EPOCH = 1742025600
"""``MEMBER_TIME`` in seconds, UTC: every archive member is that old, whenever it was packed."""

GZIP_HEADER = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x02\xff"
"""Deflate, no name, no time, best compression, unknown system: :mod:`gzip` would write the system's number."""
BYTES_OF_THE_CUT_RECORD = 90

Record = dict[str, Any]


def build() -> dict[str, bytes]:
    """Every built file: its path under ``samples`` and its bytes."""
    return {
        "archives/crawl.warc.gz": warc(records("crawl")),
        "archives/cut-short.jsonl.gz": cut_short(records("cut-short")),
        "archives/evening.tar.gz": gzipped(tar("evening")),
        "archives/post.zip": zipped("post"),
        "pages/ptitsy.html": source("ptitsy.html").decode().encode("windows-1251"),
        "pages/salinas.html": source("salinas.html").decode().encode("latin-1"),
        "tables/archive.parquet": parquet(records("archive")),
        "tables/bulletin.csv": csv_table(records("bulletin")),
        "tables/desk.jsonl": jsonl(records("desk")),
        "tables/wire-2025-03-14.jsonl.gz": gzipped(jsonl(records("wire-2025-03-14"))),
        "tables/wire-2025-03-15.jsonl.zst": zstandard.ZstdCompressor(level=19).compress(
            jsonl(records("wire-2025-03-15"))
        ),
        "text/phare.txt": source("phare.txt").decode("windows-1252").encode(),
        "text/scan.txt": scan(),
    }


def main() -> int:
    """Write the built files; the exit code is 0."""
    for name, content in build().items():
        path = HERE.parents[1] / "samples" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sys.stdout.write(f"{len(content):7,d}  {name}\n")
    return 0


def source(name: str) -> bytes:
    """The bytes of one file under ``sources``."""
    return (SOURCES / name).read_bytes()


def records(name: str) -> list[Record]:
    """The records of one TOML file under ``sources``, texts without the line breaks around them."""
    read: list[Record] = tomllib.loads(source(f"{name}.toml").decode())["record"]
    return [{key: value.strip("\n") if key in ("text", "body", "content") else value for key, value in record.items()}
            for record in read]  # fmt: skip


def jsonl(rows: list[Record]) -> bytes:
    """One JSON object a line; a record that only has ``malformed`` is written as that text."""
    lines = (row.get("malformed") or json.dumps(row, ensure_ascii=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def csv_table(rows: list[Record]) -> bytes:
    """CSV as a spreadsheet saves it: byte order mark, CRLF, line breaks inside quoted cells."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def parquet(rows: list[Record]) -> bytes:
    """A Parquet file whose date column is of a date type."""
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out, compression="zstd")
    return out.getvalue()


def gzipped(*parts: bytes) -> bytes:
    """One gzip member; what stands before a part can be unpacked without what follows it."""
    return GZIP_HEADER + b"".join(deflated(*parts)) + trailer(b"".join(parts))


def cut_short(rows: list[Record]) -> bytes:
    """A gzip file that ends inside its last record, with all earlier ones whole."""
    *whole, last = deflated(*(jsonl([row]) for row in rows))
    return GZIP_HEADER + b"".join(whole) + last[:BYTES_OF_THE_CUT_RECORD]


def deflated(*parts: bytes) -> list[bytes]:
    """The parts compressed as one stream, flushed after each part; the last ends the stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    *first, last = parts
    packed = [packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH) for part in first]
    return [*packed, packer.compress(last) + packer.flush()]


def trailer(content: bytes) -> bytes:
    """Checksum and length that end a gzip member."""
    return struct.pack("<II", zlib.crc32(content), len(content))


def members(folder: str) -> list[tuple[str, bytes]]:
    """The files of a folder under ``sources``, by name."""
    root = SOURCES / folder
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return [(path.relative_to(root).as_posix(), path.read_bytes()) for path in paths]


def zipped(folder: str) -> bytes:
    """A folder as a ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members(folder):
            info = zipfile.ZipInfo(name, MEMBER_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, compresslevel=9)
    return out.getvalue()


def tar(folder: str) -> bytes:
    """A folder as a tar file of nobody."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members(folder):
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(content), MEMBER_EPOCH, 0o644
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def warc(rows: list[Record]) -> bytes:
    """A WARC file, each record a gzip member of its own."""
    return b"".join(gzipped(warc_record(row, number)) for number, row in enumerate(rows, start=1))


def warc_record(row: Record, number: int) -> bytes:
    """One WARC record with an id made from its place."""
    block = warc_block(row)
    kind = row["type"]
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        "WARC-Date": row["date"],
        "WARC-Target-URI": row.get("uri"),
        "Content-Type": "application/warc-fields" if kind == "warcinfo" else f"application/http; msgtype={kind}",
        "Content-Length": str(len(block)),
    }
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in headers.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def warc_block(row: Record) -> bytes:
    """What a record holds: fields of the crawl, an HTTP request, or an HTTP response with its payload."""
    if row["type"] == "warcinfo":
        return str(row["content"]).encode()
    if row["type"] == "request":
        host, _, path = row["uri"].removeprefix("https://").partition("/")
        return f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    payload = source(row["page"]) if "page" in row else base64.b64decode(row["base64"])
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {row['content_type']}\r\nContent-Length: {len(payload)}\r\n\r\n"
    return head.encode() + payload


def scan() -> bytes:
    """Four thousand bytes that are no text in any encoding, behind the signature of a picture."""
    noise = b"".join(hashlib.sha256(b"scan %d" % block).digest() for block in range(124))
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + noise


if __name__ == "__main__":
    raise SystemExit(main())
