"""What the reports of one story say alike and where they differ: names, numbers and quotations.

Only what more than one independent report says counts as shared. A report is independent where it is neither a copy of
another one's text, nor from the same agency, nor from the same source. What is read here is read by plain rules: names
by capital letters, so only where the script has them, numbers in digits, quotations between quotation marks. Nothing is
said about who is right.
"""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from transforms.stories.grouping import RelateDataError
from transforms.stories.terms import word_hash
from transforms.text.shingles import shingles

LEAST_CONTAINED = 0.5
"""Share of the shorter text's five-word runs in the longer one from which one is taken for a copy, cut or embedded."""

MOST_REPORTS = 40
"""Articles of a story that are compared, from the first on."""

MOST_FACTS = 25
"""Subjects of one kind that are told for a story, those of the most reports first."""

_MOST_CHARACTERS = 40_000
_LONGEST_SENTENCE = 400
_LONGEST_NAME = 6
_COMMON_SHARE = 0.12
_LEAST_CONTEXT_LETTERS = 5
_LEAST_QUOTED_WORDS = 4
_LEAST_DIFFERING = 4
_LEAST_SINGLE = 7
_SPELLING_CONTEXT = 2
_NUMBER_CONTEXT = 3
_HEADING_WORDS = 15
_HEADING_SHARE = 0.6
_FIRST_YEAR, _LAST_YEAR = 1900, 2100

_MOST_NAMES = 100
_MOST_USES = 5
_MOST_TELLERS = 12
_MOST_QUOTATIONS = 40
_LONGEST_WORD = 40
_LONGEST_SUBJECT = 120

Kind = Literal["name", "number", "quotation"]
Agreement = Literal["shared", "spelt differently", "differs"]
Because = Literal["own report", "copy", "same agency", "same source"]

_Key = TypeVar("_Key", str, tuple[str, str])

# Each begins with one class and runs over one more: linear on any text.
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"'”’»)\]」』]*\s+")
_NUMBER = re.compile(r"\d[\d.,]*")
_QUOTED = re.compile('[“„«「]([^“”„«»「」]{15,600})[”“»」]|"([^"\n]{15,600})"')
_WORD = re.compile(r"[^\W_]+")
_OPENERS = "\"'“‘«„([{「『—–-"
_CLOSERS = "\"'”’»)]},;:」』—–-"
_STOPS = ".!?…"
_POSSESSIVES = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Report:
    """An article of a story, as far as what it says is compared."""

    article_id: str
    source: str
    agency: str | None
    copy_group: str | None
    """Group of near-duplicates that it is in."""
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Which of a story's independent reports an article belongs to."""

    article_id: str
    report_number: int
    """From 1, in the order of the articles; articles of one number count once."""
    because: Because
    """``own report`` for the first article of a number; else what ties it to an earlier one."""


@dataclass(frozen=True, slots=True)
class StoryFact:
    """What one article says of one thing that is shared or differs."""

    kind: Kind
    agreement: Agreement
    subject: str
    """The thing: a name, a number with what it counts, the beginning of a quotation; one for all articles."""
    article_id: str
    value: str
    """As the article writes it."""
    sentence: str
    """Where it stands, 400 characters at most."""


@dataclass(frozen=True, slots=True)
class NameWords:
    """Words of ``names.toml``, in lower case."""

    titles: frozenset[str]
    particles: frozenset[str]
    not_names: frozenset[str]
    measures: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Said:
    """What one article says, by key."""

    report: Report
    number: int
    names: Mapping[str, Sequence[tuple[str, str]]]
    """Key of a name, and as it is written with its sentence, each time."""
    numbers: Mapping[tuple[str, str], Sequence[tuple[str, str]]]
    """Value and counted thing, and as written with its sentence."""
    quotations: Sequence[tuple[str, str]]
    """Normalised, and as written."""


