"""Draws lines for readers to judge, and collects what they said: how ``bench/data/line_labels.csv`` was made.

    python -m bench.sample_lines draw FOLDER      batch_NN.txt for readers and index.jsonl
    python -m bench.sample_lines collect FOLDER   labels_NN.tsv of readers into the table of labels

Half of the lines of a text are drawn at random among those that could be junk, with a part of its prose; half where the
present line model is least sure. Of one site there are no more than :data:`LINES_OF_SITE`; no line is drawn twice, nor
one that was judged before or belongs to an article whose lines are all labelled. Every batch has a tenth of the
documents of the one before it, so that agreement can be measured. ``bench/data/line_guide.md`` is what readers read.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

from bench.line_data import LABELS, articles, plain_words, read_gold, read_labels, source_of
from bench.page_texts import WAYS, page_lines, page_title
from flows.settings import load_settings
from flows.tools import build_tools, read_tool_parts
from transforms.junk.features import is_prose, lines_of, rows, suspects, text_words, title_words
from transforms.strip import StripTools, view_lines

SHARED = Path(__file__).parents[2] / "shared"
LINES_OF_SITE, LINES_OF_TEXT, BATCHES = 20, 7, 9
PROSE_SHARE = 0.12
"""Part of the prose that is drawn from: nearly all of it is article text."""
LONGEST = 1200
"""Characters of a line that a reader is asked about."""
CONTEXT = 2
"""Lines that a reader sees above and below a line."""
LABEL_NAMES = ("D", "K", "E", "M")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that lines are drawn from."""

    doc: str
    source: str
    title: str | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line for readers."""

    text: Text
    place: int
    how: str
    """``random`` or ``unsure``."""


def texts(shared: Path, chance: random.Random) -> list[Text]:
    """The articles, and each page's text made in one of the ways of ``page_texts``, in random order."""
    labelled = {entry["doc"] for entry in read_gold(shared)}
    found = [
        Text(entry["id"], source_of(entry["domain"]), entry["title"], _lines(entry["text"]))
        for entry in articles(shared)
        if entry["id"] not in labelled
    ]
    for dataset in ("wcxb-dev", "fundus", "trafeval"):
        folder = shared / "data" / "pages" / dataset
        for row in (folder / "gold.jsonl").read_text("utf-8").strip().split("\n"):
            entry = json.loads(row)
            if entry.get("type", "article") == "article":
                way = chance.choice(sorted(WAYS))
                content = gzip.decompress((folder / "pages" / f"{entry['id']}.html.gz").read_bytes())
                source = source_of(urlsplit(entry["url"] or "").hostname or entry["id"])
                title = entry.get("title") or page_title(content)
                found.append(Text(f"{dataset}/{entry['id']}/{way}", source, title, tuple(page_lines(content, way))))
    chance.shuffle(found)
    return found


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def draw(found: Sequence[Text], tools: StripTools, chance: random.Random) -> Iterator[Drawn]:
    """Lines of the texts, site by site no more than :data:`LINES_OF_SITE`."""
    judged = read_labels()
    seen: set[str] = set()
    of_site: Counter[str] = Counter()
    for text in found:
        room = min(LINES_OF_TEXT, LINES_OF_SITE - of_site[text.source])
        if room <= 0 or text.doc in judged:
            continue
        doubt = doubts(text, tools, chance)
        fresh = [place for place in doubt if (key := plain_words(text.lines[place])) and key not in seen]
        likely = [place for place in fresh if not is_prose(text.lines[place]) or chance.random() < PROSE_SHARE]
        at_random = chance.sample(likely, min(len(likely), (room + 1) // 2))
        unsure = sorted(set(fresh) - set(at_random), key=doubt.__getitem__)[: room - len(at_random)]
        for place, how in sorted([(one, "random") for one in at_random] + [(one, "unsure") for one in unsure]):
            seen.add(plain_words(text.lines[place]))
            of_site[text.source] += 1
            yield Drawn(text, place, how)


def doubts(text: Text, tools: StripTools, chance: random.Random) -> dict[int, float]:
    """How far from unsure the product is of each line that a reader can be asked about; 0 is least sure.

    What the model does not judge comes behind what it does: short lines first, then what rules cut, then prose.
    """
    model = tools.model
    assert model is not None
    view = view_lines("\n".join(text.lines), tools.rulebook)
    lines = lines_of(view, model.hints)
    far = [
        4.0 if kind is not None else 9.0 if is_prose(line) else 2.0
        for line, kind in zip(view.texts, view.cut_kinds, strict=True)
    ]
    if (known := model.words.known_of_text(lines)) is not None:
        scores = model.words.scores([line.shape for line in lines])
        if places := suspects(lines, scores):
            matrix = rows(lines, scores, places, title_words(text.title), text_words(lines), known)
            for place, score in zip(places, model.trees.scores(matrix).tolist(), strict=True):
                far[place] = min(abs(score - model.cut_above), far[place])
    return {
        number - 1: far[place] + chance.random() / 100
        for place, number in enumerate(view.numbers)
        if len(text.lines[number - 1]) <= LONGEST
    }


def write_batches(drawn: Sequence[Drawn], folder: Path, chance: random.Random) -> None:
    """The batches and the index of the lines in them."""
    by_text: defaultdict[Text, list[tuple[int, Drawn]]] = defaultdict(list)
    with (folder / "index.jsonl").open("w", encoding="utf-8") as index:
        for number, one in enumerate(drawn, start=1):
            by_text[one.text].append((number, one))
            line = one.text.lines[one.place]
            where = {"index": number, "doc": one.text.doc, "line": one.place + 1, "check": crc32(line.encode())}
            index.write(json.dumps({**where, "drawn": one.how, "text": line}) + "\n")
    shares = [list(by_text)[start::BATCHES] for start in range(BATCHES)]
    for number, own in enumerate(shares):
        before = shares[number - 1]
        batch = [*own, *chance.sample(before, len(before) // 10)]
        chance.shuffle(batch)
        shown = "\n\n".join(_shown(text, by_text[text]) for text in batch)
        (folder / f"batch_{number + 1:02d}.txt").write_text(shown + "\n", encoding="utf-8")


def _shown(text: Text, drawn: Sequence[tuple[int, Drawn]]) -> str:
    """A document as a reader sees it: its lines to judge, and what stands around them."""
    marks = {one.place: number for number, one in drawn}
    near = {at for place in marks for at in range(place - CONTEXT, place + CONTEXT + 1) if 0 <= at < len(text.lines)}
    shown = [f"=== document | site {text.source} | {len(text.lines)} lines", f"=== title: {text.title or '(unknown)'}"]
    for before, at in itertools.pairwise((-1, *sorted(near))):
        if at > before + 1:
            shown.append("      ...")
        line = text.lines[at]
        shown.append(f"[{marks[at]}] <{at + 1}> {line}" if at in marks else f"      <{at + 1}> {line[:160]}")
    return "\n".join(shown)


def collect(folder: Path) -> None:
    """Add what readers said to the table of labels.

    Raises:
        ValueError: a reader's row is not of the form that the guide asks for.
    """
    index = {row["index"]: row for row in map(json.loads, (folder / "index.jsonl").read_text("utf-8").splitlines())}
    said: defaultdict[int, list[list[str]]] = defaultdict(list)
    for path in sorted(folder.glob("labels_*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            at, label, *rest = line.split("\t")
            if label not in LABEL_NAMES:
                raise ValueError(f"{path.name}: label {label!r} of line {at}; give one of {', '.join(LABEL_NAMES)}")
            said[int(at)].append([label, *rest])
    with LABELS.open("a", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        for number, (first, *others) in sorted(said.items()):
            row = index[number]
            kind = first[1] if len(first) > 1 else ""
            second = others[0][0] if others else ""
            junk = _span(row["text"], first[2]) if first[0] == "M" and len(first) > 2 else ""
            writer.writerow(
                [row["doc"], row["line"], row["check"], first[0], kind, "reader", row["drawn"], second, junk]
            )


def _span(line: str, piece: str) -> str:
    """The offsets in its line of the piece that a reader copied."""
    start = line.find(piece)
    return f"{start}-{start + len(piece)}" if start >= 0 else ""


def main() -> None:
    """Do what the arguments say."""
    if len(sys.argv) != 3 or sys.argv[1] not in ("draw", "collect"):
        sys.exit(__doc__)
    folder = Path(sys.argv[2])
    if sys.argv[1] == "collect":
        collect(folder)
        return
    chance = random.Random(13)
    tools = build_tools(read_tool_parts(load_settings(environment={}))).strip
    write_batches(list(draw(texts(SHARED, chance), tools, chance)), folder, chance)


if __name__ == "__main__":
    main()
