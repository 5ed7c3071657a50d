"""Stories: which articles report one event, within days.

Two articles are compared by their words, weighed by how rare each is among the articles of the days around (TF-IDF:
K. Sparck Jones 1972), by how much of each title stands in the other article, by shared numbers and by days between.
Articles are joined by average likeness to all members (UPGMA: R. Sokal, C. Michener 1958), the likest first, so that a
running affair does not chain into one story. Only articles of one language are compared.

What the reports of a story say belongs to ``story_facts``; copies of one text to ``near_duplicates``.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.errors import DataFileError
from transforms.stories.near_duplicates import spans
from transforms.stories.terms import IN_TITLE, NUMBER, unpack_terms, word_hash

AROUND_DAYS = 10
NEAR_DAYS = 1
"""How rare a word is, is told by the articles of ten days before and after, without those of the same day and the days
beside it: there the event's own reports would make its words common. On the judged pairs, cross-validated, F1 0.847;
with the near days 0.836, with 15 days 0.845, with 22 days 0.828."""

PAIR_DAYS = 3
"""Most days between two articles that are compared."""

STORY_DAYS = 7
"""Most days between the first and the last article of a story."""

BACKGROUND = 20
"""Articles that the list of common words counts for, beside those of the days around: in a warehouse of a handful of
articles it says what is common, among hundreds it hardly counts."""

RARE_SHARE = 0.004
"""Share of articles taken for a word that is not in the list of common words."""

LEAST_ARTICLES = 50
"""Articles of a language that the days around must have before any is compared, where there is no list of common words
for it: with fewer, articles and prepositions of that language would pass for rare words."""

TOP_WORDS = 30
LEAST_SHARED = 2
"""Articles are compared where at least two of the thirty weightiest words of each are the same."""

MOST_POSTINGS = 2000
"""A word that more articles of the days around have among their weightiest is no ground for comparing them."""

MOST_CANDIDATES = 200
"""Articles that one is compared with at most, those with the most weighty words in common."""

FACTS = ("words", "title", "numbers", "days")
_CHUNK = 1000
_NUMBER_SHRINK = 2

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class RelateDataError(DataFileError):
    """A data file of the relate stage is wrong; the message names the file, the entry and the remedy."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How facts about two articles become one number."""

    centres: tuple[float, ...]
    spreads: tuple[float, ...]
    """In the order of :data:`FACTS`."""
    day_values: tuple[float, ...]
    day_unknown: float
    pair: float
    """Likeness from which two articles report one event."""

    def of(self, facts: Floats) -> Floats:
        """Likeness of each row of facts, shape (n, 4), in units of spread; 0 is as like as the judged pairs on average.

        A fact that cannot be told (NaN) says nothing for or against.
        """
        centred: Floats = (facts - np.array(self.centres)) / np.array(self.spreads)
        return np.asarray(np.nan_to_num(centred, nan=0.0).mean(axis=1))


@dataclass(frozen=True, slots=True)
class StoryTools:
    """The data files of this stage, parsed."""

    likeness: Likeness
    common_words: Mapping[str, Mapping[int, float]]
    """Language, hash of a word, share of articles that it stands in."""


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """What the grouping knows of an article; the row of table ``related_articles``."""

    article_id: str
    doc_id: str
    """The version that it was made from."""
    source: str
    """Registered domain; else ``publisher: NAME``; else ``unknown: ARTICLE_ID``, a source of its own."""
    language: str
    day: dt.date
    """Date of publication, else of fetching, else of loading."""
    day_known: bool
    """Whether the day is that of publication; that of fetching is compared more strictly."""
    terms: bytes
    """Its words as :func:`transforms.stories.terms.story_terms` packs them."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An article of a story."""

    story_id: str
    article_id: str
    likeness: float
    """Mean likeness to the story's other articles when it joined; of the two that opened it, to each other."""


def parse_story_tools(likeness: str, common_words: Iterable[str]) -> StoryTools:
    """The tools from the texts of ``likeness.toml`` and of the files in ``common_words``.

    Raises:
        RelateDataError: a text is not TOML, a key is missing or a number is out of its range.
    """
    tables = [_toml("common_words", text) for text in common_words]
    return StoryTools(parse_likeness(likeness), {table["language"]: _shares(table) for table in tables})


