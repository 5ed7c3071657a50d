"""Shingles and the signature over them."""

import hashlib
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import TEXT
from transforms.text.shingles import PERMUTATIONS, shingles, signature

WORDS = st.lists(
    st.sampled_from(
        ["the", "a", "bridge", "harbour", "city", "council", "boat", "opens", "on", "monday", "after", "repairs"]
    ),
    max_size=60,
)


def jaccard_estimate(one: bytes, other: bytes) -> float:
    """Share of the places of two signatures that agree: an estimate of the similarity of their shingle sets."""
    equal = np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")
    return float(np.count_nonzero(equal)) / PERMUTATIONS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One two", ["one two"]),
        ("One, two; three - four!", ["one two three four"]),
        ("a b c d e", ["a b c d e"]),
        ("A b c. Don’t e f", ["a b c dont e", "b c dont e f"]),
        ("今日は晴れだ", ["今 日 は 晴 れ", "日 は 晴 れ だ"]),
        ("Ünï cödé à é ö", ["ünï cödé à é ö"]),
    ],
)
def test_shingles(text: str, expected: list[str]) -> None:
    assert [shingle.decode() for shingle in shingles(text)] == expected


@given(WORDS, WORDS)
def test_the_estimate_is_symmetric_and_bounded(first: list[str], second: list[str]) -> None:
    one, other = signature(" ".join(first)), signature(" ".join(second))
    assert 0 <= jaccard_estimate(one, other) == jaccard_estimate(other, one) <= 1
    assert jaccard_estimate(one, one) == 1


@pytest.mark.parametrize("shared", [0, 50, 150, 250, 300])
def test_the_estimate_is_close_to_the_exact_similarity(shared: int) -> None:
    chance = random.Random(shared)
    words = [f"w{chance.randrange(10**9)}" for _ in range(900)]
    one = " ".join(words[:shared] + words[300 : 600 - shared])
    other = " ".join(words[:shared] + words[600 : 900 - shared])
    first, second = set(shingles(one)), set(shingles(other))
    exact = len(first & second) / len(first | second)
    # Four standard errors at the worst.
    assert jaccard_estimate(signature(one), signature(other)) == pytest.approx(exact, abs=0.125)


def test_small_edits_keep_most_of_the_signature() -> None:
    text = " ".join(f"word{number}" for number in range(400))
    assert jaccard_estimate(signature(text), signature(text.replace("word200", "changed"))) > 0.9
    assert jaccard_estimate(signature(text), signature(TEXT)) < 0.05


def test_signatures_are_the_same_on_every_machine_and_with_every_release() -> None:
    # Stored signatures are compared with new ones: if this fails after an update, all of them must be made anew.
    digest = "fe431bfce499dd0554e66c8e98aa916e9b1a91d4a8c99e2a10a80b23293e7409"
    assert hashlib.sha256(signature(TEXT)).hexdigest() == digest
    root = Path(__file__).parents[3]
    script = (
        "import hashlib; from tests.builders import TEXT; from transforms.text.shingles import signature\n"
        "print(hashlib.sha256(signature(TEXT)).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert there.stdout.strip() == digest
