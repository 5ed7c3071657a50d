"""How well near-duplicates and stories are found, and how fast, on the articles and judged pairs of ``../shared/data``.

Articles go through the extract and strip stages first, as in a run. The scales of the facts and the threshold are
fitted anew in every fold, so that the first figure is for pairs that were not fitted on; what is compared, how many
words count and how many days around were chosen on the same pairs, so new pairs may come out a little lower.
Near-duplicates are held against exact all-pairs on a corpus in which copies with edits of known strength are planted.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.relate import read_relate_tools
from flows.settings import load_settings
from flows.tools import build_tools, read_tool_parts
from transforms.extract import extract
from transforms.records import RawDocument, Rejection
from transforms.stories.grouping import AROUND_DAYS, PAIR_DAYS, Placed, RelatedArticle, StoryTools, pair_facts, place
from transforms.stories.near_duplicates import LEAST_JACCARD, candidate_pairs, compared, signature_matrix, verified
from transforms.stories.parts import TextPart, part_candidates, run_sample, text_parts
from transforms.stories.terms import story_terms
from transforms.strip import strip
from transforms.text.identity import document_id
from transforms.text.shingles import shingles, signature

FOLDS = 10
REPEATS = 20
INCREMENT = 1000
PORTIONS = 1000
ORIGINALS = 2000
COPIES = 1000
SMOOTHING = 0.1
"""Width of the slope in place of the step at the threshold, in units of likeness, when it is fitted: F1 of a hundred
pairs jumps with every pair, and its highest point is more chance than the middle of a high stretch."""

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Document:
    """An article of the data, stripped."""

    article: RelatedArticle
    text: str


def main(shared: Path) -> None:
    """Measure and print; see the module."""
    folder = shared / "data" / "articles"
    texts = list(_articles(folder)) if folder.is_dir() else []
    near_duplicates([document.text for document in texts[:ORIGINALS]] or list(_made_texts()))
    if not texts:
        print("stories skipped: no data")
        return
    tools = read_relate_tools().stories
    articles = [document.article for document in texts]
    speed(texts, tools)
    pairs_file = shared / "data" / "stories" / "pairs.jsonl"
    if pairs_file.is_file():
        judged(pairs_file, articles, tools)
    else:
        print("judged pairs skipped: no data")


def judged(pairs_file: Path, articles: Sequence[RelatedArticle], tools: StoryTools) -> None:
    """F1 on judged pairs: cross-validated by pairs, with the committed numbers, and after grouping."""
    known = {article.article_id for article in articles}
    judged = [json.loads(line) for line in pairs_file.read_text("utf-8").splitlines()]
    rows = [row for row in judged if {row["id_a"], row["id_b"]} <= known]
    labels = np.array([row["label"] for row in rows])
    print(f"judged pairs: {len(rows)} of {len(judged)} have both articles, {labels.sum()} are one event")
    facts = pair_facts([(row["id_a"], row["id_b"]) for row in rows], articles, tools)
    scores = [cross_validated(facts, labels, seed) for seed in range(REPEATS)]
    print(f"  F1, {FOLDS} folds, {REPEATS} times: {np.mean(scores):.3f} +- {np.std(scores):.3f}  need 0.84")
    likeness = tools.likeness.of(facts)
    print(f"  F1 with the committed numbers: {_measures(likeness >= tools.likeness.pair, labels)}")
    print(f"  area under the curve: {_area(likeness, labels):.3f}")
    story = {one.article_id: one.story_id for one in place(articles, [], {}, tools)}
    together = np.array([story.get(row["id_a"], "a") == story.get(row["id_b"], "b") for row in rows])
    print(f"  in one story after grouping: {_measures(together, labels)}")
    if "--fit" in sys.argv:
        centres, spreads = np.nanmean(facts, axis=0), np.nanstd(facts, axis=0)
        print(f"  centres {centres.round(3)} spreads {spreads.round(3)} threshold {_threshold(likeness, labels):.2f}")


def cross_validated(facts: Floats, labels: Labels, seed: int) -> float:
    """F1 of all pairs, each judged by scales and threshold fitted on the other folds."""
    random_order = np.random.default_rng(seed)
    folds = np.empty(len(labels), int)
    for label in (0, 1):
        members = random_order.permutation(np.flatnonzero(labels == label))
        folds[members] = np.arange(len(members)) % FOLDS
    chosen = np.zeros(len(labels), bool)
    for fold in range(FOLDS):
        fitted = folds != fold
        centres, spreads = np.nanmean(facts[fitted], axis=0), np.nanstd(facts[fitted], axis=0)
        likeness = np.nan_to_num((facts - centres) / spreads).mean(axis=1)
        chosen[~fitted] = likeness[~fitted] >= _threshold(likeness[fitted], labels[fitted])
    return _f1(chosen, labels)


def speed(documents: Sequence[Document], tools: StoryTools) -> None:
    """Processor seconds of grouping everything, and of a day's increment; how far portions change the answer."""
    sample = documents[:INCREMENT]
    terms = _seconds(lambda: [story_terms(None, document.text) for document in sample]) * len(documents) / len(sample)
    articles = sorted(
        (document.article for document in documents), key=lambda article: (article.day, article.article_id)
    )
    whole: list[Placed] = []
    seconds = _seconds(lambda: whole.extend(place(articles, [], {}, tools)))
    sizes = Counter(Counter(one.story_id for one in whole).values())
    print(f"grouping {len(articles):,} articles: {terms + seconds:.1f} s (words {terms:.1f})  need 60")
    print(f"  {len({one.story_id for one in whole}):,} stories, {len(whole):,} articles in one; sizes {dict(sizes)}")
    known, new = articles[:-INCREMENT], articles[-INCREMENT:]
    stories = {one.article_id: one.story_id for one in whole}
    around = _around(known, new)
    seconds = _seconds(lambda: place(new, around, stories, tools)) + terms * len(new) / len(documents)
    print(f"increment of {len(new):,} articles beside {len(around):,} of the days around: {seconds:.1f} s  need 5")
    print(f"  in portions of {PORTIONS:,} by day, against all at once: {_portions(articles, whole, tools)}")


