"""The main text among the blocks of a page."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.builders import data_file
from transforms.errors import DataFileError
from transforms.page.blocks import Blocks, parse_container_words, read_blocks
from transforms.page.main_text import (
    FEATURES,
    PageFacts,
    find_standfirst,
    measure,
    parse_model,
    select,
    threshold_of,
    write,
)

WORDS = parse_container_words(data_file("container_words.toml").read_text("utf-8"))
MODEL = data_file("main_text_model.npz").read_bytes()
PARAGRAPHS = [
    "The harbour bridge opened again on Monday after two years of repairs, and the first buses crossed it at dawn.",
    "Engineers had replaced every cable and half of the deck, which cost the city more than it had set aside for it.",
    "Shopkeepers on the northern side said that they had waited for this morning longer than they could afford.",
]
STANDFIRST = "Two years late and over budget, the city has its bridge back."


def page(body: str) -> Blocks:
    """The blocks of a page with this body."""
    return read_blocks(html.document_fromstring(f"<html><body>{body}</body></html>"), WORDS)


def paragraphs(*texts: str) -> str:
    """Paragraph elements."""
    return "".join(f"<p>{text}</p>" for text in texts)


def column(blocks: Blocks, witness: str, name: str, facts: PageFacts | None = None) -> list[float]:
    """One feature of all blocks."""
    values: list[float] = measure(blocks, witness, facts or PageFacts())[:, FEATURES.index(name)].tolist()
    return values


def test_a_block_is_taken_where_the_witness_has_its_beginning_middle_and_end() -> None:
    blocks = page(paragraphs(*PARAGRAPHS))
    assert column(blocks, "\n".join(PARAGRAPHS[:2]), "taken") == [1.0, 1.0, 0.0]


def test_a_label_is_taken_only_as_a_line_of_its_own() -> None:
    blocks = page(paragraphs("Monday", PARAGRAPHS[0]))
    assert column(blocks, PARAGRAPHS[0], "taken") == [0.0, 1.0]
    assert column(blocks, f"- Monday\n{PARAGRAPHS[0]}", "taken") == [1.0, 1.0]


def test_a_split_body_is_put_together_again() -> None:
    halves = f"<article><div class='part'>{paragraphs(*PARAGRAPHS[:2])}</div><div class='part'>"
    blocks = page(f"<h1>Bridge open</h1>{halves}{paragraphs(PARAGRAPHS[2])}</div></article><footer>Imprint</footer>")
    features = measure(blocks, "\n".join(PARAGRAPHS[:2]), PageFacts(titles=("Bridge open",)))
    chosen = select(blocks, parse_model(MODEL).probabilities(features))
    assert write(blocks, chosen) == "\n".join(PARAGRAPHS)


def test_the_block_that_the_description_repeats_is_the_standfirst() -> None:
    blocks = page(f"<h1>Bridge open</h1><h2>{STANDFIRST}</h2><p>By Ana Ruiz</p>{paragraphs(*PARAGRAPHS)}")
    facts = PageFacts(titles=("Bridge open",), descriptions=(STANDFIRST,))
    features = measure(blocks, "\n".join(PARAGRAPHS), facts)
    assert write(blocks, find_standfirst(blocks, features, [3, 4, 5])) == STANDFIRST
    assert find_standfirst(blocks, features, [1, 3, 4, 5]) == []


def test_a_caption_is_no_standfirst() -> None:
    caption = f"<figure><figcaption class='lead'>{STANDFIRST}</figcaption></figure>"
    blocks = page(f"<h1>Bridge open</h1>{caption}{paragraphs(*PARAGRAPHS)}")
    features = measure(blocks, "\n".join(PARAGRAPHS), PageFacts(titles=("Bridge open",)))
    assert find_standfirst(blocks, features, [2, 3, 4]) == []


def test_list_items_are_marked_and_a_rows_cells_share_a_line() -> None:
    blocks = page(
        "<p>Results</p><ul><li>One</li></ul><table><tr><td>Ada</td><td>2</td></tr><tr><td>Bo</td></tr></table>"
    )
    assert write(blocks, range(len(blocks))) == "Results\n- One\nAda | 2\nBo"


def test_the_threshold_keeps_what_is_sure_and_drops_what_is_not() -> None:
    assert threshold_of(np.array([0.99, 0.95, 0.02]), np.array([100.0, 100.0, 100.0])) == 0.95


@given(st.lists(st.text(max_size=60), max_size=12), st.text(max_size=200))
@settings(max_examples=60)
def test_any_page_has_finite_features(texts: list[str], witness: str) -> None:
    blocks = Blocks()
    for text in ["start", *texts]:
        blocks.parents.append(0)
        blocks.texts.append(text or "x")
        blocks.tags.append("p")
        for values in (blocks.paths, blocks.named_paths, blocks.ancestors, blocks.words, blocks.depths):
            values.append(0)
        blocks.containers.append(len(blocks.parents) - 1)
        blocks.link_characters.append(0)
        blocks.emphasised_characters.append(0)
    features = measure(blocks, witness, PageFacts(titles=("start",), descriptions=(witness,), body=witness))
    assert features.shape == (len(blocks), len(FEATURES))
    assert np.isfinite(features).all()
    chances = parse_model(MODEL).probabilities(features)
    assert ((chances >= 0) & (chances <= 1)).all()


def test_a_model_of_other_features_is_rejected() -> None:
    with np.load(io.BytesIO(MODEL)) as archive:
        content = {name: archive[name] for name in archive.files}
    content["feature_names"][0] = "other"
    buffer = io.BytesIO()
    np.savez(buffer, **content)
    with pytest.raises(DataFileError, match=r"main text model: .*other features.*bench\.train_main_text"):
        parse_model(buffer.getvalue())


def test_the_model_holds_no_words_and_is_small() -> None:
    with np.load(io.BytesIO(MODEL)) as archive:
        texts = {name for name in archive.files if archive[name].dtype.kind in "USO"}
    assert texts == {"feature_names"}
    assert len(MODEL) < 100_000
