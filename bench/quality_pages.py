"""How well pages are read: main text, metadata, and what is not an article, on the gold pages of ../shared.

``python -m bench.quality_pages ../shared [PART ...]``; parts are ``kinds``, ``confidence`` and the sets, by default
all. Each page is read with a main text model that was learned without its site (``bench/folds``). Figures stand for
extract alone and for extract and strip, beside trafilatura's own in the same run, page by page, with the processor time
of each. Nothing is learned here but the weights of page kinds and of confidence, without the page's site.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura
from trafilatura.settings import Document

from bench.page_sets import FOLDS, SETS, GoldPage, gold_pages, has_pages, load_scorer
from bench.train_confidence import print_confidence, read_confidence_rows
from bench.train_page_kind import PageRow, learn, print_unseen, read_rows
from flows.pipeline import Processed, process
from flows.settings import load_settings
from flows.tools import Tools, build_tools, read_tool_parts
from transforms.extract import extract
from transforms.page.main_text import parse_model
from transforms.records import ExtractedDocument

FOLD_MODELS = Path(__file__).parent / "folds"

WANTED = {"wcxb-dev": 0.948, "fundus": 0.955, "trafeval": 0.935}
"""F1 of extract alone."""


PARTS = ("kinds", "confidence", *SETS)

FAMILIES = {
    "product": ("product page", "section page"),
    "collection": ("section page", "product page", "home page", "link list", "teasers"),
    "listing": ("section page", "home page", "link list", "teasers"),
    "forum": ("forum", "no main text", "too short"),
    "documentation": ("reference page", "service page"),
    "service": ("service page", "home page", "reference page"),
}
"""Reasons that say of a page what a person calls it; a forum whose posts scripts load has no text."""


@dataclass(slots=True)
class SetResult:
    """One set's predictions by system, and the seconds that each system took."""

    gold: list[dict[str, Any]] = field(default_factory=list)
    predictions: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    seconds: Counter[str] = field(default_factory=Counter)

    def add(self, system: str, page: GoldPage, prediction: dict[str, Any]) -> None:
        """Keep one prediction."""
        self.predictions.setdefault(system, {})[page.gold["id"]] = prediction


def main(shared: Path, parts: Sequence[str] = PARTS) -> None:
    """Print the figures of some parts, or why there are none."""
    if not has_pages(shared):
        print(f"skipped: no data in {shared}")
        return
    scorer = load_scorer(shared)
    rows = read_rows(shared)
    tools = [_fold_tools(fold, rows) for fold in range(FOLDS)]
    if "kinds" in parts:
        _print_kinds(gold_pages(shared, "wcxb-dev"), tools)
        print_unseen(rows, tools[0].extract_options.page_kinds)
    if "confidence" in parts:
        print_confidence(read_confidence_rows(shared, rows))
    for name in parts:
        if name not in SETS:
            continue
        result = SetResult()
        for page in gold_pages(shared, name):
            if name != "wcxb-dev" or page.gold["type"] == "article":
                _read(page, tools[page.fold], result, with_standfirst=name == "fundus")
        _print_set(name, result, scorer)


def _fold_tools(fold: int, rows: list[PageRow]) -> Tools:
    """The tools of a run with what was learned without the sites of one fold."""
    tools = build_tools(read_tool_parts(load_settings(environment={})))
    model = parse_model((FOLD_MODELS / f"main_text_{fold}.npz").read_bytes())
    kinds = learn([row for row in rows if row.fold != fold], tools.extract_options.page_kinds)
    options = dataclasses.replace(tools.extract_options, main_text=model, page_kinds=kinds)
    return dataclasses.replace(tools, extract_options=options)


def _read(page: GoldPage, tools: Tools, result: SetResult, with_standfirst: bool) -> None:
    """Read a page with each system; the two that are timed go first in turn, as the second finds the page in caches."""

    def read_with_extract() -> None:
        result.add("extract", page, _extracted(extract(page.raw, tools.extract_options), with_standfirst))

    def read_with_trafilatura() -> None:
        found = trafilatura.bare_extraction(page.raw.content, url=page.raw.url, with_metadata=True)
        result.add("trafilatura", page, _found(found))

    timed = [("extract", read_with_extract), ("trafilatura", read_with_trafilatura)]
    for system, read in timed if len(result.gold) % 2 else reversed(timed):
        started = time.process_time()
        read()
        result.seconds[system] += time.process_time() - started
    result.gold.append(page.gold)
    result.add("extract and strip", page, _processed(process(page.raw, tools), with_standfirst))


