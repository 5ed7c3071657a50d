"""Near-duplicates: found whatever the order or the portions, verified exactly, put in the order of running."""

import datetime as dt
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.stories import near_duplicates
from transforms.stories.near_duplicates import (
    LEAST_JACCARD,
    NearDuplicate,
    RunTimes,
    candidate_pairs,
    compared,
    groups,
    in_order_of_running,
    partners,
    signature_matrix,
    verified,
)
from transforms.text.shingles import shingles, signature

NOW = dt.datetime(2024, 5, 4, 6, 30, tzinfo=dt.UTC)


def text_of(seed: int, words: int = 120) -> str:
    chance = random.Random(seed)
    return " ".join(f"word{chance.randrange(5000)}" for _ in range(words))


def edited(text: str, seed: int, share: float) -> str:
    chance = random.Random(seed)
    return " ".join(f"{word}x" if chance.random() < share else word for word in text.split())


def corpus(seed: int) -> dict[str, str]:
    """A few texts, each with copies from hardly to much changed."""
    originals = [text_of(seed + number) for number in range(4)]
    texts = [*originals, *(edited(text, seed, share) for text in originals for share in (0.01, 0.05, 0.3))]
    return {f"{number:024d}": text for number, text in enumerate(texts)}


def found(texts: dict[str, str], ids: list[str] | None = None) -> list[NearDuplicate]:
    ids = list(texts) if ids is None else ids
    pairs = candidate_pairs(signature_matrix([signature(texts[one]) for one in ids]))
    return verified(compared([(ids[a], ids[b]) for a, b in pairs.tolist()], texts))


def jaccard(one: str, other: str) -> float:
    ours, theirs = set(shingles(one)), set(shingles(other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


texts_of_any_kind = st.text(max_size=200)


@given(texts_of_any_kind, texts_of_any_kind)
def test_jaccard_is_symmetric_and_one_with_itself(a: str, b: str) -> None:
    assert jaccard(a, b) == jaccard(b, a)
    assert 0 <= jaccard(a, b) <= 1
    assert jaccard(a, a) in (0.0, 1.0)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_what_is_found_does_not_depend_on_the_order(seed: int, chance: random.Random) -> None:
    texts = corpus(seed)
    shuffled = list(texts)
    chance.shuffle(shuffled)
    assert found(texts, shuffled) == found(texts)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 15))
def test_in_two_portions_as_all_at_once(seed: int, first: int) -> None:
    texts = corpus(seed)
    ids = list(texts)
    old, new = ids[:first], ids[first:]
    matrix, others = (signature_matrix([signature(texts[one]) for one in part]) for part in (new, old))
    across = verified(compared([(new[a], old[b]) for a, b in candidate_pairs(matrix, others).tolist()], texts))
    pairs = sorted([*found(texts, old), *found(texts, new), *across], key=lambda pair: pair.article_id)
    assert sorted(pairs, key=str) == sorted(found(texts), key=str)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_every_pair_of_an_exact_search_is_found_and_no_other(seed: int) -> None:
    texts = corpus(seed)
    ids = list(texts)
    exact = {(a, b) for a in ids for b in ids if a < b and jaccard(texts[a], texts[b]) >= LEAST_JACCARD}
    assert {(pair.article_id, pair.other_article_id) for pair in found(texts)} == exact


def test_a_pair_that_only_looks_alike_is_not_told() -> None:
    a, b = text_of(1), edited(text_of(1), 2, 0.4)
    assert verified(compared([("a", "b"), ("a", "a")], {"a": a, "b": b})) == []


def test_many_copies_of_one_text_hang_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "LARGEST_BUCKET", 20)
    matrix = signature_matrix([signature(text_of(1))] * 100)
    pairs = candidate_pairs(matrix).tolist()
    assert len(pairs) < 100 * 20
    assert len(groups((f"{a:03d}", f"{b:03d}") for a, b in pairs)[0]) == 100


