"""The samples are what sources, docs/samples.md and expectations say; tests/flows asks what a run makes of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator

from tests.samples import build

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
EXPECTED: dict[str, Any] = json.loads((ROOT / "tests" / "samples" / "expected.json").read_text("utf-8"))
DOCUMENTS: list[dict[str, Any]] = EXPECTED["documents"]
FILES = sorted(path.relative_to(ROOT).as_posix() for path in SAMPLES.rglob("*") if path.is_file())

Place = tuple[str, int | None]
"""Origin and row, as a document's record has them."""

TRUE_CHARSETS = {
    "samples/pages/ptitsy.html": "windows-1251",
    "samples/pages/salinas.html": "latin-1",
    "samples/text/scan.txt": "latin-1",
}
MOJIBAKE = "samples/text/phare.txt"


def place(entry: dict[str, Any]) -> Place:
    return entry["origin"], entry["row"]


def jsonl_rows(origin: str, content: bytes) -> dict[Place, str]:
    """The lines of a file; what is left of a line that was cut off has no row."""

    def text(line: str) -> str:
        try:
            row = json.loads(line)
        except ValueError:
            return line
        return "\n".join(str(value) for value in row.values())

    lines = enumerate(content.decode().splitlines(keepends=True), start=1)
    return {(origin, number if line.endswith("\n") else None): text(line) for number, line in lines}


def row_texts(origin: str, rows: list[dict[str, Any]]) -> dict[Place, str]:
    return {
        (origin, number): "\n".join(str(value) for value in row.values()) for number, row in enumerate(rows, start=1)
    }


def warc_pages(origin: str, content: bytes) -> dict[Place, str]:
    pages: dict[Place, str] = {}
    for number, record in enumerate(ArchiveIterator(io.BytesIO(content)), start=1):
        body = record.content_stream().read()
        if record.rec_type == "response" and record.http_headers.get_header("Content-Type").startswith("text/html"):
            pages[origin, number] = body.decode()
    return pages


def gunzip(content: bytes) -> bytes:
    """What can be read of a gzip file, broken off or not."""
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content)


def archive_members(name: str, content: bytes) -> dict[str, bytes]:
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {member: archive.read(member) for member in archive.namelist()}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def members_of(name: str, content: bytes) -> dict[Place, str]:
    return {(f"{name}!{member}", None): data.decode() for member, data in archive_members(name, content).items()}


def parquet_rows(name: str, content: bytes) -> dict[Place, str]:
    return row_texts(name, pq.read_table(io.BytesIO(content)).to_pylist())


