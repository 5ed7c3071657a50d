"""What the relate stage reads from the warehouse and writes to it: near-duplicates, stories, what their reports share.

Finding them belongs to transforms; when it is done, to flows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from transforms.records import to_table
from transforms.stories.facts import Because, Report, StoryFact
from transforms.stories.grouping import Placed, RelatedArticle
from transforms.stories.near_duplicates import Copy, NearDuplicate, RunTimes
from transforms.stories.parts import RunSample, TextPart
from warehouse.connection import Connection
from warehouse.errors import AmbiguousId
from warehouse.named import statement
from warehouse.reader import Reader
from warehouse.rows import from_table
from warehouse.store import Warehouse

SIGNATURES_AT_ONCE = 50_000
"""Signatures that are in memory together: 50 MB."""

STORIES_AT_ONCE = 5_000
"""Stories whose texts are in memory together: some 70 MB. To read some texts takes about as long as to read all that
the warehouse has, so that they are read for many stories together."""

_NO_LIMIT = (1 << 63) - 1
_TABLES = (
    "related_articles",
    "run_samples",
    "near_duplicates",
    "near_duplicate_groups",
    "text_parts",
    "stories",
    "story_articles",
    "story_facts",
)


@dataclass(frozen=True, slots=True)
class Unrelated:
    """An article that was not related yet."""

    article_id: str
    doc_id: str
    source: str
    language: str
    day: dt.date
    """Date of publication, else of fetching, else of loading."""
    day_known: bool
    title: str | None
    text: str
    minhash: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, with what its report is compared by."""

    story_id: str
    article_id: str
    likeness: float
    source: str
    language: str
    day: dt.date | None
    """Date of publication, else of fetching; None where neither is known, for the day of loading says nothing."""
    agency: str | None
    title: str | None
    text: str
    published_on: dt.date | None
    fetched_at: dt.datetime | None
    loaded_at: dt.datetime
    group_id: str | None

    @property
    def report(self) -> Report:
        """The article as a report."""
        return Report(self.article_id, self.source, self.agency, self.group_id, self.text)

    @property
    def run_times(self) -> RunTimes:
        """When it was seen."""
        return RunTimes(self.article_id, self.published_on, self.fetched_at, self.loaded_at)