def near_duplicates(texts: Sequence[str]) -> None:
    """Recall and precision against exact all-pairs on texts with planted copies; speed of signatures."""
    planted = [*texts, *_planted(texts), *_embedded(texts)]
    ids = [f"{number:06d}" for number in range(len(planted))]
    by_id = dict(zip(ids, planted, strict=True))
    sharing = list(compared(_sharing(by_id), by_id))
    exact = {(pair.article_id, pair.other_article_id) for pair in verified(sharing)}
    seconds = min(_seconds(lambda: [signature(text) for text in planted[:1000]]) for _ in range(3))
    matrix = signature_matrix([signature(text) for text in planted])
    found = verified(compared([(ids[a], ids[b]) for a, b in candidate_pairs(matrix).tolist()], by_id))
    told = {(pair.article_id, pair.other_article_id) for pair in found}
    print(f"near-duplicates: {len(planted):,} texts, {len(exact):,} pairs of Jaccard {LEAST_JACCARD} or more")
    right = len(told & exact)
    print(f"  recall {right / len(exact):.4f}  need 0.995;  precision {right / len(told):.4f}  need 1.0")
    print(f"  signatures: {1000 / seconds:,.0f} articles/s on one core  need 3,000")
    in_parts(by_id, set(text_parts(sharing)))


def in_parts(texts: Mapping[str, str], exact: set[TextPart]) -> None:
    """Recall and precision of texts that stand in longer ones, against an exact search; seconds that it takes."""
    ids = list(texts)
    found: set[TextPart] = set()

    def find() -> None:
        pairs = part_candidates([run_sample(text) for text in texts.values()]).tolist()
        found.update(text_parts(compared([(ids[a], ids[b]) for a, b in pairs], texts)))

    seconds = _seconds(find)
    right = len(found & exact)
    print(f"copies in parts: {len(exact):,} texts stand, half of them or more, in a longer one; {seconds:.1f} s")
    print(f"  recall {right / len(exact):.4f}  need 0.97;  precision {right / len(found):.4f}  need 0.99")


def _articles(folder: Path) -> Iterator[Document]:
    tools = build_tools(read_tool_parts(load_settings(environment={})))
    by_rules = replace(tools.strip, model=None)  # the line model takes longer than all that is measured here
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                content = row["text"].encode("utf-8", "surrogatepass")
                raw = RawDocument(document_id(content), content, "text/plain", file.name, title=row["title"])
                extracted = extract(raw, tools.extract_options)
                stripped = extracted if isinstance(extracted, Rejection) else strip(extracted, by_rules)
                text = row["text"] if isinstance(stripped, Rejection) else stripped.text
                yield Document(_related(row, text), text)