def csv_rows(name: str, content: bytes) -> dict[Place, str]:
    """A row has the number of the line that it begins on, for cells may hold line breaks."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    next(rows)
    texts: dict[Place, str] = {}
    begins = rows.line_num + 1
    for cells in rows:
        texts[name, begins] = "\n".join(cells).replace("\r\n", "\n")
        begins = rows.line_num + 1
    return texts


def whole_file(name: str, content: bytes) -> dict[Place, str]:
    text = content.decode(TRUE_CHARSETS.get(name, "utf-8"))
    return {(name, None): text.encode("windows-1252").decode() if name == MOJIBAKE else text}


READERS = {
    ".zip": members_of,
    ".tar.gz": members_of,
    ".warc.gz": warc_pages,
    ".parquet": parquet_rows,
    ".csv": csv_rows,
    ".jsonl": jsonl_rows,
    ".jsonl.gz": lambda name, content: jsonl_rows(name, gunzip(content)),
    ".jsonl.zst": lambda name, content: jsonl_rows(name, zstandard.ZstdDecompressor().decompress(content)),
    ".txt": whole_file,
    ".html": whole_file,
}


def documents_of(name: str, content: bytes) -> dict[Place, str]:
    """Every document of one sample file, as its author meant it, read without any code of ours."""
    return next(read for ending, read in READERS.items() if name.endswith(ending))(name, content)


CONTENTS: dict[Place, str] = {}
for file in FILES:
    CONTENTS |= documents_of(file, (ROOT / file).read_bytes())


def test_built_files_are_what_the_sources_give() -> None:
    """Byte for byte with the same compressors; with others, document for document."""
    for built, content in build.build().items():
        name = f"samples/{built}"
        committed = (ROOT / name).read_bytes()
        assert content == committed or documents_of(name, content) == documents_of(name, committed), name


def test_the_same_bytes_every_time() -> None:
    assert build.build() == build.build()


def test_every_document_has_one_expectation() -> None:
    assert Counter(place(entry) for entry in DOCUMENTS) == Counter(CONTENTS.keys())


def test_every_file_is_described() -> None:
    readme = (ROOT / "docs" / "samples.md").read_text("utf-8")
    assert [name for name in FILES if f"`{name.removeprefix('samples/')}`" not in readme] == []


def test_the_expected_ledger_balances() -> None:
    ledger = EXPECTED["ledger"]
    outcomes = Counter(entry["outcome"] for entry in DOCUMENTS)
    assert ledger["read"] == len(DOCUMENTS) == sum(outcomes.values())
    assert outcomes == {
        "loaded": ledger["loaded"],
        "quarantined": ledger["quarantined"],
        "duplicate": ledger["duplicates"],
    }


@pytest.mark.parametrize("entry", DOCUMENTS, ids=lambda entry: f"{entry['origin']}:{entry['row']}")
def test_an_expectation_is_about_its_document(entry: dict[str, Any]) -> None:
    text = CONTENTS[place(entry)]
    told = ("gone", "gone_lines", "gone_inside", "stay", "related", "corrections", "bylines", "credits", "authors")
    assert [quote for key in told for quote in entry.get(key, ()) if quote not in text] == []
    if entry["outcome"] != "quarantined":
        assert entry["title"] in text
    for gone in (*entry.get("gone", ()), *entry.get("gone_inside", ()), *entry.get("never", ())):
        assert not any(gone in stay for stay in entry.get("stay", ())), gone


@pytest.mark.parametrize("entry", DOCUMENTS, ids=lambda entry: f"{entry['origin']}:{entry['row']}")
def test_an_expectation_says_what_its_outcome_needs(entry: dict[str, Any]) -> None:
    needed = {
        "loaded": {"title", "language", "gone", "stay"},
        "quarantined": {"stage", "reason"},
        "duplicate": {"of"},
    }[entry["outcome"]]
    assert needed <= entry.keys()


def test_pairs_name_documents() -> None:
    pairs = [*EXPECTED["same_event"], *EXPECTED["near_duplicates"]]
    named = [entry for pair in pairs for entry in pair]
    named += [entry[key] for entry in DOCUMENTS for key in ("of", "revision_of") if key in entry]
    assert {place(entry) for entry in named} <= CONTENTS.keys()


def test_a_duplicate_has_the_text_of_the_kept_one() -> None:
    for entry in DOCUMENTS:
        if entry["outcome"] == "duplicate":
            _, _, rest = CONTENTS[place(entry["of"])].partition("\n\n")
            assert len(rest) > 300
            assert CONTENTS[place(entry)].endswith(rest)


def test_every_input_kind_and_many_languages() -> None:
    assert {f".{name.partition('.')[2]}" for name in FILES} == READERS.keys()
    assert len({entry["language"] for entry in DOCUMENTS if "language" in entry}) >= 8
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 300_000


def test_the_cut_archive_ends_inside_its_last_record() -> None:
    content = (ROOT / "samples/archives/cut-short.jsonl.gz").read_bytes()
    with pytest.raises(EOFError):
        gzip.decompress(content)
    *whole, last = gunzip(content).decode().splitlines()
    assert [json.loads(line)["id"] for line in whole] == ["nm-9077", "nm-9081"]
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(last)


def test_archives_name_neither_a_time_nor_a_person() -> None:
    for name in FILES:
        content = (ROOT / name).read_bytes()
        if name.endswith(".gz"):
            assert content.startswith(build.GZIP_HEADER), name
    with zipfile.ZipFile(ROOT / "samples/archives/post.zip") as archive:
        assert {member.date_time for member in archive.infolist()} == {build.MEMBER_TIME}
    with tarfile.open(ROOT / "samples/archives/evening.tar.gz") as tar:
        assert {(one.mtime, one.uid, one.gid, one.uname, one.gname) for one in tar} == {
            (build.MEMBER_EPOCH, 0, 0, "", "")
        }


def test_broken_encodings_are_broken() -> None:
    for name in ("samples/pages/ptitsy.html", "samples/pages/salinas.html"):
        content = (ROOT / name).read_bytes()
        assert b'charset="utf-8"' in content
        with pytest.raises(UnicodeDecodeError):
            content.decode()
    assert "Ã©" in (ROOT / MOJIBAKE).read_text("utf-8")
