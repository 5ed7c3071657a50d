"""Scoring what is new comes to the same as scoring everything at once, whatever came in whatever order."""

import dataclasses
import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.score import ScoreTools, load_score_tools, measure_articles, score_sources
from tests.credibility import make_rating
from tests.warehouse.loads import begin, later, load, numbered
from transforms.records import Article, Rating, ScoreEvidence, SourceFacts, SourceScore
from warehouse import Warehouse
from warehouse.credibility import CredibilityStore, RatingImport

SOURCES = ("harbourpost.example", "pier.example", "quay.example", "satire.example", "blogspot.com")
SENTENCES = (
    "The council approved the timetable on Monday.",
    "It was an outrageous scheme!",
    "Councillor Ada Marsh said the pier may close.",
    "The port declined to comment.",
    "Leftists and right-wingers slammed the plan.",
    "About 40 ferries sailed in 2023.",
)
GROUP = "INSERT INTO near_duplicate_groups VALUES ($article, 'g', $position, 'habit', false)"


@dataclass(frozen=True, slots=True)
class Desk:
    """A warehouse and what it takes to score its sources."""

    warehouse: Warehouse
    store: CredibilityStore
    tools: ScoreTools

    def score(self) -> tuple[int, int]:
        measure_articles(self.store, self.tools)
        return score_sources(self.store, self.tools)

    def rate(self, *ratings: Rating) -> None:
        self.store.load_ratings(RatingImport("desk", "own", "desk.csv", "00", ratings, 0), later(1))

    def group(self, articles: Iterable[Article]) -> None:
        """Call articles near-duplicates, in the order of running; none any more where there are none."""
        self.warehouse._connection.execute("DELETE FROM near_duplicate_groups")
        for position, article in enumerate(articles, start=1):
            self.warehouse._connection.execute(GROUP, {"article": article.article_id, "position": position})

    def state(self) -> tuple[list[SourceFacts], list[SourceScore], set[ScoreEvidence]]:
        facts = [SourceFacts(*map(_rounded, dataclasses.astuple(one))) for one in self.store.source_facts(SOURCES)]
        return facts, self.store.latest_scores(SOURCES), set(self.store.evidence_of(SOURCES))


def _rounded(value: Any) -> Any:
    """Sums in another order differ in the last digit."""
    return round(value, 9) if isinstance(value, float) else value


@pytest.fixture(scope="module")
def tools() -> ScoreTools:
    return load_score_tools()


@contextmanager
def desk(path: Path, tools: ScoreTools) -> Iterator[Desk]:
    with Warehouse.open(path) as warehouse:
        begin(warehouse)
        yield Desk(warehouse, CredibilityStore(warehouse), tools)


def written(number: int, source: str, chance: random.Random, **changes: object) -> Article:
    text = " ".join(chance.choices(SENTENCES, k=20))
    url = f"https://{source}/{number}" if source != "blogspot.com" else f"https://blogspot.com/{number}"
    return numbered(number, url=url, domain=source, text=text, **changes)


def rated(quality: float) -> tuple[Rating, ...]:
    satire = make_rating(source="satire.example", quality_mean=None, quality_spread=None, unscored_reason="satire")
    return make_rating(source="pier.example", quality_mean=quality), satire


def portions(articles: Sequence[Article], chance: random.Random) -> Iterator[Sequence[Article]]:
    start = 0
    while start < len(articles):
        size = chance.randint(1, 25)
        yield articles[start : start + size]
        start += size