def _related(row: Mapping[str, str], text: str) -> RelatedArticle:
    try:
        day, known = date.fromisoformat((row.get("date") or "")[:10]), True
    except ValueError:
        day, known = date(2026, 1, 1), False
    return RelatedArticle(row["id"], row["id"], row["domain"], "en", day, known, story_terms(row["title"], text))


def _around(known: Sequence[RelatedArticle], new: Sequence[RelatedArticle]) -> list[RelatedArticle]:
    """Those known articles that the warehouse would hand out."""
    reach = AROUND_DAYS + PAIR_DAYS
    days = {article.day.toordinal() + step for article in new for step in range(-reach, reach + 1)}
    return [article for article in known if article.day.toordinal() in days]


def _portions(articles: Sequence[RelatedArticle], whole: Sequence[Placed], tools: StoryTools) -> str:
    stories: dict[str, str] = {}
    for start in range(0, len(articles), PORTIONS):
        new = articles[start : start + PORTIONS]
        placed = place(new, _around(articles[:start], new), stories, tools)
        stories |= {one.article_id: one.story_id for one in placed}
    ours, theirs = (_together(one) for one in ({one.article_id: one.story_id for one in whole}, stories))
    return f"{len(ours & theirs) / len(ours | theirs):.3f} of the pairs in one story are the same"


def _together(stories: Mapping[str, str]) -> set[tuple[str, str]]:
    members: dict[str, list[str]] = defaultdict(list)
    for article_id, story_id in sorted(stories.items()):
        members[story_id].append(article_id)
    return {pair for group in members.values() for pair in itertools.combinations(group, 2)}


def _planted(texts: Sequence[str]) -> Iterator[str]:
    """Copies as sources make them: cut at the end, words changed, a paragraph of their own, from hardly to half."""
    chance = random.Random(7)
    for _ in range(COPIES):
        words = chance.choice(texts).split()
        strength = chance.random()
        kept = words[: max(30, int(len(words) * (1 - 0.5 * strength * chance.random())))]
        changed = [word if chance.random() > 0.12 * strength else f"{word}x" for word in kept]
        own = [f"own{chance.randrange(10**6)}" for _ in range(int(len(kept) * 0.3 * strength * chance.random()))]
        yield " ".join([*own, *changed])


def _made_texts() -> Iterator[str]:
    """Texts of made words, where there are no articles."""
    chance = random.Random(5)
    for _ in range(ORIGINALS):
        yield " ".join(f"w{int(chance.paretovariate(0.7)) % 30_000}" for _ in range(chance.randrange(80, 900)))


def _embedded(texts: Sequence[str]) -> Iterator[str]:
    """Texts that have half to all of another one inside."""
    chance = random.Random(11)
    for _ in range(COPIES):
        part, around = (chance.choice(texts).split() for _ in range(2))
        start = chance.randrange(len(part) // 3 + 1)
        middle = chance.randrange(len(around) + 1)
        yield " ".join([*around[:middle], *part[start : start + max(30, len(part) * 2 // 3)], *around[middle:]])


def _sharing(texts: Mapping[str, str]) -> set[tuple[str, str]]:
    """Every pair of texts that have a five-word run in common."""
    holders: dict[bytes, list[str]] = defaultdict(list)
    for text_id, text in texts.items():
        for run in frozenset(shingles(text)):
            holders[run].append(text_id)
    return {pair for group in holders.values() for pair in itertools.combinations(group, 2)}


def _threshold(likeness: Floats, labels: Labels) -> float:
    grid = np.linspace(likeness.min(), likeness.max(), 200)
    weights = 1 / (1 + np.exp(-(likeness[None] - grid[:, None]) / SMOOTHING))
    return float(grid[np.argmax(2 * weights @ labels / (weights.sum(axis=1) + labels.sum()))])


def _f1(chosen: Chosen, labels: Labels) -> float:
    return float(2 * (chosen & (labels == 1)).sum() / (chosen.sum() + labels.sum()))


def _measures(chosen: Chosen, labels: Labels) -> str:
    right = (chosen & (labels == 1)).sum()
    return f"F1 {_f1(chosen, labels):.3f}, precision {right / chosen.sum():.3f}, recall {right / labels.sum():.3f}"


def _area(likeness: Floats, labels: Labels) -> float:
    ours, theirs = likeness[labels == 1][:, None], likeness[labels == 0][None]
    return float(((ours > theirs) + 0.5 * (ours == theirs)).mean())


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main(Path(__file__).parents[2] / "shared")