def _extracted(found: object, with_standfirst: bool) -> dict[str, Any]:
    if not isinstance(found, ExtractedDocument):
        return {}
    standfirst = (found.standfirst or "") if with_standfirst else ""
    return {
        "text": f"{standfirst}\n{found.text}".strip(),
        "title": found.title,
        "date": str(found.published_on or ""),
        "authors": list(found.authors),
        "all_authors": [*found.authors, *found.organisation_authors],
    }


def _processed(found: object, with_standfirst: bool) -> dict[str, Any]:
    if not isinstance(found, Processed):
        return {}
    standfirst = (found.article.standfirst or "") if with_standfirst else ""
    return {"text": f"{standfirst}\n{found.article.text}".strip()}


def _found(found: object) -> dict[str, Any]:
    if not isinstance(found, Document):
        return {}
    return {
        "text": found.text,
        "title": found.title,
        "date": found.date,
        "authors": (found.author or "").split("; "),
        "all_authors": (found.author or "").split("; "),
    }


def _print_set(name: str, result: SetResult, scorer: ModuleType) -> None:
    print(f"{name}: {len(result.gold)} pages; F1 wanted of extract alone: {WANTED[name]}")
    for system, predictions in result.predictions.items():
        measured, _ = scorer.evaluate(name, result.gold, predictions, boot=300)
        score, error = measured["score"], measured["se"]
        print(
            f"  {system:18} F1 {score['f1']:.4f} ± {error['f1']:.4f}"
            f"  precision {score['p']:.4f}  recall {score['r']:.4f}"
            + (f"  lines {score['line_p']:.3f}  paragraphs {score['para_r']:.3f}" if "line_p" in score else "")
        )
    ratio = result.seconds["extract"] / result.seconds["trafilatura"]
    each = 1000 * result.seconds["extract"] / len(result.gold)
    print(f"  time: {each:.1f} ms a page, {ratio:.2f} of trafilatura with metadata (at most 1.1)")
    if name != "trafeval":
        for system in ("extract", "trafilatura"):
            print(f"  {system:18} {_metadata(result, system, scorer)}")


def _metadata(result: SetResult, system: str, scorer: ModuleType) -> str:
    """Title, date and authors, in the scorer's measures.

    The gold names organisations as authors too; so ours are counted once as people alone and once with both.
    """
    dataset = "fundus" if "paragraphs" in result.gold[0] else "wcxb-dev"
    predictions = result.predictions[system]
    together = {key: value | {"authors": value.get("all_authors")} for key, value in predictions.items()}
    meta = scorer.evaluate(dataset, result.gold, predictions, 0, True)[0]["meta"]
    both = scorer.evaluate(dataset, result.gold, together, 0, True)[0]["meta"]
    halves = "/".join(
        f"{scorer.evaluate(dataset, gold, predictions, 0, True)[0]['meta']['title_norm']:.3f}"
        for gold in _halves(result.gold)
    )
    return (
        f"title {meta['title_norm']:.3f} (halves by publisher {halves})  date {meta['date_day']:.3f}"
        f"  authors as gold counts them, people and organisations {both['authors_f1']:.3f}"
        f"  our people alone {meta['authors_f1']:.3f}"
    )


def _halves(gold: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Two halves that share no publisher, to see how far the choice of pages moves a figure."""
    sides: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for page in gold:
        name = page.get("publisher") or page["url"] or page["id"]
        sides[hashlib.sha256(name.encode()).digest()[0] % 2].append(page)
    return sides


def _print_kinds(pages: Iterable[GoldPage], tools: Sequence[Tools]) -> None:
    """Articles accepted, and other pages turned away, by what a person calls them."""
    counts: dict[str, Counter[str]] = {}
    for page in pages:
        found = process(page.raw, tools[page.fold])
        reason = found.article.article_reason if isinstance(found, Processed) else found.reason
        counts.setdefault(page.gold["type"], Counter())[reason.partition(":")[0]] += 1
    others = right = total = 0
    for kind, count in counts.items():
        print(f"  {kind}: {count['prose']} of {count.total()} accepted; others as {dict(count.most_common(6))}")
        if kind != "article":
            others += count.total() - count["prose"]
            right += sum(count[family] for family in FAMILIES[kind])
            total += count.total()
    accepted = counts["article"]["prose"] / counts["article"].total()
    print(
        f"  articles accepted {accepted:.3f} (at least 0.97); others turned away {others / total:.3f} (at least 0.80),"
    )
    print(f"  with a reason of the right family {right / total:.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path("../shared"))
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}")
    arguments = parser.parse_args()
    main(arguments.shared, arguments.parts or PARTS)
