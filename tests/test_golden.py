"""The extract stage on whole documents of different structures, languages and charsets."""

from __future__ import annotations

import pytest

from tests.golden.update import case_names, expected, observed


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
