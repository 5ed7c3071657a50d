"""Stories: which articles report one event, whatever the order; words in any script; the data files."""

import dataclasses
import datetime as dt
import itertools
import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import data_file
from tests.effort import takes_less_than
from transforms.stories.grouping import (
    PAIR_DAYS,
    STORY_DAYS,
    RelatedArticle,
    RelateDataError,
    StoryTools,
    pair_facts,
    parse_likeness,
    parse_story_tools,
    place,
)
from transforms.stories.terms import IN_TITLE, NUMBER, story_terms, unpack_terms, word_hash, words

DAY = dt.date(2024, 5, 3)

FERRY = (
    "Ferry runs aground off Salinas harbour",
    "The ferry Estrella ran aground on a reef off Salinas harbour on Friday with 212 passengers aboard. Coastguard "
    "boats brought all 212 ashore. Captain Duarte said a rudder had jammed. The reef lies 3 miles from the harbour.",
)
FERRY_AGAIN = (
    "Passengers safe after ferry Estrella hits reef near Salinas",
    "All 212 passengers of the Estrella were taken ashore by coastguard boats after the ferry struck a reef off "
    "Salinas. A jammed rudder was to blame, Captain Duarte told reporters at the harbour.",
)
BUDGET = (
    "Council passes budget after night of talks",
    "The city council of Norwick passed a budget of 48 million with a majority of one vote. Mayor Ada Marsh called the "
    "schools programme a promise kept. The opposition wants lower fees for kindergartens.",
)


@cache
def tools() -> StoryTools:
    common = [path.read_text("utf-8") for path in data_file("common_words").glob("*.toml")]
    return parse_story_tools(data_file("likeness.toml").read_text("utf-8"), common)


def article(
    name: str, told: tuple[str | None, str], source: str = "", day: dt.date = DAY, **changes: object
) -> RelatedArticle:
    made = RelatedArticle(name, f"doc-{name}", source or f"{name}.example", "en", day, True, story_terms(*told))
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def grouped(articles: list[RelatedArticle]) -> dict[str, str]:
    return {one.article_id: one.story_id for one in place(articles, [], {}, tools())}


def event(number: int, day: dt.date, copies: int) -> list[RelatedArticle]:
    """Reports of a made-up event in made-up names."""
    chance = random.Random(number)
    names = [f"Name{number}of{index}" for index in range(25)]
    return [
        article(
            f"{number:03d}-{copy}",
            (" ".join(chance.sample(names, 5)), " ".join([*chance.sample(names, 20), str(1000 + number)])),
            day=day,
        )
        for copy in range(copies)
    ]


def test_two_reports_of_one_event_are_a_story_and_another_article_is_not() -> None:
    assert grouped([article("b", FERRY), article("a", FERRY_AGAIN), article("c", BUDGET)]) == {"a": "a", "b": "a"}


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_articles_does_not_matter(chance: random.Random) -> None:
    articles = [one for number in range(6) for one in event(number, DAY + dt.timedelta(number), 3)]
    expected = place(articles, [], {}, tools())
    assert {one.article_id for one in expected} == {one.article_id for one in articles}
    chance.shuffle(articles)
    assert place(articles, [], {}, tools()) == expected


def test_likeness_is_symmetric() -> None:
    articles = [article("a", FERRY), article("b", FERRY_AGAIN, day=DAY + dt.timedelta(1)), article("c", BUDGET)]
    pairs = [(a.article_id, b.article_id) for a in articles for b in articles if a is not b]
    there = pair_facts(pairs, articles, tools())
    back = pair_facts([(b, a) for a, b in pairs], articles, tools())
    assert np.allclose(there, back, equal_nan=True)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=8))
def test_the_articles_of_a_story_are_within_days(days: list[int]) -> None:
    articles = [article(f"{number}", FERRY, day=DAY + dt.timedelta(day)) for number, day in enumerate(days)]
    day_of = {one.article_id: one.day for one in articles if one.day}
    stories: dict[str, list[dt.date]] = {}
    for name, story in grouped(articles).items():
        stories.setdefault(story, []).append(day_of[name])
    for told in stories.values():
        assert max(told) - min(told) <= dt.timedelta(STORY_DAYS)
        ordered = sorted(told)
        assert all(b - a <= dt.timedelta(PAIR_DAYS) for a, b in itertools.pairwise(ordered))