@dataclass(frozen=True, slots=True)
class Story:
    """A story; the row of table ``stories``."""

    story_id: str
    title: str | None
    language: str
    first_on: dt.date | None
    """Day of its first article; None where no article has a date of its own."""
    last_on: dt.date | None
    article_count: int
    source_count: int
    report_count: int


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """An article in a story; the row of table ``story_articles``."""

    story_id: str
    article_id: str
    likeness: float
    report_number: int
    because: Because


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story with everything that is told of it."""

    story: Story
    articles: Sequence[StoryArticle]
    facts: Sequence[StoryFact]


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """Which stories are meant."""

    start_of_id: str = ""
    words: str | None = None
    """In the title, whatever their case."""
    since: dt.date | None = None
    least_sources: int = 2
    least_reports: int = 1
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ListedStory:
    """A story in a list."""

    story_id: str
    title: str | None
    language: str
    first_on: dt.date | None
    """Day of its first article; None where no article has a date of its own."""
    last_on: dt.date | None
    article_count: int
    source_count: int
    report_count: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedReport:
    """An article of a story in a list."""

    report_number: int
    because: Because
    likeness: float
    source: str
    day: dt.date
    day_known: bool
    agency: str | None
    title: str | None
    url: str | None
    article_id: str


class Relations:
    """The relate stage's tables of a warehouse that is open for writing; all changes in the caller's transaction."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._connection: Connection = warehouse._connection
        self.transaction = self._connection.transaction

    def forget_all(self) -> None:
        """Empty all tables, so that everything is related anew."""
        for table in _TABLES:
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  (names of our own)

    def forget_stale(self) -> tuple[int, set[str]]:
        """Forget articles that were revised or withdrawn; returns how many, and the stories that lost one."""
        stale = [row[0] for row in self._connection.rows(statement("relate/stale"))]
        if not stale:
            return 0, set()
        touched = set(self.stories_of(stale).values())
        with self._connection.incoming(stale=_ids(stale)):
            for name in ("forget", "forget_samples", "forget_pairs", "forget_parts", "forget_places"):
                self._connection.execute(statement(f"relate/{name}"))
        return len(stale), touched

    def unrelated_count(self) -> int:
        """Articles that were not related yet."""
        [(count,)] = self._connection.rows(statement("relate/unrelated_count"))
        return int(count)

    def unrelated(self, limit: int) -> list[Unrelated]:
        """The next articles that were not related yet, the oldest days first; in the order of ids."""
        found = from_table(self._connection.table(statement("relate/unrelated"), {"limit": limit}), Unrelated)
        return sorted(found, key=lambda article: article.article_id)

    def around(self, days: Sequence[dt.date], distance: int) -> tuple[list[RelatedArticle], dict[str, str]]:
        """The related articles at most so many days from one of these, and the stories of those that are in one."""
        steps = [dt.timedelta(step) for step in range(-distance, distance + 1)]
        around = sorted({day + step for day in set(days) for step in steps})
        with self._connection.incoming(wanted=pa.table({"day": pa.array(around, pa.date32())})):
            table = self._connection.table(statement("relate/around"))
        pairs = zip(table["article_id"].to_pylist(), table["story_id"].to_pylist(), strict=True)
        found = sorted(from_table(table, RelatedArticle), key=lambda article: article.article_id)
        return found, {article: story for article, story in pairs if story is not None}

    def signatures(self) -> Iterator[tuple[list[str], list[bytes]]]:
        """Article ids and signatures of all related articles, so many at a time, in no order.

        No other statement may run until the last ones were taken.
        """
        for batch in self._connection.batches(statement("relate/signatures"), size=SIGNATURES_AT_ONCE):
            yield batch["article_id"].to_pylist(), batch["minhash"].to_pylist()

    def run_samples(self) -> Iterator[tuple[list[str], list[bytes]]]:
        """Article ids and kept runs of all related articles; see :meth:`signatures`."""
        for batch in self._connection.batches("SELECT article_id, runs FROM run_samples", size=SIGNATURES_AT_ONCE):
            yield batch["article_id"].to_pylist(), batch["runs"].to_pylist()

    def texts(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The texts of these articles."""
        if not article_ids:
            return {}
        with self._connection.incoming(wanted=_ids(article_ids)):
            return dict(self._connection.rows(statement("relate/texts")))

    def near_duplicate_pairs(self) -> list[tuple[str, str]]:
        """All pairs of near-duplicates."""
        return [(row[0], row[1]) for row in self._connection.rows(statement("relate/pairs"))]

    def near_duplicate_pairs_around(self, article_ids: Sequence[str]) -> list[tuple[str, str]]:
        """All pairs of near-duplicates that hang together with these articles."""
        with self._connection.incoming(wanted=_ids(article_ids)):
            return [(row[0], row[1]) for row in self._connection.rows(statement("relate/pairs_around"))]

    def run_times(self, article_ids: Sequence[str]) -> dict[str, RunTimes]:
        """When these articles were seen."""
        with self._connection.incoming(wanted=_ids(article_ids)):
            found = from_table(self._connection.table(statement("relate/run_times")), RunTimes)
        return {times.article_id: times for times in found}

    def stories_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The story of each of these articles that is in one."""
        with self._connection.incoming(wanted=_ids(article_ids)):
            return dict(self._connection.rows(statement("relate/places")))

    def members(self, story_ids: Sequence[str], texts: Mapping[str, str]) -> dict[str, list[Member]]:
        """The articles of these stories, by story, in the order of ids; texts that are not given are read."""
        with self._connection.incoming(wanted=_ids(story_ids, "story_id")):
            table = self._connection.table(statement("relate/members"))
        ids = table["article_id"].to_pylist()
        read = self.texts([article_id for article_id in ids if article_id not in texts])
        column = pa.array([texts.get(article_id) or read[article_id] for article_id in ids], pa.string())
        found = from_table(table.append_column("text", column), Member)
        by_story: dict[str, list[Member]] = {}
        for member in sorted(found, key=lambda member: (member.story_id, member.article_id)):
            by_story.setdefault(member.story_id, []).append(member)
        return by_story

    def add_articles(self, articles: Sequence[RelatedArticle], related_at: dt.datetime) -> None:
        """Write down that these articles are related now."""
        with self._connection.incoming(incoming=to_table(articles, RelatedArticle)):
            self._connection.execute(
                "INSERT INTO related_articles BY NAME SELECT *, $related_at AS related_at FROM incoming",
                {"related_at": related_at},
            )

    def add_near_duplicates(self, pairs: Sequence[NearDuplicate]) -> None:
        """Write pairs that are new."""
        self._insert("near_duplicates", to_table(pairs, NearDuplicate))

    def add_run_samples(self, samples: Sequence[RunSample]) -> None:
        """Write the kept runs of articles that are related now."""
        self._insert("run_samples", to_table(samples, RunSample))

    def add_text_parts(self, parts: Sequence[TextPart]) -> None:
        """Write pairs that are new."""
        self._insert("text_parts", to_table(parts, TextPart))

    def replace_groups(self, copies: Sequence[Copy]) -> None:
        """Write all groups of near-duplicates in place of the former ones."""
        self._connection.execute("DELETE FROM near_duplicate_groups")
        self._insert("near_duplicate_groups", to_table(copies, Copy))

    def replace_groups_of(self, article_ids: Sequence[str], copies: Sequence[Copy]) -> None:
        """Write the groups of these articles in place of those that they were in."""
        with self._connection.incoming(wanted=_ids(article_ids)):
            self._connection.execute(
                "DELETE FROM near_duplicate_groups WHERE article_id IN (SELECT article_id FROM wanted)"
            )
        self._insert("near_duplicate_groups", to_table(copies, Copy))

    def add_places(self, placed: Sequence[Placed]) -> None:
        """Write which articles are now in which story; what they stand for is written with the story."""
        rows = [StoryArticle(one.story_id, one.article_id, one.likeness, 0, "own report") for one in placed]
        self._insert("story_articles", to_table(rows, StoryArticle))

    def replace_stories(self, touched: Sequence[str], told: Sequence[ToldStory], related_at: dt.datetime) -> None:
        """Write these stories in place of the touched ones, which are no more where they are not told."""
        with self._connection.incoming(touched=_ids(touched, "story_id")):
            for table in ("story_facts", "story_articles", "stories"):
                sql = f"DELETE FROM {table} WHERE story_id IN (SELECT story_id FROM touched)"  # noqa: S608
                self._connection.execute(sql)
        stories = to_table([each.story for each in told], Story)
        stamped = stories.append_column("related_at", pa.array([related_at] * len(told), pa.timestamp("us", "UTC")))
        self._insert("stories", stamped)
        self._insert("story_articles", to_table([one for each in told for one in each.articles], StoryArticle))
        facts = to_table([fact for each in told for fact in each.facts], StoryFact)
        owners = pa.array([each.story.story_id for each in told for _ in each.facts], pa.string())
        self._insert("story_facts", facts.append_column("story_id", owners))

    def _insert(self, table: str, rows: pa.Table) -> None:
        if rows.num_rows:
            with self._connection.incoming(incoming=rows):
                self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")  # noqa: S608


def stories(reader: Reader, wanted: StoryFilter | None = None) -> list[ListedStory]:
    """The stories that are meant, newest first."""
    wanted = wanted or StoryFilter()
    parameters = {
        "start_of_id": wanted.start_of_id,
        "words": wanted.words,
        "since": wanted.since,
        "least_sources": wanted.least_sources,
        "least_reports": wanted.least_reports,
        "limit": _NO_LIMIT if wanted.limit is None else wanted.limit,
    }
    return from_table(reader._connection.table(statement("relate/stories"), parameters), ListedStory)


def story_of(reader: Reader, start_of_id: str) -> ListedStory | None:
    """The story whose id, or that has an article whose id, begins so; of one source too.

    Raises:
        AmbiguousId: several begin so.
    """
    rows = reader._connection.rows(statement("relate/matching"), {"id": start_of_id}) if start_of_id else []
    if not rows:
        return None
    if len(rows) > 1:
        shown = ", ".join(row[0] for row in rows)
        raise AmbiguousId(f"several stories begin with {start_of_id!r}: {shown} ... Give more characters.")
    [found] = stories(reader, StoryFilter(start_of_id=rows[0][0], least_sources=1))
    return found


def reports(reader: Reader, story_id: str) -> list[ListedReport]:
    """The articles of a story, by independent report."""
    table = reader._connection.table(statement("relate/reports"), {"story_id": story_id})
    return from_table(table, ListedReport)


def facts(reader: Reader, story_id: str) -> list[StoryFact]:
    """What the reports of a story share and where they differ."""
    return from_table(reader._connection.table(statement("relate/facts"), {"story_id": story_id}), StoryFact)


def _ids(values: Sequence[str], column: str = "article_id") -> pa.Table:
    return pa.table({column: pa.array(values, pa.string())})
