"""Bad input between good documents: each bad one ends in quarantine or in a clear error, and the good ones load."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.run import run
from tests.flows.conftest import MakeSettings
from tests.news import make_articles, write_jsonl
from warehouse import QuarantineFilter, Warehouse

pytestmark = pytest.mark.usefixtures("stages_here")


def lines(count: int, seed: int) -> bytes:
    return b"".join(json.dumps(article).encode() + b"\n" for article in make_articles(count, seed))


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"0" * 130_000_000)
    return buffer.getvalue()


def a_bad_line_in_the_middle() -> bytes:
    return lines(2, 50) + b'{"text": "no end\n' + lines(2, 51)


CASES: dict[str, tuple[str, Callable[[], bytes], int, set[str]]] = {
    # name: file name, content, good documents in it, reasons that may be given for the bad ones
    "empty": ("empty.txt", lambda: b"", 0, {"empty"}),
    "binary": ("picture.txt", lambda: bytes(range(256)) * 40, 0, {"binary", "unsupported kind"}),
    "one line of 21 MB": ("line.txt", lambda: b"word " * 4_400_000, 0, {"too large"}),
    "deep nesting": ("deep.html", lambda: b"<div>" * 60_000 + b"text", 0, {"malformed page", "no main text"}),
    "NUL bytes": ("nul.jsonl", lambda: lines(1, 60) + b"\0" * 50 + b"\n" + lines(1, 61), 2, {"malformed row"}),
    "truncated gzip": ("cut.jsonl.gz", lambda: gzip.compress(lines(60, 62))[:-200], -1, {"truncated archive"}),
    "zip bomb": ("bomb.zip", bomb, 0, {"decompression bomb", "too large"}),
    "malformed row": ("rows.jsonl", a_bad_line_in_the_middle, 4, {"malformed row"}),
    "missing columns": ("columns.csv", lambda: b"name,price\nshoe,3\n", 0, {"missing text field"}),
    "deep JSON": ("deep.jsonl", lambda: lines(1, 64) + b"[" * 200_000 + b"\n" + lines(1, 63), 2, {"malformed row"}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_costs_itself_only(case: str, tmp_path: Path, make_settings: MakeSettings) -> None:
    name, content, good, reasons = CASES[case]
    folder = tmp_path / "in"
    write_jsonl(folder / "before.jsonl", make_articles(3, seed=70))
    (folder / name).write_bytes(content())
    write_jsonl(folder / "zz-after.jsonl", make_articles(3, seed=71))
    settings = make_settings()
    summary = run(settings, [str(folder)]).summary
    with Warehouse.open_published(settings.published) as warehouse:
        quarantined = warehouse.quarantined(QuarantineFilter())
    assert summary.ledger.balanced
    assert {row.reason for row in quarantined} & reasons
    assert all(row.detail and row.origin.startswith(f"in/{name}") for row in quarantined)
    assert summary.loaded == 6 + good or (good < 0 and summary.loaded > 6)


def test_a_file_that_vanishes_is_recorded(
    tmp_path: Path, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jsonl(tmp_path / "in" / "a.jsonl", make_articles(2, seed=80))
    doomed = write_jsonl(tmp_path / "in" / "b.jsonl", make_articles(2, seed=81))
    from flows.reading import Reader

    def discover_then_lose(*arguments: Any) -> Any:
        reader = Reader(*arguments)
        doomed.unlink()
        return reader

    monkeypatch.setattr("flows.gather.Reader", discover_then_lose)
    settings = make_settings()
    summary = run(settings, [str(tmp_path / "in")]).summary
    assert (summary.loaded, summary.quarantined) == (2, 1)