def parse_likeness(text: str) -> Likeness:
    """Centres, spreads and thresholds from the text of ``likeness.toml``.

    Raises:
        RelateDataError: see :func:`parse_story_tools`.
    """
    data = _toml("likeness", text)
    try:
        facts = {fact["name"]: fact for fact in data["fact"]}
        chosen = [facts[name] for name in FACTS]
        made = Likeness(
            centres=tuple(float(fact["centre"]) for fact in chosen),
            spreads=tuple(float(fact["spread"]) for fact in chosen),
            day_values=tuple(float(value) for value in data["days"]["values"]),
            day_unknown=float(data["days"]["unknown"]),
            pair=float(data["thresholds"]["pair"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RelateDataError(f"likeness: {error!r} is missing or no number; see the head of the file") from error
    if min(made.spreads) <= 0 or len(made.day_values) != PAIR_DAYS + 1:
        raise RelateDataError(f"likeness: spreads must be above 0 and days.values must be {PAIR_DAYS + 1} numbers")
    return made


def place(
    new: Sequence[RelatedArticle],
    known: Sequence[RelatedArticle],
    stories: Mapping[str, str],
    tools: StoryTools,
    apart: Collection[tuple[str, str]] = (),
) -> list[Placed]:
    """Join new articles to stories, or open stories with them; what stood in a story before stays there.

    The answer does not depend on the order of the arguments. It can depend on what is given together: a story that
    stands is not joined with another one, and how rare a word is changes with the articles of the days around.

    Args:
        new: articles that were not placed before.
        known: those placed before, at least all within :data:`AROUND_DAYS` + :data:`PAIR_DAYS` days of a new one.
        stories: the story of each known article that is in one.
        apart: pairs of article ids that are known to report two events, however like they are.

    Returns:
        Articles that are now in a story and were in none, new or known, ordered by story and article.
    """
    placed = []
    for language in sorted({article.language for article in new}):
        mine = [article for article in new if article.language == language]
        theirs = [article for article in known if article.language == language]
        shelf = Shelf(mine, theirs, tools.common_words.get(language))
        placed += _joined(shelf, tools.likeness, stories, apart)
    return sorted(placed, key=lambda one: (one.story_id, one.article_id))


def pair_facts(
    pairs: Sequence[tuple[str, str]], articles: Sequence[RelatedArticle], tools: StoryTools
) -> npt.NDArray[np.float64]:
    """The facts of certain pairs of articles of one language, shape (n, 4), among all the articles around."""
    languages = {article.language for article in articles}
    [language] = languages
    shelf = Shelf(articles, (), tools.common_words.get(language))
    row = {article.article_id: index for index, article in enumerate(shelf.articles)}
    return np.array([shelf.facts(row[a], np.array([row[b]]), tools.likeness)[0] for a, b in pairs])


class Shelf:
    """Articles of one language in the order of days, with the weights of their words and an index of the weightiest."""

    def __init__(
        self,
        new: Sequence[RelatedArticle],
        known: Sequence[RelatedArticle],
        common_words: Mapping[int, float] | None,
    ) -> None:
        """Lay out the articles; see :func:`place` for what they must be."""
        newness = {article.article_id for article in new}
        self.articles = sorted([*new, *known], key=lambda article: (article.day, article.article_id))
        self.is_new = np.array([article.article_id in newness for article in self.articles], bool)
        self.days = np.array([article.day.toordinal() for article in self.articles], np.int64)
        self.day_known = np.array([article.day_known for article in self.articles], bool)
        rows = [unpack_terms(article.terms) for article in self.articles]
        self.starts = np.cumsum([0, *(len(row) for row in rows)])
        terms = np.concatenate(rows) if rows else unpack_terms(b"")
        self.vocabulary, self.words = np.unique(terms["hash"], return_inverse=True)
        self.in_title = (terms["flags"] & IN_TITLE) > 0
        self.is_number = (terms["flags"] & NUMBER) > 0
        self.rareness, self.crowds = self._rareness(common_words)
        self.weights = self._weights(terms["count"])
        self.comparable = self.crowds >= (LEAST_ARTICLES if common_words is None else 0)
        self._title_sums = self._sums(self.rareness * self.in_title)
        self._number_counts = self._sums(self.is_number)
        self._by_word = tuple(np.zeros(len(self.vocabulary), kind) for kind in (bool, float, float, bool))

    def candidates(self) -> Iterator[tuple[int, Ints]]:
        """Each new article's row with the rows to compare it with, every pair once."""
        owners, words = self._weightiest()
        keys = np.sort(words << np.int64(32) | owners)
        by_owner = np.searchsorted(owners, np.arange(len(self.articles) + 1))
        first_near = np.searchsorted(self.days, self.days - PAIR_DAYS)
        last_near = np.searchsorted(self.days, self.days + PAIR_DAYS, "right")
        sought = np.flatnonzero(self.is_new & self.comparable)
        for start in range(0, len(sought), _CHUNK):
            chunk = sought[start : start + _CHUNK]
            here = spans(by_owner[chunk], by_owner[chunk + 1] - by_owner[chunk])
            article, word = owners[here], words[here] << np.int64(32)
            low = np.searchsorted(keys, word | first_near[article])
            count = np.searchsorted(keys, word | last_near[article]) - low
            count[count > MOST_POSTINGS] = 0
            others = keys[spans(low, count)] & np.int64(0xFFFFFFFF)
            yield from self._chosen(np.repeat(article, count), others)

    def facts(self, row: int, others: Ints, likeness: Likeness) -> Floats:
        """The facts of one article and each of the others, shape (n, 4), in the order of :data:`FACTS`.

        NaN where a fact cannot be told: no title, no number.
        """
        mine = slice(self.starts[row], self.starts[row + 1])
        # Emptied again below: to make arrays as long as the vocabulary for every article is work that grows with the
        # square of the number of articles.
        here, weight, title, number = self._by_word
        here[self.words[mine]] = True
        weight[self.words[mine]] = self.weights[mine]
        title[self.words[mine]] = self.rareness[mine] * self.in_title[mine]
        number[self.words[mine]] = self.is_number[mine]
        sizes = self.starts[others + 1] - self.starts[others]
        flat = spans(self.starts[others], sizes)
        words = self.words[flat]
        hits = np.flatnonzero(here[words])  # few: the rest would only add zeros
        flat, words = flat[hits], words[hits]
        bounds = np.searchsorted(hits, np.cumsum(np.r_[0, sizes]))
        gathered = np.stack(
            [
                weight[words] * self.weights[flat],
                title[words],
                self.rareness[flat] * self.in_title[flat],
                number[words],
            ]
        )
        for values in self._by_word:
            values[self.words[mine]] = 0
        sums = np.zeros((4, len(flat) + 1))
        np.cumsum(gathered, axis=1, out=sums[:, 1:])
        cosine, mine_there, theirs_here, numbers = sums[:, bounds[1:]] - sums[:, bounds[:-1]]
        titles = _mean_of_told(
            _share(mine_there, np.full(len(others), self._title_sums[row])),
            _share(theirs_here, self._title_sums[others]),
        )
        both = np.sqrt(self._number_counts[row] * self._number_counts[others])
        shared_numbers = np.where(both > 0, numbers / (both + _NUMBER_SHRINK), np.nan)
        return np.stack([cosine, titles, shared_numbers, self._day_facts(row, others, likeness)], axis=1)

    def _day_facts(self, row: int, others: Ints, likeness: Likeness) -> Floats:
        apart = np.minimum(np.abs(self.days[others] - self.days[row]), PAIR_DAYS)
        known = self.day_known[others] & self.day_known[row]
        return np.where(known, np.array(likeness.day_values)[apart], likeness.day_unknown)

    def _rareness(self, common_words: Mapping[int, float] | None) -> tuple[Floats, Ints]:
        """Weight of each word by the articles of the days around its own, and the number of those."""
        background = np.full(len(self.vocabulary), RARE_SHARE)
        for number, share in (common_words or {}).items():
            place = np.searchsorted(self.vocabulary, number)
            if place < len(self.vocabulary) and self.vocabulary[place] == number:
                background[place] = share
        counts = background * BACKGROUND + 0.5
        rareness, crowds = np.zeros(len(self.words)), np.zeros(len(self.articles), np.int64)
        around, near = _Window(self, AROUND_DAYS), _Window(self, NEAR_DAYS)
        for first, last in self._day_runs():
            day = int(self.days[first])
            around.move(day, counts, 1.0)
            near.move(day, counts, -1.0)
            crowds[first:last] = around.size
            mine = slice(self.starts[first], self.starts[last])
            rareness[mine] = np.log((around.size - near.size + BACKGROUND + 1) / counts[self.words[mine]])
        return np.maximum(rareness, 0.0), crowds

    def _day_runs(self) -> Iterator[tuple[int, int]]:
        """First and one past the last row of each day."""
        bounds = np.flatnonzero(np.r_[True, self.days[1:] != self.days[:-1], True]) if len(self.days) else np.zeros(0)
        yield from zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)

    def _weights(self, counts: npt.NDArray[np.uint8]) -> Floats:
        """TF-IDF weights, of length one for each article."""
        weights = (1 + np.log(counts)) * self.rareness
        lengths = np.sqrt(self._sums(weights * weights))
        lengths[lengths == 0] = 1.0
        return np.asarray(weights / np.repeat(lengths, np.diff(self.starts)))

    def _sums(self, values: npt.NDArray[Any]) -> Floats:
        """Sum of a value over the words of each article."""
        totals = np.r_[0.0, np.cumsum(values, dtype=np.float64)]
        return np.asarray(totals[self.starts[1:]] - totals[self.starts[:-1]])

    def _weightiest(self) -> tuple[Ints, Ints]:
        """Owner and word of the :data:`TOP_WORDS` weightiest words of every article, in the order of rows."""
        owners = np.repeat(np.arange(len(self.articles)), np.diff(self.starts))
        order = np.lexsort((self.words, -self.weights, owners))
        rank = np.arange(len(order)) - self.starts[owners[order]]
        top = order[(rank < TOP_WORDS) & (self.weights[order] > 0)]
        return owners[top], self.words[top]

    def _chosen(self, articles: Ints, others: Ints) -> Iterator[tuple[int, Ints]]:
        """The candidates of a chunk of articles, from one entry for each word that they share."""
        # A pair of two new articles comes up from both sides; the later row keeps it.
        once = (articles > others) | ~self.is_new[others]
        packed, shared = np.unique(articles[once] << np.int64(32) | others[once], return_counts=True)
        enough = shared >= LEAST_SHARED
        packed, shared = packed[enough], shared[enough]
        rows = packed >> np.int64(32)
        bounds = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1], True]) if len(rows) else np.zeros(0, np.int64)
        for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            best = np.sort(np.argsort(-shared[first:last], kind="stable")[:MOST_CANDIDATES]) + first
            yield int(rows[first]), packed[best] & np.int64(0xFFFFFFFF)


