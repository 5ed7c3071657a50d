"""How far the fast language identifier agrees with langdetect on real news, as ``transforms/text/language.py`` claims.

Run from the repository: ``python -m bench.language_agreement [--data FOLDER] [--articles N]``. Prints, over samples of
1,000 characters, how often the fast one answers, how often its answer is langdetect's, whether langdetect says the same
of a whole text, and what both cost. Exit status 1 where the agreement is below the rule, 0 also where there is no data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from langdetect.lang_detect_exception import LangDetectException

from transforms.text.language import (
    FAST_MIN_CONFIDENCE,
    FAST_MIN_LENGTH,
    SAMPLE_LENGTH,
    LanguageIdentifiers,
    identify_language,
    load_identifiers,
)

RULE = 0.9995
"""The share of the fast identifier's answers that must be langdetect's."""

DEFAULT_DATA = Path(__file__).parents[2] / "shared" / "data"
NO_FAST_ANSWER = frozenset[str]()


@dataclass
class Tally:
    """What the samples showed."""

    samples: int = 0
    answered: int = 0
    agreed: int = 0
    whole_texts: int = 0
    whole_agreed: int = 0
    seconds: float = 0.0
    seconds_langdetect: float = 0.0
    languages: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def main() -> int:
    """Measure and print; see the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with articles/ and pages/")
    parser.add_argument("--articles", type=int, default=200, help="articles of each part of articles/")
    options = parser.parse_args()
    texts = list(_texts(options.data, options.articles))
    if not texts:
        print(f"skipped: no data in {options.data}")
        return 0
    tally = _measure(texts, load_identifiers())
    _print(tally)
    return 0 if tally.agreed >= RULE * tally.answered else 1


def _measure(texts: list[str], identifiers: LanguageIdentifiers) -> Tally:
    last_word = LanguageIdentifiers(identifiers.langdetect, identifiers.fast, NO_FAST_ANSWER)
    tally = Tally()
    for text in texts:
        for sample in _samples(text):
            _compare(sample, identifiers, last_word, tally)
        tally.whole_texts += 1
        whole = _of_langdetect(text, identifiers)
        tally.whole_agreed += whole == _of_langdetect(text[:SAMPLE_LENGTH], identifiers)
    return tally


def _samples(text: str) -> Iterator[str]:
    """Windows of a text, each as long as the sample that is looked at; each could be a document."""
    for start in range(0, min(len(text), 4 * SAMPLE_LENGTH), SAMPLE_LENGTH):
        window = text[start : start + SAMPLE_LENGTH]
        if len(window) >= FAST_MIN_LENGTH:
            yield window


def _compare(sample: str, both: LanguageIdentifiers, last_word: LanguageIdentifiers, tally: Tally) -> None:
    start = time.process_time()
    answer = identify_language(sample, both)
    middle = time.process_time()
    reference = identify_language(sample, last_word)
    tally.seconds += middle - start
    tally.seconds_langdetect += time.process_time() - middle
    tally.samples += 1
    if answer.by != "py3langid":
        return
    tally.answered += 1
    tally.languages[answer.language] += 1
    if answer.language == reference.language:
        tally.agreed += 1
    else:
        tally.differences.append(f"{answer.language} {answer.confidence} / {reference.language} {reference.confidence}")


def _of_langdetect(text: str, identifiers: LanguageIdentifiers) -> str | None:
    detector = identifiers.langdetect.create()
    detector.append(text)
    try:
        ranking = detector.get_probabilities()
    except LangDetectException:
        return None
    return ranking[0].lang if ranking else None


def _texts(data: Path, articles: int) -> Iterator[str]:
    for part in sorted(data.glob("articles/*.jsonl.gz")):
        with gzip.open(part, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in islice(lines, articles))
    for name in ("fundus", "wcxb-dev"):
        gold = data / "pages" / name / "gold.jsonl"
        if gold.exists():
            with gold.open(encoding="utf-8") as lines:
                yield from (json.loads(line)["text"] for line in lines)


def _print(tally: Tally) -> None:
    agreement = tally.agreed / tally.answered if tally.answered else 1.0
    print(f"samples of up to {SAMPLE_LENGTH} characters: {tally.samples}")
    print(f"answered by py3langid at {FAST_MIN_CONFIDENCE}: {tally.answered / tally.samples:.2%}")
    print(f"its answer is langdetect's: {agreement:.3%} (rule: {RULE:.2%}), {tally.answered - tally.agreed} differ")
    for difference in tally.differences[:20]:
        print(f"  differs: {difference}")
    print(f"langdetect says the same of sample and whole text: {tally.whole_agreed} of {tally.whole_texts}")
    print(f"both together: {1000 * tally.seconds / tally.samples:.3f} ms a sample")
    print(f"langdetect alone: {1000 * tally.seconds_langdetect / tally.samples:.3f} ms a sample")
    print("answered, by language: " + ", ".join(f"{code} {count}" for code, count in tally.languages.most_common()))


if __name__ == "__main__":
    raise SystemExit(main())
