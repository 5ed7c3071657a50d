"""How far the judged lines of ``bench/data/line_labels.csv`` can be trusted, and how well strip does on them.

Readers judged lines of articles and pages of very many sites; a tenth was judged twice, and a part of the lines that
the main text of a page settles as well. The rules are as they are in the repository; the model that a line is judged
with knows nothing of its site (five folds by site).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.line_data import JUNK, KEEP, Labelled, article_documents, labelled_pages, read_gold, read_labels
from bench.quality_line_model import fold_models
from flows.settings import load_settings
from flows.tools import build_tools, read_tool_parts
from transforms.junk.features import lines_of
from transforms.junk.line_model import MIN_KNOWN_SHARE
from transforms.records import ExtractedDocument, Rejection
from transforms.strip import StripTools, strip


def main(shared: Path) -> None:
    """Print the agreement of readers, and the figures, or why there are none."""
    labels = [label for rows in read_labels().values() for label in rows.values()]
    by = Counter(label.by for label in labels)
    print(f"{len(labels):,} judged lines: " + ", ".join(f"{name} {count:,}" for name, count in by.most_common()))
    pairs = [(label.label, label.second) for label in labels if label.second]
    junk = [(one == "D", other == "D") for one, other in pairs]
    print(
        f"judged twice {len(pairs)}: kappa of all four labels {kappa(pairs):.3f}, "
        f"of junk against the rest {kappa(junk):.3f}"
    )
    if not (shared / "data" / "pages").is_dir():
        print(f"skipped: no data in {shared}")
        return
    show_figures(shared)


def kappa(pairs: Sequence[tuple[object, object]]) -> float:
    """Cohen's kappa: agreement of two readers beyond what chance gives (Cohen 1960)."""
    count = len(pairs)
    first, second = (Counter(column) for column in zip(*pairs, strict=True))
    agreed = sum(one == other for one, other in pairs) / count
    by_chance = sum(first[label] * second[label] for label in first) / count**2
    return (agreed - by_chance) / (1 - by_chance)


def show_figures(shared: Path) -> None:
    """Share of junk that goes and of text that is lost, of the lines that readers judged."""
    parts = read_tool_parts(load_settings(environment={}))
    tools = build_tools(parts).strip
    ids = frozenset(entry["doc"] for entry in read_gold(shared))
    articles, _ = article_documents(shared, parts.rulebook, ids, 0)
    models = fold_models()
    figures: Counter[tuple[str, int, bool]] = Counter()
    for document in (*articles, *labelled_pages(shared, parts.rulebook)):
        of_fold = StripTools(tools.rulebook, tools.agencies, models[document.fold])
        group = "articles" if "/" not in document.doc_id else _language(document, of_fold)
        for label, gone in _outcomes(document, of_fold):
            figures[group, label, gone] += 1
    for group in sorted({group for group, _, _ in figures}):
        junk, text = ([figures[group, label, gone] for gone in (True, False)] for label in (JUNK, KEEP))
        print(
            f"  {group:32}junk that goes {junk[0]}/{sum(junk)} ({junk[0] / sum(junk):.3f})   "
            f"text lost {text[0]}/{sum(text)} ({text[0] / sum(text):.3f}), half of it drawn for being doubtful"
        )


def _language(document: Labelled, tools: StripTools) -> str:
    assert tools.model is not None
    known = tools.model.words.known_of_text(lines_of(document.view, tools.model.hints))
    return "pages in English" if (known or 0) >= MIN_KNOWN_SHARE else "pages in other languages"


def _outcomes(document: Labelled, tools: StripTools) -> Iterable[tuple[int, bool]]:
    """The label of each line that a reader judged, and whether the whole line goes."""
    text = "\n".join(document.lines)
    extracted = ExtractedDocument(doc_id=document.doc_id, extractor="text", text=text, title=document.title)
    stripped = strip(extracted, tools)
    if isinstance(stripped, Rejection):
        gone = set(range(1, len(document.lines) + 1))
    else:
        kept = Counter(stripped.text.split("\n"))
        gone = {cut.line_number for cut in stripped.cuts if document.lines[cut.line_number - 1] not in kept}
    for place, label in document.judged.items():
        if label.by == "reader" and label.value in (JUNK, KEEP):
            yield label.value, document.view.numbers[place] in gone
