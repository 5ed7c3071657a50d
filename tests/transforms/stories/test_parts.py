"""Copies in parts: found whatever the order or the portions, verified exactly, and no near-duplicates among them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.stories import parts
from transforms.stories.near_duplicates import SharedRuns, compared
from transforms.stories.parts import TextPart, part_candidates, run_sample, text_parts
from transforms.text.shingles import shingles


def text_of(seed: int, words: int) -> str:
    chance = random.Random(seed)
    return " ".join(f"word{chance.randrange(5000)}" for _ in range(words))


def embedded(seed: int, words: int, share: float, own: int) -> tuple[str, str]:
    """A text, and a longer one of so many words of its own that has this share of it in one piece in the middle."""
    text = text_of(seed, words)
    kept = text.split()[: int(share * words)]
    mine = text_of(seed + 1_000_000, own).split()
    return text, " ".join([*mine[: own // 2], *kept, *mine[own // 2 :]])


def found(texts: dict[str, str], ids: list[str] | None = None) -> list[TextPart]:
    ids = list(texts) if ids is None else ids
    pairs = part_candidates([run_sample(texts[one]) for one in ids]).tolist()
    return text_parts(compared([(ids[a], ids[b]) for a, b in pairs], texts))


def corpus(seed: int) -> dict[str, str]:
    """Texts with parts of them in longer ones, from whole to hardly, and some that have nothing in common."""
    pairs = [embedded(seed + 7 * number, 150, share, 400) for number, share in enumerate((1.0, 0.8, 0.6, 0.3))]
    others = [text_of(seed + 500 + number, 200) for number in range(3)]
    return {f"{number:024d}": text for number, text in enumerate([*(text for pair in pairs for text in pair), *others])}


def test_a_report_inside_a_longer_one_is_found_with_the_shorter_one_first() -> None:
    short, long = embedded(3, 120, 1.0, 400)
    [part] = found({"a": long, "b": short})
    assert (part.article_id, part.within_article_id) == ("b", "a")
    assert part.contained == 1.0


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_what_is_found_is_what_an_exact_search_finds_in_any_order(seed: int, chance: random.Random) -> None:
    texts = corpus(seed)
    runs = {one: set(shingles(text)) for one, text in texts.items()}
    exact = set()
    for a, b in ((a, b) for a in texts for b in texts if len(runs[a]) < len(runs[b])):
        shared = len(runs[a] & runs[b])
        if 2 * shared >= len(runs[a]) and 2 * shared < len(runs[a] | runs[b]):
            exact.add((a, b))
    shuffled = list(texts)
    chance.shuffle(shuffled)
    assert {(part.article_id, part.within_article_id) for part in found(texts, shuffled)} == exact
    assert len(exact) == 3


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 10))
def test_in_two_portions_as_all_at_once(seed: int, first: int) -> None:
    texts = corpus(seed)
    ids = list(texts)
    old, new = ids[:first], ids[first:]
    ours, theirs = ([run_sample(texts[one]) for one in part] for part in (new, old))
    pairs = [(new[a], old[b]) for a, b in part_candidates(ours, theirs).tolist()]
    across = text_parts(compared(pairs, texts))
    assert sorted([*found(texts, old), *found(texts, new), *across], key=str) == sorted(found(texts), key=str)


@pytest.mark.parametrize("words", [60, 100, 300, 800])
def test_short_parts_are_found_as_well_as_long_ones(words: int) -> None:
    pairs = [embedded(seed, words, 0.75, 3 * words) for seed in range(0, 400, 2)]
    texts = {f"{number:06d}": text for number, text in enumerate(text for pair in pairs for text in pair)}
    assert len(found(texts)) >= 0.99 * len(pairs)


def test_near_duplicates_and_texts_without_words_are_no_parts() -> None:
    assert found({"a": text_of(1, 100), "b": text_of(1, 100), "c": text_of(1, 90)}) == []
    assert found({"a": "", "b": "?", "c": "One word"}) == []
    assert text_parts([SharedRuns("a", "b", 0, 10, 0)]) == []
    assert part_candidates([]).shape == part_candidates([b""], []).shape == (0, 2)


def test_a_text_that_everybody_runs_is_compared_with_some_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LARGEST_BUCKET", 20)
    assert 99 <= len(part_candidates([run_sample(text_of(1, 100))] * 100)) < 100 * 20


def test_pairs_are_counted_in_bounded_memory_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = corpus(5)
    at_once = found(texts)
    monkeypatch.setattr(parts, "_MOST_ENTRIES", 10)
    assert found(texts) == at_once
