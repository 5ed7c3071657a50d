"""Lines with labels for the line model, read from ../shared: what its training and its measuring have in common.

Documents come as views: their lines as the model meets them, after the rules. Fitting belongs to ``train_lines``.
"""

from __future__ import annotations

import csv
import functools
import gzip
import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from lxml import etree
from lxml import html as lxml_html

from bench.page_texts import BLOCKS, SKIPPED, page_lines, page_title, text_blocks
from transforms.junk.features import LineView
from transforms.junk.rules import Rulebook
from transforms.strip import view_lines
from transforms.text.urls import registered_domain

FOLDS = 5
JUNK, KEEP, UNJUDGED = 1, 0, -1
LABELS = Path(__file__).parent / "data" / "line_labels.csv"
"""Judged lines, no text: document, line (from 1, of those that are not empty), CRC-32 of the line, label (D junk, K
article text, E either way, M text with junk in it), kind of junk, by whom (reader; gold, the main text that comes with
a page; earlier, a reader without kinds), how it was drawn (random, unsure), a second reader's label, junk's span."""

READ, SETTLED = 1.0, 0.3
"""What a label counts by who gave it: of 228 lines that gold takes for junk, readers took 210."""

MAX_PAGEBLOCKS = 300


@dataclass(frozen=True, slots=True)
class LineLabel:
    """A row of :data:`LABELS`."""

    doc: str
    """Id of an article, or ``set/page/way`` of a page's text."""
    line: int
    check: int
    label: str
    kind: str
    by: str
    drawn: str
    second: str
    junk: tuple[int, int] | None
    """Of a line with label M, the span of its junk."""

    @property
    def value(self) -> int:
        """What the line model is to do with the whole line."""
        return {"D": JUNK, "K": KEEP, "M": KEEP}.get(self.label, UNJUDGED)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document's lines as the line model meets them, each with its label."""

    doc_id: str
    source: str
    title: str | None
    view: LineView
    labels: tuple[int, ...]
    """Of each line of the view: :data:`JUNK`, :data:`KEEP` or :data:`UNJUDGED`."""
    judged: Mapping[int, LineLabel] = field(default_factory=dict)
    """Labels from :data:`LABELS` by place in the view."""
    lines: tuple[str, ...] = ()
    """The document's, as they were judged."""

    @property
    def fold(self) -> int:
        """Which fifth of the sources it belongs to."""
        return fold_of(self.source)


