"""Fingerprint: hashes that survive typesetting, signatures that estimate similarity, and the article's row."""

import dataclasses
import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import TEXT, make_described, make_extracted, make_raw, make_stripped
from transforms.fingerprint import fingerprint, text_digest
from transforms.records import Article, DocumentFacts, Rejection, StrippedLine, facts_of
from transforms.text.identity import article_id
from transforms.text.normalise import normalise_text
from transforms.text.shingles import signature


def article_of(text: str, **changes: object) -> Article:
    article = fingerprint(make_described(text, **changes), make_raw())
    assert isinstance(article, Article)
    return article


def test_an_article_keeps_each_fact_of_its_extracted_document() -> None:
    fields = dataclasses.fields(DocumentFacts)
    values: dict[str, Any] = {field.name: (field.name,) for field in fields if "tuple" in str(field.type)}
    values |= {field.name: field.name for field in fields if str(field.type) == "str | None"}
    values |= {field.name: True for field in fields if "bool" in str(field.type)}
    document = make_extracted(**values)
    article = fingerprint(make_described(stripped=make_stripped(document=document)), make_raw())
    assert isinstance(article, Article)
    assert facts_of(article, DocumentFacts) == facts_of(document, DocumentFacts)


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


@settings(max_examples=60)
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