def test_a_new_article_joins_a_story_that_stands_and_opens_one_with_an_old_article() -> None:
    known = [article("a", FERRY), article("b", FERRY_AGAIN), article("c", BUDGET)]
    joined = place([article("0", FERRY), article("d", BUDGET)], known, {"a": "a", "b": "a"}, tools())
    assert {(one.story_id, one.article_id) for one in joined} == {("a", "0"), ("c", "c"), ("c", "d")}


def test_stories_that_stand_are_not_joined() -> None:
    known = [article("a", FERRY), article("b", FERRY), article("c", FERRY), article("d", FERRY)]
    stories = {"a": "a", "b": "a", "c": "c", "d": "c"}
    [placed] = place([article("e", FERRY)], known, stories, tools())
    assert placed.story_id in ("a", "c")


def test_articles_of_different_languages_are_not_compared() -> None:
    assert not grouped([article("a", FERRY), article("b", FERRY, language="fr")])


def test_a_language_without_common_words_needs_articles_around() -> None:
    few = [dataclasses.replace(one, language="sw") for one in event(1, DAY, 2)]
    many = [dataclasses.replace(one, language="sw") for number in range(30) for one in event(number, DAY, 2)]
    assert not grouped(few)
    assert grouped(many)["001-0"] == grouped(many)["001-1"]


def test_without_date_or_title_the_words_decide() -> None:
    a = article("a", FERRY, day_known=False)
    b = article("b", (None, FERRY[1] + " " + FERRY_AGAIN[1]), day_known=False)
    assert set(grouped([a, b])) == {"a", "b"}
    facts = pair_facts([("a", "b")], [a, b], tools())
    assert not np.isnan(facts).any()
    assert np.isnan(
        pair_facts([("x", "y")], [article("x", (None, "no number")), article("y", (None, "none"))], tools())[0, 2]
    )


@settings(max_examples=30)
@given(st.lists(st.tuples(st.none() | st.text(max_size=30), st.text(max_size=120)), max_size=5))
def test_any_text_can_be_placed(told: list[tuple[str | None, str]]) -> None:
    articles = [article(f"{number}", one) for number, one in enumerate(told)]
    stories = grouped(articles)
    assert set(stories) <= {one.article_id for one in articles}
    assert all(list(stories.values()).count(story) > 1 for story in stories.values())


def test_words_of_scripts_with_and_without_spaces() -> None:
    assert words("Trump’s 300,000 l'homme a 3.5%") == ["trump", "300000", "homme", "3.5"]
    assert words("東京の天気") == ["東京", "京の", "の天", "天気"]
    assert words("हिन्दी में") == ["हिन्दी", "में"]
    assert words("") == []


def test_terms_are_counted_marked_and_ordered() -> None:
    terms = unpack_terms(story_terms("Ferry aground", "The ferry, the ferry: 212 aboard"))
    by_hash = {int(term["hash"]): (int(term["count"]), int(term["flags"])) for term in terms}
    assert by_hash[word_hash("ferry")] == (3, IN_TITLE)
    assert by_hash[word_hash("212")] == (1, NUMBER)
    assert list(by_hash) == sorted(by_hash)


@pytest.mark.parametrize(
    "text", ["1" * 200_000, "1," * 100_000, "x" * 200_000, "’" * 100_000, "ก" * 100_000, "\u0301" * 99_999]
)
def test_hostile_texts_are_read_in_no_time(text: str) -> None:
    assert takes_less_than(1, lambda: story_terms(text, text))


def test_a_wrong_data_file_is_refused() -> None:
    good = data_file("likeness.toml").read_text("utf-8")
    for wrong in ("=", "", good.replace("spread = 0.253", "spread = 0"), good.replace('"words"', '"wrods"')):
        with pytest.raises(RelateDataError, match="likeness"):
            parse_likeness(wrong)
    with pytest.raises(RelateDataError, match="share 2"):
        parse_story_tools(good, ['language = "en"\n[[words]]\nshare = 2\nwords = "a"'])
    with pytest.raises(RelateDataError, match="common_words"):
        parse_story_tools(good, ["="])