class _Window:
    """The articles so many days around a day, which moves on; their words are counted in or out of an array."""

    def __init__(self, shelf: Shelf, days: int) -> None:
        self._shelf = shelf
        self._days = days
        self._low = self._high = 0

    @property
    def size(self) -> int:
        return self._high - self._low

    def move(self, day: int, counts: Floats, sign: float) -> None:
        """Move to a later day: count the words of the articles that come in, ``sign`` each, and those that go out."""
        shelf = self._shelf
        low = int(np.searchsorted(shelf.days, day - self._days))
        high = int(np.searchsorted(shelf.days, day + self._days, "right"))
        np.add.at(counts, shelf.words[shelf.starts[self._high] : shelf.starts[high]], sign)
        np.subtract.at(counts, shelf.words[shelf.starts[self._low] : shelf.starts[low]], sign)
        self._low, self._high = low, high


def _joined(
    shelf: Shelf, likeness: Likeness, stories: Mapping[str, str], apart: Collection[tuple[str, str]]
) -> list[Placed]:
    """Join the likest first; see :func:`place`."""
    clusters = _Clusters(shelf, likeness, stories, apart)
    found: list[tuple[float, int, int]] = []
    for row, others in shelf.candidates():
        values = likeness.of(shelf.facts(row, others, likeness))
        like = values >= likeness.pair
        found += [
            (value, row, other) for value, other in zip(values[like].tolist(), others[like].tolist(), strict=True)
        ]
    for value, row, other in sorted(found, key=lambda entry: (-entry[0], entry[1], entry[2])):
        clusters.join(row, other, value)
    return clusters.placed()


