"""What pages and articles disclose: policies, owners, contact pages, notices; and what is no disclosure."""

import pytest
from lxml import html

from tests.builders import data_file
from transforms.page.disclosures import parse_disclosure_rules, read_disclosures, read_notices

RULES = parse_disclosure_rules(data_file("disclosures.toml").read_text("utf-8"))
URL = "https://www.harbourpost.example/2024/05/bridge"


def facts(body: str = "", objects: tuple[dict[str, object], ...] = ()) -> dict[str, tuple[str, str, str]]:
    tree = html.document_fromstring(f"<html><body><p>x</p>{body}</body></html>")
    return {fact: tuple(rest) for fact, *rest in read_disclosures(tree, objects, RULES, URL)}  # type: ignore[misc]


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
    assert found["ethics policy"] == ("https://www.harbourpost.example/ethics", "json-ld", "ethicsPolicy")
    assert found["masthead"][0] == "https://a.example/m"
    assert found["corrections policy"][0] == "https://a.example/c"


@pytest.mark.parametrize(
    ("link", "fact"),
    [
        ('<a href="/about">About us</a>', "about the outlet"),
        ('<a href="https://help.harbourpost.example/contact"><span>Contact us</span></a>', "contact"),
        ('<a href="/impressum">\n  Impressum </a>', "imprint"),
        ('<a href="/fe-de-errores">Fe de errores</a>', "corrections policy"),
        ('<a href="/people"><b>Our team</b></a>', "masthead"),
    ],
)
def test_links_to_pages_of_the_same_site(link: str, fact: str) -> None:
    assert facts(link)[fact][1] == "link"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://elsewhere.example/about">About us</a>',
        '<a href="/a">About us and them: a harbour divided</a>',
        '<a href="/a">About<span> a harbour</span></a>',
        '<a href="javascript:void(0)">Contact us</a>',
        '<a href="http://[broken">Contact us</a>',
        '<a href="#contact">Contact us</a>',
        '<a href="/2024/05/bridge#form">Contact</a>',
        '<a href="/">About</a>',
        '<a href="/web/2013/http://other.example/impressum">Impressum</a>',
        '<a href="/cdn-cgi/l/email-protection#42">Contact</a>',
        '<a href="/press">Newsroom</a>',
        '<a href="/author/staff">Staff</a>',
        '<a href="/economy/funding">Funding</a>',
        "<a>About us</a>",
        '<a href="/giving/contact-us/index.php">Our team</a>',
    ],
)
def test_other_links_disclose_nothing(link: str) -> None:
    assert facts(link) == {}


def test_notices_at_the_beginning_and_the_end_of_a_text() -> None:
    middle = "\n".join(f"The harbour was busy on day {day}." for day in range(30))
    first = "This article was translated by AI and checked by an editor."
    last = "This story was updated on 4 May to add what the council said."
    found = list(read_notices(f"{first}\n{middle}\n{last}", RULES))
    assert found == [
        ("AI-use notice", "AI was used", "text", first),
        ("update note", "the article says that it was changed", "text", last),
    ]
    assert not list(read_notices(f"{middle}\n{first}\n{middle}", RULES))


def test_link_words_under_two_facts_are_an_error() -> None:
    with pytest.raises(ValueError, match="'about us' is listed under 'contact' and 'about'"):
        parse_disclosure_rules('[properties]\n[links]\ncontact = ["About us"]\nabout = ["about us"]')


def test_a_notice_whose_examples_come_out_wrong_is_an_error() -> None:
    notice = '[properties]\n[links]\n[[notices]]\nfact = "f"\nvalue = "v"\npattern = "AI"\nmatch = []\nkeep = ["ai"]'
    with pytest.raises(ValueError, match="'ai' comes out wrong for 'f'"):
        parse_disclosure_rules(notice)
