"""What pages disclose: policies, owners, contact pages, reserved rights; and what is no disclosure."""

import pytest
from lxml import html

from tests.builders import data_file
from transforms.page.disclosures import PageDisclosure, parse_disclosure_rules, read_disclosures

RULES = parse_disclosure_rules(data_file("disclosures.toml").read_text("utf-8"))
URL = "https://www.harbourpost.example/2024/05/bridge"


def facts(
    body: str = "", objects: tuple[dict[str, object], ...] = (), meta: dict[str, list[str]] | None = None
) -> dict[str, PageDisclosure]:
    tree = html.document_fromstring(f"<html><body><p>x</p>{body}</body></html>")
    return {found.fact: found for found in read_disclosures(tree, objects, meta or {}, RULES, URL)}


def test_policies_of_an_organisation_and_of_the_articles_publisher() -> None:
    organisation = {
        "@type": "NewsMediaOrganization",
        "ethicsPolicy": "/ethics",
        "masthead": [{"url": "https://a.example/m"}],
    }
    article = {
        "@type": ["NewsArticle"],
        "publisher": {"@type": "Organization", "correctionsPolicy": "https://a.example/c"},
    }
    found = facts(objects=(organisation, article))
    assert found["ethics policy"] == PageDisclosure(
        "ethics policy", "https://www.harbourpost.example/ethics", "json-ld", "ethicsPolicy"
    )
    assert found["masthead"].value == "https://a.example/m"
    assert found["corrections policy"].value == "https://a.example/c"


@pytest.mark.parametrize(
    ("link", "fact"),
    [
        ('<a href="/about">About us</a>', "about the outlet"),
        ('<a href="https://help.harbourpost.example/contact"><span>Contact</span> us</a>', "contact"),
        ('<a href="/impressum">Impressum</a>', "masthead"),
        ('<a href="/fe-de-errores">Fe de errores</a>', "corrections policy"),
    ],
)
def test_links_to_pages_of_the_same_site(link: str, fact: str) -> None:
    assert facts(link)[fact].place == "link"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://elsewhere.example/about">About us</a>',
        '<a href="/a">About us and them: a harbour divided</a>',
        '<a href="javascript:void(0)">Contact us</a>',
        '<a href="http://[broken">Contact us</a>',
    ],
)
def test_other_links_disclose_nothing(link: str) -> None:
    assert facts(link) == {}


@pytest.mark.parametrize(
    ("meta", "fact"),
    [
        ({"tdm-reservation": ["1"]}, "text and data mining reserved"),
        ({"tdm-reservation": ["0"]}, "text and data mining not reserved"),
        ({"robots": ["index, NOAI, follow"]}, "use for AI training declined"),
    ],
)
def test_marks_of_rights(meta: dict[str, list[str]], fact: str) -> None:
    assert list(facts(meta=meta)) == [fact]


def test_what_a_mark_does_not_say_is_unknown() -> None:
    assert facts(meta={"tdm-reservation": ["maybe"], "robots": ["noindex, noaim"]}) == {}


def test_link_words_under_two_facts_are_an_error() -> None:
    with pytest.raises(ValueError, match="'about us' is listed under 'contact' and 'about'"):
        parse_disclosure_rules('rights = []\n[properties]\n[links]\ncontact = ["About us"]\nabout = ["about us"]')