@pytest.mark.parametrize("seed", range(2))
def test_increments_come_to_the_same_as_everything_at_once(seed: int, tmp_path: Path, tools: ScoreTools) -> None:
    chance = random.Random(seed)
    numbers = {source: chance.choice([3, 4, 5, 12, 19, 20, 30]) for source in SOURCES}
    articles = [
        written(100 * place + number, source, chance, agency=chance.choice([None, None, "Reuters"]))
        for place, (source, count) in enumerate(numbers.items(), start=1)
        for number in range(count)
    ]
    chance.shuffle(articles)
    revised = [
        written(int(one.url.split("/")[-1]), one.domain, chance) for one in articles[:5] if one.url and one.domain
    ]
    latest = {one.article_id: one for one in (*articles, *revised)}
    with desk(tmp_path / "increments.duckdb", tools) as increments:
        for number, portion in enumerate(portions(articles, chance), start=1):
            load(increments.warehouse, portion, number)
            if number == 2:
                increments.rate(*rated(0.9), make_rating(source="quay.example"))
            increments.group(chance.sample(articles[: 5 + number], 3))
            increments.score()
        load(increments.warehouse, revised, 1000)
        increments.rate(*rated(0.3))
        increments.score()
        increments.group(articles[10:14])
        increments.score()
        assert increments.score() == (0, 0)
        stepwise = increments.state()
    with desk(tmp_path / "at_once.duckdb", tools) as at_once:
        load(at_once.warehouse, list(latest.values()))
        at_once.rate(*rated(0.3))
        at_once.group(articles[10:14])
        at_once.score()
        assert stepwise == at_once.state()
    scores = {score.source: score for score in stepwise[1]}
    assert (scores["satire.example"].status, scores["satire.example"].reason) == ("unscored", "satire, says desk")
    assert scores["pier.example"].status == "scored"


def test_own_and_copied_articles_that_change_places_change_the_score(tmp_path: Path, tools: ScoreTools) -> None:
    """As many articles as before are the source's own, but other ones."""
    chance = random.Random(1)
    calm = "The council approved the timetable on Monday. " * 60
    mine = [dataclasses.replace(written(number, "quay.example", chance), text=calm) for number in range(20)]
    mine[1] = dataclasses.replace(mine[1], text=calm + "It was an outrageous scheme!")
    theirs = written(99, "pier.example", chance)
    with desk(tmp_path / "w.duckdb", tools) as changing:
        load(changing.warehouse, [*mine, theirs])
        changing.group([theirs, mine[0]])
        changing.score()
        before = changing.state()
        changing.group([theirs, mine[1]])
        assert changing.score() == (1, 1)
        assert changing.state()[1] != before[1]
        assert changing.score() == (0, 0)


@pytest.mark.parametrize(("articles", "status"), [(4, "unknown"), (5, "style only"), (40, "style only")])
def test_own_articles_decide_the_status(articles: int, status: str, tmp_path: Path, tools: ScoreTools) -> None:
    """What an agency wrote does not count towards any limit."""
    chance = random.Random(articles)
    own = [written(number, "quay.example", chance) for number in range(articles)]
    copied = [written(100 + number, "quay.example", chance, agency="Reuters") for number in range(articles)]
    with desk(tmp_path / "w.duckdb", tools) as counting:
        load(counting.warehouse, [*own, *copied])
        counting.score()
        [score] = counting.store.latest_scores(["quay.example"])
    assert (score.status, score.own_articles, score.copied_articles) == (status, articles, articles)
    assert (score.quality is None) == (status == "unknown")


def test_a_platform_is_unscored_and_says_why(tmp_path: Path, tools: ScoreTools) -> None:
    with desk(tmp_path / "w.duckdb", tools) as platform:
        platform.rate(make_rating(source="blogspot.com"))
        platform.score()
        [score] = platform.store.latest_scores(["blogspot.com"])
    assert (score.status, score.quality, score.low_quality_chance) == ("unscored", None, None)
    assert "many publish" in (score.reason or "")


def test_scores_have_a_day_each(tmp_path: Path, tools: ScoreTools) -> None:
    """The history keeps what was in force before."""
    chance = random.Random(7)
    with desk(tmp_path / "w.duckdb", tools) as dated:
        for number, article in enumerate((written(place, "quay.example", chance) for place in range(6)), start=1):
            load(dated.warehouse, [article], number)
            dated.score()
        history = dated.store.score_history("quay.example")
    assert [one.own_articles for one in history] == [1, 2, 3, 4, 5, 6]
    assert [one.status for one in history][-3:] == ["unknown", "style only", "style only"]
    assert all(one.scored_at.tzinfo is not None for one in history)
    assert history[0].scored_at < dt.datetime.now(dt.UTC)
