"""The blind check of junk lines, on sources that nothing was fitted to: ``python -m bench.quality check_lines``.

The gold of 144 articles of 92 sources is read by ``score_check.py`` of ../shared alone, which prints totals. Nobody
opens it. Each look makes it a little less blind, so each is written down in ``bench/data/check_log.csv``.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.settings import load_settings
from flows.tools import build_tools, read_tool_parts
from transforms.records import ExtractedDocument, Rejection
from transforms.strip import StripTools, strip

LOG = Path(__file__).parent / "data" / "check_log.csv"

_FIGURES = {
    "recall": re.compile(r"junk recall\s+([\d.]+)"),
    "body_lost": re.compile(r"body lines lost\s+([\d.]+%)"),
    "perfect": re.compile(r"perfect articles\s+([\d.]+)"),
    "mixed": re.compile(r"mixed lines cut right\s+(\d+/\d+)"),
}


def main(shared: Path) -> None:
    """Print the last look at the check set, or why there is none; a look of its own costs ``--look``."""
    if not LOG.is_file():
        print("skipped: no log of looks")
        return
    *_, last = read_log()
    looks = sum(1 for _ in read_log())
    print(f"sources never seen, look {looks} of {LOG.name} ({last['date']}, {last['commit']}): {last['note']}")
    figures = f"junk recall {last['recall']}   body lines lost {last['body_lost']}   perfect articles {last['perfect']}"
    print(f"  {figures}   mixed lines right {last['mixed']}")
    print("  python -m bench.quality_check_lines --look NOTE takes another look and writes it down")


def read_log() -> Iterator[dict[str, str]]:
    """The looks that were taken, in order."""
    with LOG.open(encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)


def look(shared: Path, note: str) -> None:
    """Strip the articles of the check set, print the totals of the scorer and write them down."""
    articles, scorer = shared / "data" / "lines" / "check_input.jsonl", shared / "tools" / "score_check.py"
    if not (articles.is_file() and scorer.is_file()):
        print(f"skipped: no data in {shared}")
        return
    tools = build_tools(read_tool_parts(load_settings(environment={}))).strip
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder) / "predictions.jsonl"
        rows = (_prediction(json.loads(line), tools) for line in articles.read_text("utf-8").splitlines())
        predictions.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        command = [sys.executable, str(scorer), str(predictions)]
        totals = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(totals.rstrip())
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], check=True, capture_output=True, text=True).stdout
    figures = {name: found[1] if (found := pattern.search(totals)) else "" for name, pattern in _FIGURES.items()}
    with LOG.open("a", encoding="utf-8", newline="") as log:
        csv.writer(log, lineterminator="\n").writerow(
            [dt.datetime.now(dt.UTC).date(), commit.strip(), *figures.values(), note]
        )


def _prediction(entry: dict[str, Any], tools: StripTools) -> dict[str, str]:
    """The kept lines; the headline is not set apart, for the labels count it as text."""
    lines = (line.strip() for line in entry["text"].split("\n"))
    text = "\n".join(line for line in lines if line)
    document = ExtractedDocument(doc_id=entry["id"], extractor="text", text=text, title=entry["title"])
    stripped = strip(document, tools)
    return {"doc": entry["id"], "text": "" if isinstance(stripped, Rejection) else stripped.text}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--look", metavar="NOTE", help="take a look and write it down with this note")
    options = parser.parse_args()
    if options.look:
        look(options.shared, options.look)
    else:
        main(options.shared)
