"""The extract stage on whole documents of different structures, languages and charsets."""

from __future__ import annotations

import pytest

from flows.pipeline import Processed, process
from flows.tools import Tools
from tests.builders import make_raw
from tests.golden.update import GOLDEN, case_names, expected, observed
from tests.shortcuts import bundled_tools


@pytest.mark.parametrize("case", case_names())
def test_golden_document(case: str) -> None:
    assert observed(case) == expected(case)


def test_golden_documents_cover_every_field() -> None:
    values = [expected(case) for case in case_names()]
    fields = {key for value in values for key, held in value.items() if held not in (None, [])}
    assert fields >= {
        "text",
        "title",
        "title_span",
        "authors",
        "published_on",
        "modified_on",
        "url",
        "site_name",
        "published_at",
        "is_opinion",
        "is_sponsored",
        "is_paywalled",
        "declared_language",
        "repairs",
        "reason",
    }


@pytest.fixture(scope="module")
def tools() -> Tools:
    return bundled_tools()


@pytest.mark.parametrize("case", ["live_blog", "parts_in_order", "sponsored_opinion"])
def test_an_article_of_unusual_form_is_accepted_as_it_was_extracted(case: str, tools: Tools) -> None:
    """The whole way with the learned models: no part of it is taken for a list, or cut."""
    raw = make_raw(
        content=(GOLDEN / case / "input.html").read_bytes(), media_type="text/html", url=expected(case)["url"]
    )
    found = process(raw, tools)
    assert isinstance(found, Processed)
    assert found.article.is_article
    assert found.article.text.split("\n") == expected(case)["text"]
