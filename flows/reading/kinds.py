"""What the bytes of an input are: told by the first of them, by the file name where they leave it open.

Nothing is read here beyond the head that is passed in.
"""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath

from flows.reading.decompress import SUFFIXES
from flows.reading.options import Kind, StreamFault

_KINDS: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",
    ".zip": "zip",
    ".tar": "tar",
}

_SHORT_TARS = {".tgz", ".tbz2", ".txz", ".tzst"}

_OTHER_FILES = {
    ".css", ".js", ".mjs", ".map", ".xml", ".rss", ".atom", ".svg", ".py", ".sh", ".toml", ".yaml", ".yml", ".ini",
    ".log", ".sql", ".rtf",
}  # fmt: skip
"""Text files that are no documents: their text would pass for an article's."""

_OTHER_MAGIC: dict[bytes, str] = {
    b"%PDF-": "a PDF file",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a RIFF media file",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"SQLite format 3\x00": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Office file",
}

_TAR_MAGIC_AT = 257

_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # those of UTF-32 begin or are followed alike
_BINARY_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x08\x1b")) + b"\x7f"
_MAX_CONTROL_SHARE = 0.05
"""Random and compressed bytes have 10% control characters, damaged text a few."""
_MIN_CONTROLS = 4
"""So that a stray byte does not make a very short text binary."""
_MIN_WIDE_SHARE = 0.3
"""Share of zero bytes, all at even or all at odd places, from which bytes without a mark are taken for UTF-16."""

_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,1000}-->\s*){0,3}<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE,
)
_ITEM_FEED = re.compile(rb"\s*(?:<\?xml[^>]{0,1000}>\s*){0,5}(?:<!--[^>]{0,1000}-->\s*){0,3}<(?:rss|feed|rdf:RDF)[\s>]")
"""How a feed begins, after its declaration and style sheets."""
_FEED_SUFFIXES = ("", ".xml", ".rss", ".atom", ".rdf")
_FEED = re.compile(rb"\s*<\?xml|\s*<(?:rss|feed|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_COLUMN_NAME = re.compile(rb'"?\w[\w-]*(?: [\w-]+)?"?')
_TEXT_COLUMN = re.compile(rb"text|body|content|html", re.IGNORECASE)


def base_name(name: str) -> str:
    """The file name without the suffixes of compression: what is left when they are undone."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return path.stem
    return path.stem + ".tar" if suffix in _SHORT_TARS else path.name


def kind_of(name: str, head: bytes) -> Kind:
    """The kind of decompressed bytes that begin with ``head`` in a file called ``name``.

    Raises:
        StreamFault: ``unsupported kind``.
    """
    if kind := _by_magic(head):
        return kind
    suffix = PurePosixPath(name).suffix.lower()
    named = _KINDS.get(suffix)
    if named in ("parquet", "warc", "zip", "tar"):
        return named  # its reader says what is wrong with it
    if suffix in _FEED_SUFFIXES and _ITEM_FEED.match(head.removeprefix(codecs.BOM_UTF8)):
        return "feed"
    _refuse_others(suffix, head)
    return _among_texts(named, head)


def looks_like_page(head: bytes) -> bool:
    """Whether text begins as a whole HTML page does."""
    return _PAGE.match(head) is not None


def _by_magic(head: bytes) -> Kind | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    if head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        return "tar"
    return None


def _refuse_others(suffix: str, head: bytes) -> None:
    what = next((what for magic, what in _OTHER_MAGIC.items() if head.startswith(magic)), None)
    if what is None and suffix in _OTHER_FILES and not looks_like_page(head):
        what = f"a {suffix} file"
    if what is None and _is_binary(head):
        what = "a binary file of unknown kind"
    if what is not None:
        raise StreamFault("unsupported kind", f"This is {what}. Convert it to text or HTML, or leave it out.")


def _is_binary(head: bytes) -> bool:
    if head.startswith(_WIDE_BOMS) or head.startswith(codecs.BOM_UTF32_BE):
        return False
    zeros = head.count(0)
    if zeros > _MIN_WIDE_SHARE * len(head) and zeros in (head[::2].count(0), head[1::2].count(0)):
        return False
    controls = len(head) - len(head.translate(None, _BINARY_CONTROLS))
    return controls > max(_MIN_CONTROLS, _MAX_CONTROL_SHARE * len(head))


def _among_texts(named: Kind | None, head: bytes) -> Kind:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if named in ("text", "html", None):
        return _whole_kind(named, start)
    if named == "jsonl" and (start.startswith(b"[") or start.split(b"\n", 1)[0].strip() == b"{"):
        return "json"  # an array, or an object over several lines
    return named


def _whole_kind(named: Kind | None, start: bytes) -> Kind:
    if looks_like_page(start):
        return "html"
    if named == "html":
        return "html" if b"<" in start or b"\0" in start else "text"
    if named == "text":
        return "text"
    if start.startswith((b"{", b"[{", b"[\n", b"[\r\n")) or re.match(rb"\[\s*\{", start):
        return "json"
    if _FEED.match(start):
        raise StreamFault("unsupported kind", "This is an XML file. Convert it to text or HTML, or leave it out.")
    return "csv" if _names_columns(start.split(b"\n", 1)[0]) else "text"


def _names_columns(first: bytes) -> bool:
    """Whether a first line is a list of names of one or two words, one of them for a text."""
    names = re.split(rb"[,;\t]", first[:1000].rstrip(b"\r"))
    return len(names) > 1 and all(map(_COLUMN_NAME.fullmatch, names)) and any(map(_TEXT_COLUMN.search, names))
