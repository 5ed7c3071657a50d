"""Rewrite the expected values of the golden documents and print what changed: ``python -m tests.golden.update``.

Each case is a folder with ``input.html`` or ``input.txt``, optionally ``given.json`` (what the input says about the
document), and ``expected.json``. Every document was written for these tests. Read the printed difference before
committing it: it is what users of the extract stage will see.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import json
import sys
from pathlib import Path
from typing import Any

from tests.builders import make_extract_options, make_raw
from transforms.extract import extract
from transforms.records import ExtractedDocument

GOLDEN = Path(__file__).parent


def case_names() -> list[str]:
    """The golden cases, in order."""
    return sorted(path.parent.name for path in GOLDEN.glob("*/input.*"))


def observed(case: str) -> dict[str, Any]:
    """What the extract stage makes of a case, as plain JSON values."""
    source = next((GOLDEN / case).glob("input.*"))
    given_file = GOLDEN / case / "given.json"
    given = json.loads(given_file.read_text("utf-8")) if given_file.exists() else {}
    if "authors" in given:
        given["authors"] = tuple(given["authors"])
    raw = make_raw(
        content=source.read_bytes(),
        media_type="text/html" if source.suffix == ".html" else "text/plain",
        doc_id=case,
        **given,
    )
    result = extract(raw, make_extract_options())
    values = {key: _plain(value) for key, value in dataclasses.asdict(result).items() if key != "doc_id"}
    if isinstance(result, ExtractedDocument):
        values["text"] = result.text.split("\n")
    return values


def expected(case: str) -> dict[str, Any]:
    """The values that were agreed on; empty for a new case."""
    file = GOLDEN / case / "expected.json"
    values: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _dump(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write every case's observed values and print the differences."""
    for case in case_names():
        before, after = _dump(expected(case)), _dump(observed(case))
        names = (f"{case}/expected.json", f"{case}/expected.json")
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True), *names))
        (GOLDEN / case / "expected.json").write_text(after, "utf-8")


if __name__ == "__main__":
    main()
