"""Trains the line model and measures it: ``python -m bench.train_lines``.

Writes ``transforms/junk/data/line_model.npz`` with its record ``line_model.toml`` beside it, and
``bench/data/line_folds.npz``, the five models that each know nothing of one fifth of the sources: the ones that
``make quality`` scores.

What it learns from, all in ../shared: the words of junk from pages with gold text and from what the rules take out of
articles; the words of headlines from the articles' titles; what to make of words, shape and place from the labelled
articles, from single lines of other articles and of pages in many languages that readers judged, and, with less weight,
from lines that the main text of a page settles. The words of the labelled articles are never learned. A source whose
fold is tested gave no line to the model that is tested on it: neither words nor titles nor labels; and its threshold
comes from models that knew neither its fold nor the fold scored.

Fitting is ``fit_lines``' and runs in the environment of ``make bench-peers``. The random parts are seeded.
"""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.line_data import (
    FOLDS,
    JUNK,
    KEEP,
    READ,
    SETTLED,
    UNJUDGED,
    Labelled,
    article_documents,
    fold_of,
    gold_documents,
    labelled_pages,
    page_documents,
    read_gold,
)
from flows.settings import load_settings
from flows.tools import read_tool_parts
from transforms.junk.features import (
    Floats,
    LineShape,
    column_names,
    first_words,
    grams,
    lines_of,
    rows,
    shape_of,
    suspects,
    text_words,
    title_words,
    word_hash,
)
from transforms.junk.hints import Hints, parse_hints
from transforms.junk.line_model import MIN_KNOWN_SHARE, WordTables
from transforms.junk.rules import KINDS, Rulebook
from transforms.trees import FEATURE_NAMES, TREE_ARRAYS, read_trees

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
DATA = ROOT / "transforms" / "junk" / "data"
FOLD_MODELS = ROOT / "bench" / "data" / "line_folds.npz"
PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"

WORD_BITS, KIND_BITS, KNOWN_BITS = 16, 12, 20
SCALE = 1 / 40
ARTICLES_PER_SOURCE, TITLES_PER_SOURCE = 25, 120
KNOWN_IN_SOURCES = 3
"""A word counts as known that articles of so many sources have."""
ARTICLE_WEIGHT = 0.5
ENGLISH_PAGE_WEIGHT, BLOCK_WEIGHT, CAPTION_WEIGHT = 0.6, 0.05, 0.5
"""Lines of English pages beside those of articles, of which there are enough; blocks of pages that only the main text
that comes with them tells from each other; captions without a credit."""
DRAWN_COUNTS = {"random": 1.0, "unsure": 0.25, "gold": 0.0}
"""How a judged line counts where a threshold is chosen, shared out among those of its document, as one list of names
is one mistake; lines that were drawn for being doubtful are few in running text."""
LINES_FOR_ONE = 3.0
"""Lines of running text for one that is judged: the others are prose, which is hardly drawn and never cut."""
LINES_OF_SOURCE = 60
"""Judged lines of one source weigh no more than so many together: one outlet's ways are not the press's."""
LOSS_BUDGET, LOSS_BUDGET_UNKNOWN = 0.0005, 0.001
"""Share of the lines of article text that the thresholds may cost on the data that they are chosen on."""
WHOLE = FOLDS
"""The fold that no source is in: what is fitted without it is fitted on everything."""