class _Clusters:
    """Stories while they grow: rows of a shelf, joined where the mean likeness between all of both sides is enough."""

    def __init__(
        self, shelf: Shelf, likeness: Likeness, stories: Mapping[str, str], apart: Collection[tuple[str, str]]
    ) -> None:
        rows = {article.article_id: row for row, article in enumerate(shelf.articles)}
        self._apart: dict[int, set[int]] = {}
        for one, other in apart:
            if one in rows and other in rows:
                self._apart.setdefault(rows[one], set()).add(rows[other])
                self._apart.setdefault(rows[other], set()).add(rows[one])
        self._shelf = shelf
        self._likeness = likeness
        self._cluster: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._story: dict[int, str] = {}
        self._joined_at: dict[int, float] = {}
        first: dict[str, int] = {}
        for row, article in enumerate(shelf.articles):
            story = stories.get(article.article_id)
            if story is not None:
                cluster = first.setdefault(story, row)
                self._cluster[row] = cluster
                self._members.setdefault(cluster, []).append(row)
                self._story[cluster] = story
        self._placed_before = frozenset(self._cluster)

    def join(self, row: int, other: int, value: float) -> None:
        """Join the clusters of two like rows, unless both are old stories, or the whole is too unlike or too long.

        Nor are they joined where one has an article that reports another event than one of the other's.
        """
        a, b = sorted((self._cluster.get(row, row), self._cluster.get(other, other)))
        if a == b or (a in self._story and b in self._story):
            return
        ours, theirs = self._members.get(a, [a]), self._members.get(b, [b])
        if any(not self._apart[member].isdisjoint(theirs) for member in ours if member in self._apart):
            return
        days = self._shelf.days[[*ours, *theirs]]
        if days.max() - days.min() > STORY_DAYS:
            return
        mean = value if len(ours) == len(theirs) == 1 else self._mean(ours, theirs)
        if mean < self._likeness.pair:
            return
        story = self._story.pop(b, None)
        if story is not None:
            self._story[a] = story
        for member in (*ours, *theirs):
            self._cluster[member] = a
            self._joined_at.setdefault(member, mean)
        self._members.pop(b, None)
        self._members[a] = [*ours, *theirs]

    def placed(self) -> list[Placed]:
        """The articles that stand in a cluster now and stood in no story before."""
        articles = self._shelf.articles
        result = []
        for cluster, members in self._members.items():
            story = self._story.get(cluster) or min(articles[member].article_id for member in members)
            result += [
                Placed(story, articles[member].article_id, self._joined_at[member])
                for member in members
                if member in self._joined_at and member not in self._placed_before
            ]
        return result

    def _mean(self, ours: Sequence[int], theirs: Sequence[int]) -> float:
        few, many = sorted((ours, theirs), key=len)
        total = 0.0
        for row in few:
            total += float(self._likeness.of(self._shelf.facts(row, np.array(many), self._likeness)).sum())
        return total / (len(few) * len(many))


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))


def _mean_of_told(a: Floats, b: Floats) -> Floats:
    """Mean of two facts; where one cannot be told (NaN), the other; where neither can, NaN."""
    return np.asarray(np.where(np.isnan(a), b, np.where(np.isnan(b), a, (a + b) / 2)))


def _toml(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RelateDataError(f"{name}: not valid TOML ({error}); mend the file") from error


def _shares(table: Mapping[str, Any]) -> dict[int, float]:
    shares: dict[int, float] = {}
    for entry in table["words"]:
        if not 0 < entry["share"] <= 1 or not math.isfinite(entry["share"]):
            raise RelateDataError(f"common_words of {table['language']!r}: share {entry['share']} is not within 0..1")
        for word in entry["words"].split():
            shares[word_hash(word)] = float(entry["share"])
    return shares
