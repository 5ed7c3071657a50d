"""How well junk lines are stripped by rules alone, on the gold of ../shared.

``python -m bench.quality_lines``. Two questions: how much junk goes and how much of the articles' own text goes with it
(English lines that people labelled, by kind of junk), and how much cleaner strip makes the text that trafilatura finds
on news pages of 38 countries. Templates and the line model have figures of their own beside these; nothing is learned
here.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trafilatura
from trafilatura.settings import Document

from bench.page_sets import gold_pages, has_pages, load_scorer
from flows.settings import load_settings
from flows.tools import Tools, build_tools, read_tool_parts
from transforms.extract import extract
from transforms.records import ExtractedDocument, RawDocument, Rejection, StrippedDocument
from transforms.strip import StripTools, strip

GAIN_WANTED = 0.05
"""Line precision over trafilatura's own output on fundus."""
LOSS_ALLOWED = 0.003
"""Paragraph recall that may go for it."""


@dataclass(frozen=True, slots=True)
class Share:
    """Means over pages."""

    line_precision: float
    paragraph_recall: float

    def __str__(self) -> str:
        return f"line precision {self.line_precision:.4f}   paragraph recall {self.paragraph_recall:.4f}"


def main(shared: Path) -> None:
    """Print the figures, or why there are none."""
    settings = load_settings(environment={})
    parts = read_tool_parts(settings)
    tools = build_tools(parts)
    alone = StripTools(parts.rulebook, tools.strip.agencies, None)
    languages = {rule.id.partition("/")[0] for rule in parts.rulebook.rules} - {"any", "press"}
    print(f"{len(parts.rulebook.rules)} rules for {len(languages)} languages, no templates, no model\n")
    measure_labelled_lines(shared, alone)
    print()
    measure_pages(shared, tools, alone)


def measure_labelled_lines(shared: Path, alone: StripTools) -> None:
    """Score the rules on the labelled lines with the scorer that came with them."""
    gold = shared / "data" / "lines" / "dev_gold.jsonl"
    scorer = shared / "tools" / "score_lines.py"
    if not (gold.is_file() and scorer.is_file()):
        print(f"labelled lines: skipped: no data in {shared}")
        return
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder) / "predictions.jsonl"
        entries = map(json.loads, gold.read_text("utf-8").splitlines())
        rows = ({"doc": entry["doc"], "text": _stripped_lines(entry, alone)} for entry in entries)
        predictions.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        done = subprocess.run([sys.executable, scorer, gold, predictions], check=True, capture_output=True, text=True)
    print(f"labelled lines ({gold.name})\n{done.stdout.rstrip()}")


def _stripped_lines(entry: Mapping[str, Any], alone: StripTools) -> str:
    """The kept lines; the headline is not set apart, for the labels count it as text."""
    document = ExtractedDocument(doc_id=entry["doc"], text="\n".join(entry["lines"]), extractor="text")
    return _text(strip(document, alone))


def _text(stripped: StrippedDocument | Rejection) -> str:
    return "" if isinstance(stripped, Rejection) else stripped.text


def measure_pages(shared: Path, tools: Tools, alone: StripTools) -> None:
    """Line precision and paragraph recall of trafilatura's text on fundus, before and after strip."""
    if not has_pages(shared) or not (shared / "data" / "pages" / "fundus").is_dir():
        print(f"pages: skipped: no data in {shared}")
        return
    scorer = load_scorer(shared)
    scores: dict[str, list[tuple[float, ...]]] = {
        "trafilatura alone": [],
        "without headline": [],
        "and strip's rules": [],
    }
    for page in gold_pages(shared, "fundus"):
        text, title = _trafilatura(page.raw)
        document = _document(page.raw.doc_id, text, title, tools)
        texts = [text, text, text]
        if document is not None:
            texts = [text, _without_headline(document), _text(strip(document, alone))]
        for rows, candidate in zip(scores.values(), texts, strict=True):
            rows.append(tuple(scorer.line_scores(candidate, page.gold["paragraphs"])[:2]))
    means = {name: _mean(rows) for name, rows in scores.items()}
    print("fundus, text as trafilatura finds it")
    for name, mean in means.items():
        print(f"  {name:20}{mean}")
    before, *_, after = means.values()
    gain, loss = after.line_precision - before.line_precision, before.paragraph_recall - after.paragraph_recall
    print(f"  precision {gain:+.4f} (wanted {GAIN_WANTED:+.2f}), recall {-loss:+.4f} (allowed {-LOSS_ALLOWED:+.3f})")


def _trafilatura(raw: RawDocument) -> tuple[str, str | None]:
    found = trafilatura.bare_extraction(raw.content, url=raw.url, include_comments=False, with_metadata=True)
    return (found.text or "", found.title) if isinstance(found, Document) else ("", None)


def _document(doc_id: str, text: str, title: str | None, tools: Tools) -> ExtractedDocument | None:
    """The text as a run hands it to strip, with its title for the headline; None where it is empty."""
    found = extract(RawDocument(doc_id, text.encode(), "text/plain", doc_id, title=title), tools.extract_options)
    return None if isinstance(found, Rejection) else found


def _without_headline(document: ExtractedDocument) -> str:
    """What strip leaves where there is no rule."""
    start, end = document.title_span or (0, 0)
    return document.text[:start] + document.text[end:]


def _mean(pages: Iterable[tuple[float, ...]]) -> Share:
    precisions, recalls = zip(*pages, strict=True)
    return Share(sum(precisions) / len(precisions), sum(recalls) / len(recalls))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    main(parser.parse_args().shared)