def test_nothing_gives_nothing() -> None:
    empty = signature_matrix([])
    one = signature_matrix([signature("a text")])
    assert (
        candidate_pairs(empty).shape == candidate_pairs(one, empty).shape == candidate_pairs(empty, one).shape == (0, 2)
    )


def test_a_signature_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1024 bytes, not 3"):
        signature_matrix([b"abc"])


@given(st.permutations([("a", "b"), ("b", "c"), ("x", "y"), ("c", "d")]))
def test_groups_are_the_same_in_any_order(pairs: list[tuple[str, str]]) -> None:
    assert groups(pairs) == [("a", "b", "c", "d"), ("x", "y")]


def test_who_ran_it_first_is_told_by_date_then_fetching_then_loading() -> None:
    day = dt.date(2024, 5, 3)
    ran = [
        RunTimes("late", day + dt.timedelta(1), None, NOW),
        RunTimes("undated", None, NOW, NOW),
        RunTimes("fetched", day, NOW + dt.timedelta(hours=1), NOW),
        RunTimes("first", day, NOW, NOW),
        RunTimes("loaded", day, NOW + dt.timedelta(hours=1), NOW + dt.timedelta(hours=2)),
    ]
    copies = in_order_of_running(ran)
    assert [(copy.article_id, copy.position, copy.told_by) for copy in copies] == [
        ("first", 1, "fetched"),
        ("fetched", 2, "fetched"),
        ("loaded", 3, "loaded"),
        ("late", 4, "published"),
        ("undated", 5, "published"),
    ]
    assert {copy.group_id for copy in copies} == {"fetched"}
    assert in_order_of_running(list(reversed(ran))) == copies


def ran(name: str, day: int | None, fetched: int | None, source: str, **facts: Any) -> RunTimes:
    published = None if day is None else dt.date(2024, 5, day)
    return RunTimes(
        name, published, None if fetched is None else NOW + dt.timedelta(hours=fetched), NOW, source, **facts
    )


@pytest.mark.parametrize(
    ("group", "first", "told_by", "doubtful"),
    [
        ([ran("a", 2, None, "thief"), ran("b", 3, None, "author")], "a", "published", True),
        ([ran("a", 2, 5, "thief"), ran("b", 3, 1, "author")], "a", "published", True),
        ([ran("a", 2, 1, "author"), ran("b", 3, 5, "thief")], "a", "published", False),
        ([ran("a", 3, 1, "author"), ran("b", 3, 5, "thief")], "a", "fetched", True),
        ([ran("a", 2, 1, "paper", agency="Wire"), ran("b", 3, 5, "wire")], "b", "agency", False),
        ([ran("a", 2, 1, "paper", link_domains=("author",)), ran("b", 3, 5, "author")], "b", "link", False),
        ([ran("a", 2, 1, "x", link_domains=("y",)), ran("b", 3, 5, "y", link_domains=("x",))], "a", "published", False),
        ([ran("a", 2, None, "copier"), ran("b", 3, None, "author")], "b", "habit", False),
        ([ran("a", 2, None, "author"), ran("b", 3, None, "author")], "a", "published", False),
    ],
)
def test_the_original_is_told_by_more_than_the_declared_date(
    group: list[RunTimes], first: str, told_by: str, doubtful: bool
) -> None:
    copies = in_order_of_running(group, {"copier": 9, "author": 1, "thief": 1}, {"Wire": "wire"})
    assert (copies[0].article_id, copies[0].told_by, copies[0].doubtful) == (first, told_by, doubtful)
    assert [copy.position for copy in copies] == [1, 2]


def test_who_copies_shares_texts_with_many() -> None:
    shared = partners([["copier", "a"], ["copier", "b", "b"], ["a", "copier"], ["alone"]])
    assert shared == {"copier": 2, "a": 1, "b": 1, "alone": 0}


def test_bands_of_different_numbers_are_never_one() -> None:
    keys = near_duplicates.band_keys(np.full((1, 256), 7, np.uint32))
    assert len(np.unique(keys)) == near_duplicates.BANDS
