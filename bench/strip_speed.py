"""What stripping costs beside reading a text and naming its language, and how that grows with hostile texts.

``bench.speed`` prints it with the rest; alone: ``python -m bench.strip_speed FOLDER``. Whole runs belong to ``speed``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from flows.reading import Reader, ReadOptions
from flows.settings import load_settings
from flows.tools import Tools, build_tools, read_tool_parts
from transforms.extract import extract
from transforms.records import ExtractedDocument, RawDocument
from transforms.strip import StripTools, strip
from transforms.text.language import identify_language

ARTICLE_CHARACTERS = 5000
"""Costs are told for an article of this length."""

EVERY = 15
"""So that the articles that are measured are of many sources."""

WARMING = 400
"""Articles before the first that is measured: automata are built while they match."""

T = TypeVar("T")

PROSE = (
    "The harbour board voted on Thursday to close the northern pier until the repairs are done, officials said.",
    "The decision came after engineers found cracks in two of the pillars that carry the road across the water.",
    "Residents said that they had asked for the work to be done years ago, and that nobody had ever listened to them.",
)

console = Console(highlight=False)


def main(folder: Path) -> None:
    """Print both tables."""
    tools = build_tools(read_tool_parts(load_settings(environment={})))
    show_costs(folder, tools)
    show_growth(tools.strip)


def show_costs(folder: Path, tools: Tools) -> None:
    """Stripping by rules, and with the model, beside reading and langdetect, for an article of 5,000 characters."""
    read_seconds, raw = _timed(lambda: [item for item in Reader([str(folder)], ReadOptions()) if _is_raw(item)])
    documents = [
        one for item in raw[::EVERY] if isinstance(one := extract(item, tools.extract_options), ExtractedDocument)
    ]
    warming, measured = documents[:WARMING], documents[WARMING:]
    length = sum(len(document.text) for document in measured) / len(measured)
    rules_alone = replace(tools.strip, model=None)
    identifiers = replace(tools.describe.identifiers, fast_languages=frozenset())
    costs = {
        "read": read_seconds / len(raw),
        "strip by rules alone": _each(lambda one: strip(one, rules_alone), warming, measured),
        "strip by rules and model": _each(lambda one: strip(one, tools.strip), warming, measured),
        "langdetect": _each(lambda one: identify_language(one.text, identifiers), warming[:20], measured[:200]),
    }
    table = Table(
        title=f"stripping, {len(measured):,} articles on one core, for {ARTICLE_CHARACTERS:,} characters", box=None
    )
    table.add_column("what")
    table.add_column("ms", justify="right")
    for what, seconds in costs.items():
        scale = 1.0 if what == "langdetect" else ARTICLE_CHARACTERS / length  # langdetect reads a sample
        table.add_row(what, f"{1e3 * seconds * scale:.2f}")
    console.print(table, "")


def show_growth(tools: StripTools) -> None:
    """Milliseconds for hostile texts of one, two and four sizes: linear where each is twice the one before."""
    table = Table(title="stripping hostile texts: ms for a quarter, a half, the whole", box=None)
    for column in ("text", "whole size", "quarter", "half", "whole", "whole / half"):
        table.add_column(column, justify="left" if column == "text" else "right")
    for what, make, size in hostile_texts():
        spent = []
        for part in (size // 4, size // 2, size):
            text = make(part)
            document = ExtractedDocument(doc_id="hostile", text=text, extractor="text")
            spent.append(1e3 * min(_timed(lambda one=document: strip(one, tools))[0] for _ in range(2)))  # type: ignore[misc]
        cells = [f"{milliseconds:,.0f}" for milliseconds in spent]
        table.add_row(what, f"{len(text) / 1e6:.1f} MB", *cells, f"{spent[2] / spent[1]:.2f}")
    console.print(table, "")


def hostile_texts() -> Iterator[tuple[str, Callable[[int], str], int]]:
    """What it is, the text of a size, and the largest size."""
    prose = "\n".join(PROSE)
    yield "one line of words", lambda size: "harbour board " * (size // 14), 1_000_000
    yield "one line without a space", lambda size: "a" * size, 1_000_000
    yield "lines of a letter", lambda size: "a\n" * size, 100_000
    yield "lines like headlines", lambda size: prose + "\nMinister Says Harbour Will Close" * size, 100_000
    yield "near misses of READ ALSO", lambda size: prose + "\nREAD ALSO the harbour, and then more" * size, 30_000
    yield "near misses of credits", lambda size: "(Photo by (Photo by " * (size // 20), 1_000_000
    yield "near misses of copyright", lambda size: "© 2025 © 2025 All rights " * (size // 25), 1_000_000
    yield "marks alone", lambda size: ":|:|:|" * (size // 6), 1_000_000


def _each(
    work: Callable[[ExtractedDocument], object],
    warming: Sequence[ExtractedDocument],
    measured: Sequence[ExtractedDocument],
) -> float:
    """Processor seconds for one document."""
    for document in warming:
        work(document)
    return _timed(lambda: [work(document) for document in measured])[0] / len(measured)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def _is_raw(item: object) -> bool:
    return isinstance(item, RawDocument)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