def fold_of(source: str) -> int:
    """A source's fold, by hash, so that none is ever in two."""
    return int(hashlib.md5(("s1" + source).encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def source_of(domain: str) -> str:
    """The registered domain of a host name, or the name itself."""
    return registered_domain(domain) or domain


def read_gold(shared: Path) -> list[dict[str, Any]]:
    """The labelled articles as they are in the file."""
    with (shared / "data" / "lines" / "dev_gold.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def gold_documents(gold: Sequence[dict[str, Any]], rulebook: Rulebook) -> list[Labelled]:
    """The labelled articles; lines that may go either way are unjudged, what is junk only in part may not go whole."""
    documents = []
    for entry in gold:
        view = view_lines("\n".join(entry["lines"]), rulebook)
        labels = tuple(_gold_label(entry["labels"].get(str(number))) for number in view.numbers)
        documents.append(Labelled(entry["doc"], source_of(entry["domain"]), entry["title"], view, labels))
    return documents


def _gold_label(label: str | None) -> int:
    if label is None or label.startswith("M"):
        return KEEP
    return JUNK if label.startswith("D") else UNJUDGED


def articles(shared: Path) -> Iterator[dict[str, Any]]:
    """The unlabelled articles in the order of their files."""
    for path in sorted((shared / "data" / "articles").glob("part-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def article_documents(
    shared: Path, rulebook: Rulebook, without: frozenset[str], per_source: int
) -> tuple[list[Labelled], list[tuple[str, str]]]:
    """Unlabelled articles, at most so many of each source and those with lines judged by hand; all titles with sources.

    Args:
        without: ids of articles that must not be used at all, such as the gold's.
    """
    judged = read_labels()
    counts: Counter[str] = Counter()
    documents, titles = [], []
    for entry in articles(shared):
        if entry["id"] in without:
            continue
        source = source_of(entry["domain"])
        titles.append((source, entry["title"] or ""))
        counts[source] += 1
        if counts[source] > per_source and entry["id"] not in judged:
            continue
        lines = [line.strip() for line in entry["text"].split("\n") if line.strip()]
        known = judged.get(entry["id"], {})
        documents.append(_labelled(entry["id"], source, entry["title"], lines, known, rulebook))
    return documents, titles


def labelled_pages(shared: Path, rulebook: Rulebook) -> list[Labelled]:
    """The texts of pages that have judged lines."""
    documents = []
    of_page: dict[str, list[str]] = {}
    for doc in read_labels():
        if "/" in doc:
            of_page.setdefault(doc.rpartition("/")[0], []).append(doc)
    for dataset in ("wcxb-dev", "fundus", "trafeval"):
        folder = shared / "data" / "pages" / dataset
        for line in (folder / "gold.jsonl").read_text("utf-8").strip().split("\n"):
            entry = json.loads(line)
            for doc in of_page.get(f"{dataset}/{entry['id']}", ()):
                content = gzip.decompress((folder / "pages" / f"{entry['id']}.html.gz").read_bytes())
                source = source_of(urlsplit(entry["url"] or "").hostname or entry["id"])
                title = entry.get("title") or page_title(content)
                lines = page_lines(content, doc.rpartition("/")[2])
                documents.append(_labelled(doc, source, title, lines, read_labels()[doc], rulebook))
    return documents


def _labelled(
    doc: str, source: str, title: str | None, lines: Sequence[str], known: Mapping[int, LineLabel], rulebook: Rulebook
) -> Labelled:
    """A document with the labels of those of its lines that are still the ones that were judged."""
    view = view_lines("\n".join(lines), rulebook)
    judged = {
        place: label
        for place, number in enumerate(view.numbers)
        if (label := known.get(number)) is not None and crc32(lines[number - 1].encode()) == label.check
    }
    labels = tuple(judged[place].value if place in judged else UNJUDGED for place in range(len(view.numbers)))
    return Labelled(doc, source, title, view, labels, judged, tuple(lines))


@functools.cache
def read_labels() -> Mapping[str, Mapping[int, LineLabel]]:
    """The judged lines by document and line."""
    judged: dict[str, dict[int, LineLabel]] = {}
    with LABELS.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            start, dash, end = row["junk"].partition("-")
            span = (int(start), int(end)) if dash else None
            own = {key: row[key] for key in ("doc", "label", "kind", "by", "drawn", "second")}
            label = LineLabel(line=int(row["line"]), check=int(row["check"]), junk=span, **own)
            judged.setdefault(label.doc, {})[label.line] = label
    return judged


def page_documents(shared: Path, rulebook: Rulebook, without: frozenset[str]) -> list[Labelled]:
    """Pages with gold text: the blocks of the part of the page that holds the article, labelled by the gold text.

    Args:
        without: sources that must not be used at all.
    """
    documents = []
    for dataset in ("wcxb-dev", "fundus"):
        folder = shared / "data" / "pages" / dataset
        for line in (folder / "gold.jsonl").read_text("utf-8").strip().split("\n"):
            entry = json.loads(line)
            source = source_of(urlsplit(entry["url"] or "").hostname or entry["id"])
            if source in without or entry.get("type", "article") != "article":
                continue
            content = gzip.decompress((folder / "pages" / f"{entry['id']}.html.gz").read_bytes())
            blocks, labels = _labelled_blocks(content, _gold_text(entry))
            if not 0 < len(blocks) <= MAX_PAGEBLOCKS:
                continue
            view = view_lines("\n".join(blocks), rulebook)
            chosen = tuple(labels[number - 1] for number in view.numbers)
            documents.append(Labelled(dataset + entry["id"], source, entry.get("title"), view, chosen))
    return documents


def _gold_text(entry: dict[str, Any]) -> str:
    blocks = [block if isinstance(block, str) else block.get("text", "") for block in entry.get("blocks", [])]
    return "\n".join([entry["text"], entry.get("summary") or "", *blocks])


def _labelled_blocks(content: bytes, gold: str) -> tuple[list[str], list[int]]:
    """Text blocks under the lowest element with most of the gold, and their labels; none where that does not work."""
    try:
        node = lxml_html.fromstring(content)
    except (etree.ParserError, ValueError):
        return [], []
    etree.strip_elements(node, etree.Comment, etree.ProcessingInstruction, *SKIPPED, with_tail=False)
    lines = {plain_words(line) for line in gold.split("\n")}
    long = {line for line in lines if len(line) > 60}
    most = 0.85 * _gold_length(node, long)
    if most < 170:
        return [], []
    while (inner := next((child for child in node if _holds(child, long, most)), None)) is not None:
        node = inner
    blocks = text_blocks(node)
    together = f" {plain_words(gold)} "
    labels = [_block_label(plain_words(block), lines, together) for block in blocks]
    if labels.count(KEEP) < 4 or labels.count(JUNK) > 2 * labels.count(KEEP) + 10:
        return [], []
    return blocks, labels


def _holds(element: Any, long: set[str], most: float) -> bool:
    names = BLOCKS | {"body", "html", "span", "center"}
    return element.tag in names and len(element.text_content()) > most / 2 and _gold_length(element, long) >= most


def _gold_length(element: Any, long: set[str]) -> int:
    return sum(len(block) for block in {plain_words(block) for block in text_blocks(element)} if block in long)


def _block_label(block: str, lines: set[str], together: str) -> int:
    words = block.split()
    if not words:
        return UNJUDGED
    if block in lines:
        return KEEP
    if f" {block} " in together:
        return KEEP if len(words) >= 5 else UNJUDGED
    triples = [" ".join(words[start : start + 3]) for start in range(len(words) - 2)]
    share = sum(f" {triple} " in together for triple in triples) / len(triples) if triples else 0.0
    return JUNK if share < 0.15 else UNJUDGED


def plain_words(text: str) -> str:
    """A text's words in lower case with single spaces, as the scorer of ../shared compares them."""
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", text).lower()).strip()