def parse_name_words(text: str) -> NameWords:
    """The words from the text of ``names.toml``.

    Raises:
        RelateDataError: the text is not TOML, or an entry is of no known kind.
    """
    try:
        entries = tomllib.loads(text)["words"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise RelateDataError(f"names: not valid TOML or no [[words]] ({error}); mend the file") from error
    found: dict[str, set[str]] = {"title": set(), "particle": set(), "not_name": set(), "measure": set()}
    for entry in entries:
        if entry.get("kind") not in found:
            raise RelateDataError(f"names: kind {entry.get('kind')!r} is not one of {', '.join(found)}")
        found[entry["kind"]].update(entry["words"].split())
    return NameWords(*(frozenset(words) for words in found.values()))


def standings(reports: Sequence[Report]) -> list[Standing]:
    """Which articles are one report; the articles of a story, who came first in front.

    Texts are compared for the first :data:`MOST_REPORTS`; later ones are tied by copy group, agency and source.
    """
    runs = [frozenset(shingles(report.text[:_MOST_CHARACTERS])) for report in reports[:MOST_REPORTS]]
    runs += [frozenset()] * (len(reports) - len(runs))
    numbers: list[int] = []
    reasons: list[Because] = []
    for index, report in enumerate(reports):
        ties = {
            numbers[other]: because
            for other in range(index)
            if (because := _tie(report, reports[other], runs[index], runs[other]))
        }
        number = min(ties, default=index)
        reasons.append(ties.get(number, "own report"))
        # An article that is tied to two reports makes them one.
        numbers = [number if each in ties else each for each in numbers] + [number]
    order = {number: place for place, number in enumerate(dict.fromkeys(numbers), 1)}
    return [
        Standing(report.article_id, order[number], because)
        for report, number, because in zip(reports, numbers, reasons, strict=True)
    ]


def story_facts(
    reports: Sequence[Report], placed: Sequence[Standing], words: NameWords, common_words: Mapping[int, float]
) -> list[StoryFact]:
    """What the independent reports share and where they differ, in a fixed order.

    Args:
        reports: the articles of a story, who came first in front.
        placed: their :func:`standings`.
        words: for reading names and numbers.
        common_words: of the story's language, hash of a word and share of articles; empty where there is none.
    """
    number = {each.article_id: each.report_number for each in placed}
    said = [_read(report, number[report.article_id], words, common_words) for report in reports[:MOST_REPORTS]]
    return [
        *_shared_names(said),
        *_spelt_differently(said),
        *_shared_numbers(said),
        *_differing_numbers(said),
        *_shared_quotations(said),
    ]


def _tie(report: Report, other: Report, mine: frozenset[bytes], theirs: frozenset[bytes]) -> Because | None:
    if report.copy_group is not None and report.copy_group == other.copy_group:
        return "copy"
    if mine and theirs and len(mine & theirs) >= LEAST_CONTAINED * min(len(mine), len(theirs)):
        return "copy"
    if report.agency is not None and report.agency == other.agency:
        return "same agency"
    return "same source" if report.source == other.source else None


def _read(report: Report, number: int, words: NameWords, common_words: Mapping[int, float]) -> _Said:
    text = report.text[:_MOST_CHARACTERS]
    sentences = [sentence for line in text.split("\n") if not _is_heading(line) for sentence in _sentences(line)]
    return _Said(
        report,
        number,
        _names(sentences, words, common_words),
        _numbers(sentences, words),
        _quotations(text),
    )


def _is_heading(line: str) -> bool:
    """Whether a line is a title with capitals all over, in which capitals tell no names."""
    tokens = [token for token in line.split() if token[0].isalpha()]
    if not 1 < len(tokens) <= _HEADING_WORDS or line.rstrip()[-1:] in _STOPS:
        return False
    return sum(token[0].isupper() for token in tokens) >= _HEADING_SHARE * len(tokens)


def _sentences(line: str) -> list[str]:
    """Rough sentences of a line; one that an abbreviation cuts in two only loses context."""
    sentences: list[str] = []
    for part in filter(None, _SENTENCE_END.split(line)):
        if sentences and _is_short_form(sentences[-1].rsplit(None, 1)[-1]):
            sentences[-1] += f" {part}"
        else:
            sentences.append(part)
    return sentences


def _names(
    sentences: Sequence[str], words: NameWords, common_words: Mapping[int, float]
) -> dict[str, list[tuple[str, str]]]:
    small = {word for sentence in sentences for word in sentence.split() if word[:1].islower()}
    found: dict[str, list[tuple[str, str]]] = {}
    sure: set[str] = set()
    for sentence in sentences:
        for at_start, run in _runs(sentence, words):
            name = _bare(run, words)
            if name and at_start and len(name) == len(run):
                name = _without_first(name, small, common_words)
            if name and _is_name(name, words, common_words):
                found.setdefault(_key(name), []).append((" ".join(name), sentence[:_LONGEST_SENTENCE]))
                if len(name) > 1 or not at_start or len(name) < len(run):
                    sure.add(_key(name))
    # A single word that only ever stands at the head of a sentence may have its capital from there.
    return _without_parts({key: uses for key, uses in found.items() if key in sure})


def _runs(sentence: str, words: NameWords) -> Iterator[tuple[bool, list[str]]]:
    """Runs of capitalised words, particles inside; and whether a run is at the head of a sentence or quotation."""
    run: list[str] = []
    at_start = begins = True
    for token in sentence.split():
        if not run and token.isalpha() and token.islower():  # most words, in a fraction of the time
            begins = False
            continue
        bare = token.strip(_OPENERS + _CLOSERS).removesuffix("'s").removesuffix("’s")
        opened = token[0] in _OPENERS
        if opened or not bare:
            yield from _finished(at_start, run, words)
            run, begins = [], begins or opened
        if bare[:1].isupper():
            if not run:
                at_start = begins
            run.append(bare if _is_short_form(bare) else bare.rstrip(_STOPS + _CLOSERS))
        elif run and bare in words.particles:
            run.append(bare)
        else:
            yield from _finished(at_start, run, words)
            run = []
        begins = token[-1] in _STOPS and not _is_short_form(bare)
        if run and (token[-1] in _CLOSERS or begins or token.endswith(_POSSESSIVES)):
            yield from _finished(at_start, run, words)
            run = []
    yield from _finished(at_start, run, words)


def _finished(at_start: bool, run: list[str], words: NameWords) -> Iterator[tuple[bool, list[str]]]:
    while run and run[-1] in words.particles:
        run = run[:-1]
    if run:
        yield at_start, run


def _is_short_form(token: str) -> bool:
    """``U.N.``, ``J.``, ``Sen.``: the stop belongs to the word."""
    return token.endswith(".") and (token[:-1].replace(".", "").isupper() and len(token) <= _LONGEST_NAME)


def _bare(run: Sequence[str], words: NameWords) -> list[str]:
    """A run without office or form of address and what stands before it; empty where that is all."""
    titles = [index for index, token in enumerate(run) if token.lower().rstrip(".") in words.titles]
    name = list(run[titles[-1] + 1 :]) if titles else list(run)
    if titles and name and name[0] in words.particles:  # Secretary of State, President of France
        name = name[2:]
    while name and (name[0] in words.particles or name[0].lower().rstrip(".") in words.not_names):
        name.pop(0)
    while name and name[-1].lower().rstrip(".") in words.not_names:
        name.pop()
    return name[:_LONGEST_NAME]


def _without_first(name: list[str], small: set[str], common_words: Mapping[int, float]) -> list[str]:
    """A name at the head of a sentence, without a first word that has its capital from there."""
    first = name[0].lower()
    return name[1:] if first in small or word_hash(first) in common_words else name


def _is_name(name: Sequence[str], words: NameWords, common_words: Mapping[int, float]) -> bool:
    if len(name) > 1:
        return True
    [word] = name
    lower = word.lower().rstrip(".")
    return len(lower) > 1 and lower not in words.not_names and common_words.get(word_hash(lower), 0) < _COMMON_SHARE


def _key(name: Iterable[str]) -> str:
    """A name as it is compared: without case, accents, hyphens and stops."""
    decomposed = unicodedata.normalize("NFKD", " ".join(name).casefold().replace("-", " ").replace(".", ""))
    return " ".join("".join(character for character in decomposed if not unicodedata.combining(character)).split())


def _without_parts(found: Mapping[str, list[tuple[str, str]]]) -> dict[str, list[tuple[str, str]]]:
    """Names without single words of longer names in the same article: ``Kim`` beside ``Kim Jong Un``."""
    parts = {part for key in found if " " in key for part in key.split()}
    return {key: uses for key, uses in found.items() if " " in key or key not in parts}


def _numbers(sentences: Sequence[str], words: NameWords) -> dict[tuple[str, str], list[tuple[str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for sentence in sentences:
        tokens = sentence.split()
        for token, following in itertools.pairwise(tokens):
            match = None if token.isalpha() else _NUMBER.fullmatch(token.strip(_OPENERS))
            if match is None:
                continue
            thing = following.strip(_OPENERS + _CLOSERS + _STOPS).lower()
            if not thing.isalpha() or thing in words.measures or token[0] in "$€£":
                continue
            value = match[0].rstrip(".,").replace(",", "")
            if not (value.isdigit() and _FIRST_YEAR <= int(value[:9]) <= _LAST_YEAR and "," not in match[0]):
                found.setdefault((value, thing), []).append((f"{token} {thing}", sentence[:_LONGEST_SENTENCE]))
    return found


def _quotations(text: str) -> list[tuple[str, str]]:
    found = []
    for match in _QUOTED.finditer(text):
        written = (match[1] or match[2]).strip()
        normal = " ".join(_WORD.findall(written.casefold()))
        if normal.count(" ") >= _LEAST_QUOTED_WORDS - 1:
            found.append((normal, written[:_LONGEST_SENTENCE]))
    return found[:_MOST_QUOTATIONS]


def _shared_keys(said: Sequence[_Said], told: Sequence[Iterable[_Key]]) -> list[_Key]:
    """Keys that more than one independent report tells; of most reports first, then in the order of the reports."""
    reports: dict[_Key, set[int]] = {}
    for one, keys in zip(said, told, strict=True):
        for key in keys:
            reports.setdefault(key, set()).add(one.number)
    shared = [key for key, numbers in reports.items() if len(numbers) > 1]
    return sorted(shared, key=lambda key: -len(reports[key]))[:MOST_FACTS]


def _shared_names(said: Sequence[_Said]) -> Iterator[StoryFact]:
    for key in _shared_keys(said, [one.names for one in said]):
        tellers = [one for one in said if key in one.names]
        forms = Counter(written for one in tellers for written, _ in one.names[key])
        spelt = {_spelling(one.names[key]) for one in tellers}
        agreement: Agreement = "shared" if len(spelt) == 1 else "spelt differently"
        subject = forms.most_common(1)[0][0]
        for one in tellers:
            yield StoryFact("name", agreement, subject, one.report.article_id, *one.names[key][0])


def _spelling(uses: Sequence[tuple[str, str]]) -> str:
    """How an article spells a name for the most part, capitals and stops apart."""
    return Counter(written.casefold().replace(".", "") for written, _ in uses).most_common(1)[0][0]


def _spelt_differently(said: Sequence[_Said]) -> Iterator[StoryFact]:
    """Names that differ in a letter or two between reports, that neither article has both of, in like sentences."""
    seen: set[tuple[str, str]] = set()
    firsts = list({one.number: one for one in reversed(said)}.values())[::-1]
    for a, b in itertools.combinations(firsts[:_MOST_TELLERS], 2):
        mine, theirs = ([key for key in x.names if key not in y.names] for x, y in ((a, b), (b, a)))
        for key, other in itertools.product(mine[:_MOST_NAMES], theirs[:_MOST_NAMES]):
            if (key, other) not in seen and _is_respelling(key, other) and _like_context(a, b, key, other):
                seen |= {(key, other), (other, key)}
                subject = f"{a.names[key][0][0]} / {b.names[other][0][0]}"
                for one in said:
                    for form in (key, other):
                        if form in one.names:
                            yield StoryFact(
                                "name", "spelt differently", subject, one.report.article_id, *one.names[form][0]
                            )


def _is_respelling(a: str, b: str) -> bool:
    """Whether two names differ in one word only, and that one in a letter, or two of a long word, but not the first."""
    ours, theirs = a.split(), b.split()
    if len(ours) != len(theirs):
        return False
    differing = [(x, y) for x, y in zip(ours, theirs, strict=True) if x != y]
    if len(differing) != 1:
        return False
    [(x, y)] = differing
    shorter = min(len(x), len(y))
    if x[0] != y[0] or any(map(str.isdigit, x + y)) or x.rstrip("s") == y.rstrip("s"):
        return False
    least = _LEAST_SINGLE if len(ours) == 1 else _LEAST_DIFFERING
    return shorter >= least and _within_edits(x, y, 2 if shorter >= _LEAST_SINGLE and len(ours) > 1 else 1)


def _within_edits(a: str, b: str, most: int) -> bool:
    """Whether at most so many letters are put in, left out or changed (Levenshtein) between two words."""
    if abs(len(a) - len(b)) > most or max(len(a), len(b)) > _LONGEST_WORD:
        return False
    row = list(range(len(b) + 1))
    for number, letter in enumerate(a, 1):
        before, row[0] = row[0], number
        for column, other in enumerate(b, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (letter != other))
    return row[-1] <= most


def _like_context(a: _Said, b: _Said, key: str, other: str) -> bool:
    names = {*key.split(), *other.split()}
    pairs = itertools.product(a.names[key][:_MOST_USES], b.names[other][:_MOST_USES])
    return any(len((_context(x) & _context(y)) - names) >= _SPELLING_CONTEXT for (_, x), (_, y) in pairs)


def _context(sentence: str) -> set[str]:
    return {word for word in _WORD.findall(sentence.casefold()) if len(word) >= _LEAST_CONTEXT_LETTERS}


def _shared_numbers(said: Sequence[_Said]) -> Iterator[StoryFact]:
    for key in _shared_keys(said, [one.numbers for one in said]):
        for one in said:
            if key in one.numbers:
                yield StoryFact("number", "shared", " ".join(key), one.report.article_id, *one.numbers[key][0])


def _differing_numbers(said: Sequence[_Said]) -> Iterator[StoryFact]:
    """Things that each of two articles counts once only, with different results, in sentences of like words."""
    single = [_counted_once(one) for one in said]
    for thing in _shared_keys(said, single):
        tellers = [(one, *counts[thing]) for one, counts in zip(said, single, strict=True) if thing in counts]
        pairs = itertools.combinations(tellers[:_MOST_TELLERS], 2)
        differing = {
            each[0].report.article_id
            for (a, value, x), (b, other, y) in pairs
            if value != other and a.number != b.number and len((_context(x) & _context(y)) - {thing}) >= _NUMBER_CONTEXT
            for each in ((a,), (b,))
        }
        for one, value, sentence in tellers:
            if one.report.article_id in differing:
                yield StoryFact("number", "differs", thing, one.report.article_id, f"{value} {thing}", sentence)


def _counted_once(one: _Said) -> dict[str, tuple[str, str]]:
    """Value and sentence of each thing that the article gives one number of."""
    values: dict[str, dict[str, str]] = {}
    for (value, thing), uses in one.numbers.items():
        values.setdefault(thing, {})[value] = uses[0][1]
    return {thing: next(iter(given.items())) for thing, given in values.items() if len(given) == 1}


def _shared_quotations(said: Sequence[_Said]) -> Iterator[StoryFact]:
    """Quotations that stand in quotations of another report, word for word; told by the shortest form."""
    told: list[list[str]] = [[] for _ in said]
    for index, one in enumerate(said):
        for normal, _ in one.quotations:
            for other, another in enumerate(said):
                if another.number != one.number and any(
                    f" {normal} " in f" {theirs} " for theirs, _ in another.quotations
                ):
                    told[index].append(normal)
                    told[other].append(normal)
    for key in _shared_keys(said, told):
        for one in said:
            written = next((text for normal, text in one.quotations if f" {key} " in f" {normal} "), None)
            if written is not None:
                yield StoryFact("quotation", "shared", _shortened(key), one.report.article_id, written, written)


def _shortened(normal: str) -> str:
    return normal if len(normal) <= _LONGEST_SUBJECT else normal[: _LONGEST_SUBJECT - 1].rsplit(" ", 1)[0] + "…"
