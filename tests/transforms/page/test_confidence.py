"""How far a page's main text can be trusted: the facts, the weights, and what comes out for pages."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_extract_options, make_raw
from tests.shortcuts import bundled_tools
from transforms.extract import ExtractOptions, extract
from transforms.page.confidence import (
    ConfidenceError,
    ConfidenceFacts,
    ConfidenceWeights,
    doubt_of,
    parse_confidence,
)
from transforms.records import ExtractedDocument

WEIGHTS = ConfidenceWeights(intercept=-3.0, doubt=9.0, kind_margin=0.3)
PARAGRAPHS = (
    "The harbour bridge will reopen to traffic on Monday after eleven months of repairs, the city council said.",
    "Engineers replaced forty of the steel hangers and laid a new road surface over the whole length of the span.",
    "Councillor Ada Marsh thanked the residents for their patience, and said that the toll would stay as it was.",
    "Ferries keep their summer timetable until the end of the month, when the northern pier closes for the winter.",
)


@pytest.fixture(scope="module")
def options() -> ExtractOptions:
    return bundled_tools().extract_options


def read(content: str, options: ExtractOptions) -> ExtractedDocument:
    page = make_raw(
        content=content.encode(), media_type="text/html", url="https://news.example/2024/05/03/bridge-opens"
    )
    found = extract(page, options)
    assert isinstance(found, ExtractedDocument)
    return found


def article_page(paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    head = '<title>Bridge reopens</title><meta property="og:type" content="article">'
    return f"<html><head>{head}</head><body><article><h1>Bridge reopens</h1>{body}</article></body></html>"


def test_a_model_that_is_sure_of_every_block_leaves_no_doubt() -> None:
    assert doubt_of(np.array([0.0, 1.0]), np.array([50.0, 200.0]), [1]) == 0.0


def test_a_choice_of_nothing_is_all_doubt() -> None:
    assert doubt_of(np.array([0.1, 0.2]), np.array([50.0, 200.0]), []) == 1.0
    assert doubt_of(np.empty(0), np.empty(0), []) == 1.0


def test_doubtful_text_that_was_left_out_counts() -> None:
    sizes = np.array([100.0, 100.0])
    assert doubt_of(np.array([0.99, 0.4]), sizes, [0]) > doubt_of(np.array([0.99, 0.01]), sizes, [0])


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5000), st.booleans()), max_size=40))
def test_doubt_and_confidence_are_shares(blocks: list[tuple[float, int, bool]]) -> None:
    probabilities, sizes = np.array([b[0] for b in blocks]), np.array([float(b[1]) for b in blocks])
    doubt = doubt_of(probabilities, sizes, [i for i, b in enumerate(blocks) if b[2]])
    assert 0.0 <= doubt <= 1.0
    assert 0.0 <= WEIGHTS.confidence(ConfidenceFacts(doubt, 0.0)) <= 1.0


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1e6, 1e6))
def test_more_doubt_is_never_more_confidence(one: float, other: float, margin: float) -> None:
    less, more = sorted((one, other))
    assert WEIGHTS.confidence(ConfidenceFacts(more, margin)) <= WEIGHTS.confidence(ConfidenceFacts(less, margin))


def test_weights_are_read() -> None:
    assert parse_confidence("") is None
    assert parse_confidence("intercept = -3.0\ndoubt = 9.0\nkind_margin = 0.3") == WEIGHTS


@pytest.mark.parametrize(
    "text", ["intercept = ", "intercept = -3.0", 'intercept = -3.0\ndoubt = "9"\nkind_margin = 0.3']
)
def test_wrong_weights_are_rejected(text: str) -> None:
    with pytest.raises(ConfidenceError, match="confidence weights"):
        parse_confidence(text)


def test_a_plain_article_is_trusted(options: ExtractOptions) -> None:
    confidence = read(article_page(), options).extraction_confidence
    assert confidence is not None
    assert confidence > 0.9


def test_prose_in_a_shop_is_trusted_less_than_an_article(options: ExtractOptions) -> None:
    boxes = "".join(
        f"<div class=c{n}><span>{text}</span><button>Add to basket</button><b>£{n}9.00</b></div>"
        for n, text in enumerate(PARAGRAPHS)
    )
    shop = f"<html><head><title>Shop</title></head><body><main><h2>For you</h2>{boxes}</main></body></html>"
    article, other = read(article_page(), options), read(shop, options)
    assert article.extraction_confidence is not None
    assert other.extraction_confidence is not None
    assert other.extraction_confidence < article.extraction_confidence


def test_plain_text_has_no_confidence(options: ExtractOptions) -> None:
    found = extract(make_raw(), options)
    assert isinstance(found, ExtractedDocument)
    assert found.extraction_confidence is None


def test_without_models_nothing_is_said() -> None:
    assert read(article_page(), make_extract_options(confidence=WEIGHTS)).extraction_confidence is None
