"""Fingerprint: hashes that survive typesetting, signatures that estimate similarity, and the article's row."""

import dataclasses
import hashlib
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import TEXT, make_described, make_extracted, make_raw, make_stripped
from transforms.fingerprint import fingerprint, jaccard_estimate, shingles, signature, text_digest
from transforms.identity import article_id
from transforms.normalise import normalise_text
from transforms.records import Article, Rejection, StrippedLine

WORDS = st.lists(
    st.sampled_from(
        ["the", "a", "bridge", "harbour", "city", "council", "boat", "opens", "on", "monday", "after", "repairs"]
    ),
    max_size=60,
)


def article_of(text: str, **changes: object) -> Article:
    article = fingerprint(make_described(text, **changes), make_raw())
    assert isinstance(article, Article)
    return article


def test_the_row_carries_every_fact_of_the_stages_before() -> None:
    cut = StrippedLine("d", 1, 0, "READ ALSO: more\n", "related link", "rule", "read-also", "A link")
    document = make_extracted(
        text="READ ALSO: more\n" + TEXT, url="https://harbourpost.example/a", title="T", site_name="Harbour Post"
    )
    described = make_described(
        stripped=make_stripped(document=document, text=TEXT, cuts=(cut,)), dateline="OSLO", agency="EFE"
    )
    raw = make_raw(input_id="7", origin="in.jsonl", origin_row=3)
    article = fingerprint(described, raw)
    assert isinstance(article, Article)
    assert article.article_id == article_id("https://harbourpost.example/a", "harbourpost.example", "7", raw.doc_id)
    assert (article.doc_id, article.input_id, article.origin, article.origin_row) == (raw.doc_id, "7", "in.jsonl", 3)
    assert (article.text, article.title, article.site_name) == (TEXT, "T", "Harbour Post")
    assert (article.stripped_line_count, article.stripped_char_count) == (1, len(cut.text))
    for field in (
        "dateline",
        "agency",
        "publisher",
        "domain",
        "language",
        "word_count",
        "is_article",
        "article_reason",
    ):
        assert getattr(article, field) == getattr(described, field)
    assert article.text_sha256 == hashlib.sha256(normalise_text(TEXT).encode()).hexdigest()
    assert article.minhash == signature(TEXT)
    assert len(article.minhash) == 1024


def test_the_digest_is_of_the_main_text_alone() -> None:
    described = make_described()
    other = dataclasses.replace(described, publisher="Another", language="de")
    results = [fingerprint(each, make_raw(doc_id=str(number))) for number, each in enumerate((described, other))]
    assert len({result.text_sha256 for result in results if isinstance(result, Article)}) == 1


@pytest.mark.parametrize("text", ["", " \n ", "... — !", "\u200b"])
def test_a_text_without_words_is_rejected(text: str) -> None:
    rejection = fingerprint(make_described(text), make_raw())
    assert isinstance(rejection, Rejection)
    assert (rejection.stage, rejection.reason) == ("fingerprint", "no words")
    assert f"{len(text)} characters" in rejection.detail


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_typesetting_changes_no_hash(data: st.DataObject) -> None:
    changes = {
        " ": [" ", "  ", "\n", "\u00a0", "\t\n"],
        "'": ["'", "’", "‘"],
        '"': ['"', "“", "”", "„"],
        "-": ["-", "–", "—"],
        "e": ["e", "E"],
    }
    text = "The boat's \"crew\" - four men - left the ship at one o'clock, they said."
    changed = "".join(data.draw(st.sampled_from(changes.get(character, [character]))) for character in text)
    assert article_of(changed).text_sha256 == article_of(text).text_sha256
    assert article_of(changed).minhash == article_of(text).minhash


def test_a_changed_figure_changes_the_digest() -> None:
    assert text_digest("rose 3.5 percent") != text_digest("rose 3.6 percent")


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


@settings(deadline=None)
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


@pytest.mark.parametrize("wrong", [b"", bytes(1023), bytes(2048)])
def test_a_wrong_signature_is_an_error(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="signatures have 1024 bytes"):
        jaccard_estimate(signature("a"), wrong)


def test_signatures_are_the_same_on_every_machine_and_with_every_release() -> None:
    # Stored signatures are compared with new ones: if this fails after an update, all of them must be made anew.
    digest = "fe431bfce499dd0554e66c8e98aa916e9b1a91d4a8c99e2a10a80b23293e7409"
    assert hashlib.sha256(signature(TEXT)).hexdigest() == digest
    root = Path(__file__).parents[2]
    script = (
        "import hashlib; from tests.builders import TEXT; from transforms.fingerprint import signature\n"
        "print(hashlib.sha256(signature(TEXT)).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert there.stdout.strip() == digest
