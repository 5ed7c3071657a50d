"""Describe: where each fact comes from, and that it never refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import TEXT, describe_tools, make_extracted, make_stripped
from transforms.describe import describe
from transforms.records import DescribedDocument, Provenance, StrippedDocument


def described(stripped: StrippedDocument) -> DescribedDocument:
    return describe(stripped, describe_tools())


def fact(kind: str, value: str) -> Provenance:
    return Provenance("d", kind, value, "stripped_line", 3, value)  # type: ignore[arg-type]


def test_facts_of_a_report() -> None:
    text = "OSLO, Norway (Reuters) - " + TEXT
    result = described(make_stripped(text))
    assert result.stripped.text == text
    assert (result.language, result.language_by, result.language_reason) == ("en", "py3langid", None)
    assert (result.dateline, result.agency) == ("OSLO, Norway", "Reuters")
    assert (result.word_count, result.sentence_count) == (56, 4)
    assert (result.is_article, result.article_reason) == (True, "prose")


@pytest.mark.parametrize(
    ("url", "hint", "domain"),
    [
        ("https://www.bbc.co.uk/news/1", "cnn.com", "bbc.co.uk"),
        (None, "www.cnn.com", "cnn.com"),
        (None, "Harbour Post", None),
        (None, None, None),
    ],
)
def test_domain(url: str | None, hint: str | None, domain: str | None) -> None:
    document = make_extracted(url=url, source_hint=hint)
    assert described(make_stripped(document=document)).domain == domain


def test_agency_from_the_dateline_goes_before_what_lines_credit() -> None:
    credited = (fact("agency", "AP"), fact("agency", "Reuters"))
    assert described(make_stripped("OSLO (dpa) - " + TEXT, provenance=credited)).agency == "Deutsche Presse-Agentur"
    assert described(make_stripped(provenance=credited)).agency == "Associated Press"
    assert described(make_stripped(provenance=(fact("agency", "Harbour Wire"),))).agency == "Harbour Wire"
    assert described(make_stripped()).agency is None


def test_publisher_from_stripped_lines_goes_before_the_site_name() -> None:
    document = make_extracted(site_name="harbourpost.example")
    assert described(make_stripped(document=document)).publisher == "harbourpost.example"
    stated = make_stripped(document=document, provenance=(fact("publisher", "Harbour Post Ltd"),))
    assert described(stated).publisher == "Harbour Post Ltd"


def test_a_wall_in_the_stripped_lines_and_the_address_decide_on_article() -> None:
    stub = TEXT[:180]
    walled = make_stripped(stub, document=make_extracted(text=f"{stub}\nSubscribe to continue reading"))
    assert described(walled).article_reason.startswith("paywall stub")
    section = "\n".join(
        ["The council will vote on the plan for the new school on Monday.", "Bridge reopens", "Sport"] * 4
    )
    listed = make_stripped(
        section, document=make_extracted(text=section, url="https://harbourpost.example/tag/council")
    )
    assert described(listed).article_reason.startswith("section page")


@pytest.mark.parametrize(("declared", "is_paywalled"), [(None, True), (False, False), (True, True)])
def test_a_walls_words_declare_that_the_text_is_not_free(declared: bool | None, is_paywalled: bool) -> None:
    document = make_extracted(text=TEXT[:180], left_out="Already a subscriber? Log in", is_paywalled=declared)
    assert described(make_stripped(TEXT[:180], document=document)).stripped.document.is_paywalled == is_paywalled
    assert described(make_stripped()).stripped.document.is_paywalled is None


@pytest.mark.parametrize("url", ["https://[bad", "https://harbourpost.example/?p=3", "not a url"])
def test_any_url_is_borne(url: str) -> None:
    assert described(make_stripped(document=make_extracted(url=url))).is_article


@settings(max_examples=100)
@given(st.text(max_size=500))
def test_any_text_is_described_and_the_same_way_twice(text: str) -> None:
    first = described(make_stripped(text))
    assert first == described(make_stripped(text))
    assert first.word_count >= 0