Fit = Callable[[str, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Documents:
    """Everything that is learned from."""

    gold: list[Labelled]
    articles: list[Labelled]
    pages: list[Labelled]
    """With labels from the main text that comes with them, for the word tables."""
    judged_pages: list[Labelled]
    """With labels of single lines, in all languages."""
    titles: list[tuple[str, str]]
    """Source and title."""


@dataclass(frozen=True, slots=True)
class Example:
    """A line for a word table."""

    source: str
    shape: LineShape
    label: int
    weight: float


def read_documents(shared: Path, rulebook: Rulebook) -> Documents:
    """All documents as the line model sees them, after the rules."""
    entries = read_gold(shared)
    gold = gold_documents(entries, rulebook)
    ids = frozenset(entry["doc"] for entry in entries)
    articles, titles = article_documents(shared, rulebook, ids, ARTICLES_PER_SOURCE)
    pages = page_documents(shared, rulebook, frozenset())
    return Documents(gold, articles, pages, labelled_pages(shared, rulebook), titles)


def known_words(documents: Documents) -> npt.NDArray[np.bool_]:
    """A table of the hashes of the words that articles of some sources have, which are in English."""
    sources: dict[str, set[str]] = {}
    for source, text in itertools.chain(
        ((article.source, text) for article in documents.articles for text in article.view.texts), documents.titles
    ):
        for word in first_words(text):
            sources.setdefault(word, set()).add(source)
    table = np.zeros(1 << KNOWN_BITS, dtype=np.bool_)
    for word, having in sources.items():
        if len(having) >= KNOWN_IN_SOURCES:
            table[word_hash(word) & ((1 << KNOWN_BITS) - 1)] = True
    return table


def english(pages: Iterable[Labelled], words: WordTables, hints: Hints) -> list[Labelled]:
    """Pages in the language that the model is for."""
    return [page for page in pages if (words.known_of_text(lines_of(page.view, hints)) or 0) >= MIN_KNOWN_SHARE]


def junk_examples(documents: Documents, hints: Hints) -> Iterator[Example]:
    """Lines in the words of junk and of text: blocks of pages, and of articles what the rules are sure of."""
    for page in documents.pages:
        for text, label in zip(page.view.texts, page.labels, strict=True):
            if label != UNJUDGED:
                yield Example(page.source, shape_of(text, hints), label, 1.0)
    yield from judged_examples(documents.judged_pages, hints)
    for article in documents.articles:
        for text, kind in zip(article.view.texts, article.view.cut_kinds, strict=True):
            if kind is not None and kind != "headline":
                yield Example(article.source, shape_of(text, hints), JUNK, ARTICLE_WEIGHT)
        for text in lines_within_prose(article, hints):
            yield Example(article.source, shape_of(text, hints), KEEP, ARTICLE_WEIGHT)


def judged_examples(pages: Iterable[Labelled], hints: Hints) -> Iterator[Example]:
    """Lines of pages that were judged one by one."""
    for page in pages:
        for place, judged in page.judged.items():
            if judged.value != UNJUDGED:
                weight = SETTLED if judged.by == "gold" else READ
                yield Example(page.source, shape_of(page.view.texts[place], hints), judged.value, weight)


def headline_examples(documents: Documents, hints: Hints) -> Iterator[Example]:
    """Titles of articles, and against them the short lines of article text."""
    for page in documents.pages:
        for text, label in zip(page.view.texts, page.labels, strict=True):
            if label == KEEP:
                yield Example(page.source, shape_of(text, hints), KEEP, 1.0)
    for article in documents.articles:
        for text in lines_within_prose(article, hints):
            if text.endswith((".", "?", "!", "”", '"')):
                yield Example(article.source, shape_of(text, hints), KEEP, ARTICLE_WEIGHT)
    taken: Counter[str] = Counter()
    for source, title in documents.titles:
        taken[source] += 1
        if taken[source] <= TITLES_PER_SOURCE:
            yield Example(source, shape_of(title.strip(), hints), JUNK, 1.0)


def lines_within_prose(article: Labelled, hints: Hints) -> list[str]:
    """Lines that no rule takes between two lines of prose with more prose to come: nearly all are article text."""
    lines = lines_of(article.view, hints)
    last = max((place for place, line in enumerate(lines) if line.prose), default=0)
    return [
        line.shape.text
        for before, line, after in zip(lines, lines[1:], lines[2 : last + 1], strict=False)
        if before.prose and after.prose and not line.cut and line is not lines[last - 1]
    ]


def fit_word_table(examples: Iterable[Example], fit: Fit) -> npt.NDArray[np.int8]:
    """A table without each fold and one with all, (folds + 1, hashes); each line counts once for its source."""
    chosen = {(example.source, example.shape.text): example for example in examples if example.shape.words}
    used = list(chosen.values())
    hashed = [grams(example.shape) for example in used]
    folds = np.array([fold_of(example.source) for example in used])
    weights = np.array([example.weight for example in used])
    job = {
        "slots": np.array([value & ((1 << WORD_BITS) - 1) for one in hashed for value in one]),
        "counts": np.array([len(one) for one in hashed]),
        "size": np.array(1 << WORD_BITS),
        "labels": np.array([example.label for example in used]),
        "weights": np.array([np.where(folds == fold, 0.0, weights) for fold in (*range(FOLDS), WHOLE)]),
    }
    return quantised(fit("words", job)["coefficients"])


def quantised(weights: Floats) -> npt.NDArray[np.int8]:
    """Weights in steps of :data:`SCALE`."""
    steps: Floats = np.clip(np.round(weights / SCALE), -127, 127)
    return steps.astype(np.int8)


def fit_kinds(articles: Sequence[Labelled], hints: Hints, fit: Fit) -> tuple[npt.NDArray[np.int8], list[str]]:
    """Weights for each kind of junk against the others, from what the rules take out of articles."""
    taken: dict[tuple[str, str], list[int]] = {}
    for article in articles:
        for text, kind in zip(article.view.texts, article.view.cut_kinds, strict=True):
            shape = shape_of(text, hints)
            if kind is not None and kind != "headline" and shape.words:
                taken[kind, text] = grams(shape)
    names = [kind for kind in KINDS if sum(of == kind for of, _ in taken) >= 10]
    kinds = np.array([kind for kind, _ in taken])
    size = 1 << KIND_BITS
    job = {
        "slots": np.array([value & (size - 1) for one in taken.values() for value in one]),
        "counts": np.array([len(one) for one in taken.values()]),
        "size": np.array(size),
        "weights": np.ones((1, len(kinds))),
    }
    tables = [fit("words", job | {"labels": (kinds == name).astype(int)})["coefficients"][0] for name in names]
    return quantised(np.array(tables)), names


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines that the trees learn from or are scored on."""

    matrix: Floats
    labels: npt.NDArray[np.int64]
    folds: npt.NDArray[np.int64]
    weights: Floats
    gold: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    """Whether the words of the text are known."""
    counts: Floats
    """How many lines of running text each stands for where a threshold is chosen."""


def tree_rows(documents: Documents, tables: Sequence[WordTables], hints: Hints) -> Rows:
    """Rows of the judged lines; the words of each are scored by the table that knows nothing of its source's fold."""
    blocks: list[Floats] = []
    columns: list[tuple[Any, ...]] = []
    groups = ((documents.gold, "gold"), (documents.articles, "article"), (documents.judged_pages, "page"))
    for document, group in ((one, name) for some, name in (*groups, (documents.pages, "blocks")) for one in some):
        lines = lines_of(document.view, hints)
        words = tables[document.fold]
        known = words.known_of_text(lines)
        scores = words.scores([line.shape for line in lines])
        judged = suspects(lines, scores)
        if not judged or known is None or all(_weight(document, place, group, known) is None for place in judged):
            continue
        matrix = rows(lines, scores, judged, title_words(document.title), text_words(lines), known)
        for row, place in enumerate(judged):
            if (weight := _weight(document, place, group, known)) is not None:
                blocks.append(matrix[row])
                label = document.labels[place] if document.labels[place] != UNJUDGED else JUNK
                counts = _counts(document, place, group, known)
                of_line = document.fold, weight, group == "gold", known >= MIN_KNOWN_SHARE, counts
                columns.append((label, *of_line, document.source))
    labels, folds, weights, golds, knowns, stood_for, sources = map(np.array, zip(*columns, strict=True))
    return Rows(np.array(blocks), labels, folds, balanced(weights, sources), golds, knowns, stood_for)


def _weight(document: Labelled, place: int, group: str, known: float) -> float | None:
    """What a line counts in training; None where it has no label to learn from.

    Captions without a credit may go either way; that they are nearer to junk than to text is learned.
    """
    judged = document.judged.get(place)
    if judged is not None and (judged.label, judged.kind) == ("E", "caption"):
        weight = CAPTION_WEIGHT
    elif document.labels[place] == UNJUDGED:
        return None
    elif group == "blocks":
        weight = BLOCK_WEIGHT
    else:
        weight = SETTLED if judged is not None and judged.by == "gold" else READ
    return weight * (ENGLISH_PAGE_WEIGHT if group == "page" and known >= MIN_KNOWN_SHARE else 1.0)


def _counts(document: Labelled, place: int, group: str, known: float) -> float:
    """How many lines of running text a line stands for where a threshold is chosen."""
    if group == "gold":
        return 1.0
    judged = document.judged.get(place)
    if known >= MIN_KNOWN_SHARE or judged is None or judged.by == "gold" or judged.label == "E":
        return 0.0  # in known words the articles with all lines labelled decide: only they give true rates
    return DRAWN_COUNTS[judged.drawn] / len(document.judged)


def balanced(weights: Floats, sources: npt.NDArray[np.str_]) -> Floats:
    """Weights of lines with those of a source that has very many judged lines lowered."""
    names, numbers = np.unique(sources, return_inverse=True)
    sums = np.bincount(numbers, weights=weights, minlength=len(names))
    lowered: Floats = np.minimum(1.0, LINES_OF_SOURCE / np.maximum(sums, 1.0))
    return weights * lowered[numbers]


def fit_trees(lines: Rows, fit: Fit) -> dict[frozenset[int], dict[str, Any]]:
    """Trees and their scores by the folds that they know nothing of: pairs of folds, single ones, none."""
    left_out = [frozenset(pair) for pair in itertools.combinations(range(FOLDS), 2)]
    left_out += [*(frozenset([fold]) for fold in range(FOLDS)), frozenset()]
    weights = np.array([np.where(np.isin(lines.folds, list(out)), 0.0, lines.weights) for out in left_out])
    fitted = fit("trees", {"rows": lines.matrix, "labels": lines.labels, "weights": weights})
    names = ("scores", *sorted(TREE_ARRAYS))
    return {out: {name: fitted[f"{name}_{number}"] for name in names} for number, out in enumerate(left_out)}


def hold_against_fitted(lines: Rows, fitted: Mapping[str, Any]) -> None:
    """Our own arithmetic over the trees must give the scores of the library that made them."""
    if not np.allclose(read_trees(fitted).scores(lines.matrix), fitted["scores"], atol=1e-4):
        sys.exit("train_lines: the trees as they are stored do not give the scores that they were fitted with")


def threshold(lines: Rows, scores: Floats, inside: npt.NDArray[np.bool_], budget: float) -> float:
    """The lowest score that costs no more than so many among some lines of article text."""
    chosen = inside & (lines.labels == KEEP)
    order = np.argsort(-scores[chosen], kind="stable")
    lost = np.cumsum(lines.counts[chosen][order])
    allowed = int(np.searchsorted(lost, budget, side="right"))
    return round(float(scores[chosen][order][allowed]) + 1e-6, 4)


def choose_thresholds(lines: Rows, trees: Mapping[frozenset[int], Any], gold: Sequence[Labelled]) -> list[list[float]]:
    """Of each fold from the other four, scored by trees that know neither it nor them; then of the whole.

    Two for each: of texts in known words, and of others.
    """
    kept = [sum(d.labels.count(KEEP) for d in gold if d.fold == fold) for fold in range(FOLDS)]
    chosen = []
    for tested in (*range(FOLDS), WHOLE):
        folds = [fold for fold in range(FOLDS) if fold != tested]
        scores = np.zeros(len(lines.labels))
        for fold in folds:
            of_fold = lines.folds == fold
            scores[of_fold] = trees[frozenset({fold, tested} - {WHOLE})]["scores"][of_fold]
        inside = np.isin(lines.folds, folds)
        budget = LOSS_BUDGET * sum(kept[fold] for fold in folds)
        unknown = inside & ~lines.known
        kept_unknown = LINES_FOR_ONE * lines.counts[unknown & (lines.labels == KEEP)].sum()
        chosen.append(
            [
                threshold(lines, scores, inside & lines.known, budget),
                threshold(lines, scores, unknown, LOSS_BUDGET_UNKNOWN * kept_unknown),
            ]
        )
    return chosen


def train(shared: Path, fit: Fit) -> None:
    """Fit everything and write the model, the models of the folds and the record."""
    rulebook = read_tool_parts(load_settings(environment={})).rulebook
    hints = parse_hints((DATA / "line_hints.toml").read_text("utf-8"))
    documents = read_documents(shared, rulebook)
    known = known_words(documents)
    nothing = np.zeros(1 << WORD_BITS, dtype=np.int8)
    pages = english(documents.pages, WordTables(nothing, nothing, SCALE, known.tobytes()), hints)
    documents = replace(documents, pages=pages)
    junk = fit_word_table(junk_examples(documents, hints), fit)
    headline = fit_word_table(headline_examples(documents, hints), fit)
    tables = [WordTables(one, other, SCALE, known.tobytes()) for one, other in zip(junk, headline, strict=True)]
    kinds, kind_names = fit_kinds(documents.articles, hints, fit)
    lines = tree_rows(documents, tables, hints)
    trees = fit_trees(lines, fit)
    for fitted in trees.values():
        hold_against_fitted(lines, fitted)
    thresholds = choose_thresholds(lines, trees, documents.gold)
    common = {
        "scale": np.array(SCALE),
        "known": np.packbits(known),
        "kinds": kinds,
        "kind_names": np.array(kind_names),
        FEATURE_NAMES: np.array(column_names(hints)),
        "usual": np.median(lines.matrix[lines.gold & (lines.labels == KEEP)], axis=0),
    }
    of_fold = [
        {
            "junk": junk[fold],
            "headline": headline[fold],
            "cut_above": np.array(thresholds[fold]),
            **{name: array for name, array in trees[frozenset({fold} - {WHOLE})].items() if name != "scores"},
        }
        for fold in (*range(FOLDS), WHOLE)
    ]
    np.savez_compressed(DATA / "line_model.npz", **common, **of_fold[WHOLE])
    folds = {f"{name}_{fold}": array for fold in range(FOLDS) for name, array in of_fold[fold].items()}
    np.savez_compressed(FOLD_MODELS, **common, **folds)
    write_record(documents, lines, thresholds, rulebook, hints)


def write_record(
    documents: Documents, lines: Rows, thresholds: Sequence[Sequence[float]], rulebook: Rulebook, hints: Hints
) -> None:
    """How the model was made, for people."""
    judged = lines.gold
    text = f"""# How line_model.npz was made. Written by `python -m bench.train_lines`; never edited by hand.
made_on = {dt.datetime.now(dt.UTC).date()}
command = "python -m bench.train_lines"
rules_version = "{rulebook.version}"
hints_version = "{hints.version}"
cut_above = {thresholds[WHOLE]}
cut_above_of_folds = {list(thresholds[:WHOLE])}
loss_budgets = {[LOSS_BUDGET, LOSS_BUDGET_UNKNOWN]}

[learned_from]
articles = {len(documents.articles)}
titles = {len(documents.titles)}
pages = {len(documents.pages)}
labelled_articles = {len(documents.gold)}
labelled_lines = {int(judged.sum())}
labelled_junk_lines = {int((judged & (lines.labels == JUNK)).sum())}
other_judged_lines = {int((~judged).sum())}
other_judged_junk_lines = {int((~judged & (lines.labels == JUNK)).sum())}
lines_in_unknown_words = {int((~lines.known).sum())}
"""
    (DATA / "line_model.toml").write_text(text, encoding="utf-8")


def fit_in_peers(task: str, job: Mapping[str, Any]) -> dict[str, Any]:
    """Run one job of ``fit_lines`` in the environment of the peers."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "job.npz", Path(folder) / "result.npz"
        np.savez(source, **job)
        command = [str(PEER_PYTHON), "-m", "bench.fit_lines", task, str(source), str(target)]
        subprocess.run(command, check=True, cwd=ROOT)
        with np.load(target) as archive:
            return {name: archive[name] for name in archive.files}


def main() -> None:
    """Train where there is data and an environment to fit in."""
    if not (SHARED / "data" / "lines").is_dir():
        sys.exit("train_lines: skipped: no data")
    if not PEER_PYTHON.exists():
        sys.exit("train_lines: skipped: no peers; `make bench-peers` builds their environment")
    train(SHARED, fit_in_peers)


if __name__ == "__main__":
    main()
