"""What pages say about themselves."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tests.builders import make_extract_options
from transforms.page.json_ld import MAX_JSON_CHARACTERS
from transforms.page.metadata import MAX_META_VALUES, PageMetadata, read_page

RULES = make_extract_options().page_rules
SITE = "<meta property='og:site_name' content='Harbour Post'>"
URL = "https://harbourpost.example/city/bridge"


def read(head: str = "", body: str = "", url: str | None = URL, **attributes: str) -> PageMetadata:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    page = f"<html{written}><head>{head}</head><body>{body}</body></html>"
    tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    return read_page(tree, RULES, url, dt.date(2024, 12, 31))


def json_ld(*objects: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(item)}</script>' for item in objects)


def news(**facts: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Harbour bridge reopens today",
    } | facts


# -------------------------------------------------------------------------------------------------------------- titles


@pytest.mark.parametrize(
    "head",
    [
        SITE + "<title>Harbour bridge reopens today | Harbour Post</title>",
        SITE + "<title>Harbour Post - Harbour bridge reopens today</title>",
        SITE + "<title>Harbour bridge reopens today * The Harbour Post</title>",
        "<title>Harbour bridge reopens today – harbourpost.example</title>",
        "<title>Harbour bridge reopens today :: Harbourpost</title>",
        "<meta name='twitter:title' content='Harbour bridge reopens today'>",
        json_ld(news()),
        json_ld({"@graph": [{"@type": "WebPage", "name": "x"}, news()]}),
        json_ld({"@type": "WebPage", "mainEntity": news()}),
    ],
)
def test_a_title_comes_without_the_site_name(head: str) -> None:
    assert read(head).title == "Harbour bridge reopens today"


def test_the_title_that_most_places_agree_on_wins() -> None:
    head = (
        json_ld(news(headline="Bridge: what you must know"))
        + "<meta property='og:title' content='Harbour bridge reopens today'>"
        + "<meta name='twitter:title' content='Harbour bridge reopens today'>"
        + "<title>Harbour bridge reopens today | City</title>"
    )
    assert read(head, "<h1>Harbour  bridge\nreopens today</h1>").title == "Harbour bridge reopens today"


def test_a_title_that_is_only_the_site_name_stays() -> None:
    head = "<title>Harbour Post</title><meta property='og:site_name' content='Harbour Post'>"
    assert read(head).title == "Harbour Post"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Sund Gazette", "<a href='/'>Sund Gazette</a><h1>Bridge opens after ten years</h1>"),
        (
            "Sund Gazette",
            "<a rel='home' href='https://sg.example'>Sund Gazette</a><h1>Bridge opens<br>after ten years</h1>",
        ),
        ("Print: Bridge opens after ten years", "<p>Sund Gazette</p><h2>Bridge opens after ten years</h2>"),
        ("Sund Gazette: Bridge opens after ten years", "<h2>3 May</h2><h3>Bridge opens after ten years</h3>"),
    ],
)
def test_a_headline_is_found_where_the_title_element_is_the_only_other_place(title: str, body: str) -> None:
    assert read(f"<title>{title}</title>", body, url=None).title == "Bridge opens after ten years"


def test_a_link_to_the_sites_root_says_who_is_no_person() -> None:
    head = "<meta name='author' content='Sund Gazette, Sund, Denmark'>"
    assert read(head, "<a href='/'>Sund Gazette</a>", url=None).authors == ()


@pytest.mark.parametrize(
    ("label", "names"), [("Written by", ("Jane Doe",)), ("Verfasst von", ("Jane Doe",)), ("Cost", ())]
)
def test_a_label_for_sharing_says_who_wrote_it(label: str, names: tuple[str, ...]) -> None:
    head = f"<meta name='twitter:label1' content='{label}'><meta name='twitter:data1' content='Jane Doe'>"
    assert read(head).authors == names


def test_a_dash_within_a_title_stays() -> None:
    title = "Bridge reopens - but the ferries stay"
    assert read(f"<title>{title}</title>", f"<h1>{title}</h1>").title == title


def test_entities_escaped_twice_are_resolved() -> None:
    assert read(json_ld(news(headline="Caf&eacute; &#039;Mole&#039; reopens"))).title == "Café 'Mole' reopens"


def test_entities_escaped_three_times_are_resolved() -> None:
    assert read(json_ld(news(headline="At last&amp;#8230; the mole reopens"))).title == "At last… the mole reopens"


def test_a_heading_that_is_the_site_name_is_no_headline() -> None:
    title = "<title>Bridge reopens today – Harbour Post</title>"
    assert read(SITE + title, "<h1>Harbour Post</h1>").title == "Bridge reopens today"


@pytest.mark.parametrize("title", ["Quay Notes: Bridge reopens today", "Bridge reopens today - Quay Notes"])
def test_what_the_title_element_has_more_than_the_shared_title_is_no_headline(title: str) -> None:
    shared = "<meta property='og:title' content='Bridge reopens today'>"
    assert read(f"<title>{title}</title>{shared}", "<h1>Quay Notes</h1>").title == "Bridge reopens today"


@pytest.mark.parametrize("name", ["Harbour", "HarbourPost.Example", "The Harbour Post"])
def test_a_short_form_of_the_site_name_goes(name: str) -> None:
    assert read(f"<title>Bridge reopens today | {name}</title>").title == "Bridge reopens today"


@pytest.mark.parametrize("name", ["Post", "Postal services", "Arbour"])
def test_what_only_resembles_the_site_name_stays(name: str) -> None:
    title = f"Bridge reopens today | {name}"
    assert read(f"<title>{title}</title>").title == title


def test_a_section_behind_the_title_goes() -> None:
    title = "<title>Bridge reopens today | Old Town | Harbour Post</title>"
    section = "<meta property='article:section' content='Old town'>"
    address = "<link rel='canonical' href='https://harbourpost.example/old-town/bridge'>"
    assert read(SITE + title).title == "Bridge reopens today | Old Town"
    assert read(SITE + title + section).title == "Bridge reopens today"
    assert read(SITE + title + address).title == "Bridge reopens today"
    assert read(f"<title>Bridge | Old Town</title>{section}").title == "Bridge | Old Town"


def test_segments_that_a_lower_heading_leaves_out_go() -> None:
    title = "Old harbour bridge reopens - All that moves"
    head = f"<title>{title}</title><meta property='og:title' content='{title}'>"
    body = "<h1>All of the quay</h1><h1>Old harbour bridge reopens</h1>"
    assert read(head, body).title == "Old harbour bridge reopens"
    assert read(head, "<h1>All of the quay</h1><h1>Old harbour</h1>").title == title


LONG = "The bridge at the mouth of the harbour reopens today after nine years of repairs that cost three times as much "


@pytest.mark.parametrize(
    "cut", [LONG[:100], LONG[:105], "The bridge at the mouth of the harbour reopens…", LONG[:30] + "..."]
)
def test_a_title_that_was_cut_is_read_whole_elsewhere(cut: str) -> None:
    whole = LONG + "as planned"
    assert read(json_ld(news(headline=cut)) + f"<title>{whole}</title>").title == whole


def test_a_title_that_is_only_shorter_than_another_is_whole() -> None:
    short = "The bridge at the mouth of the harbour reopens"
    head = json_ld(news(headline=short)) + f"<title>{LONG}as planned</title>"
    assert read(head).title == short
    section = f"<title>{LONG[:105]} | News of the city</title>"
    assert read(json_ld(news(headline=LONG[:105])) + section).title == LONG[:105]


SEARCHED = "Bridge repairs: What drivers must know as the harbour crossing reopens"


@pytest.mark.parametrize(
    "shared",
    ["At last, the harbour crossing reopens to drivers", "Nine years of waiting are over", f"Live {SEARCHED}"],
)
def test_the_heading_goes_before_the_shared_title(shared: str) -> None:
    head = SITE + f"<meta property='og:title' content='{shared}'><title>{SEARCHED} | Harbour Post</title>"
    assert read(head + json_ld(news(headline=SEARCHED)), f"<h1>{SEARCHED}</h1>").title == SEARCHED


READERS = "At last, the harbour crossing reopens to drivers"


@pytest.mark.parametrize(
    ("headline", "shared", "element"),
    [
        (SEARCHED, READERS, SEARCHED),
        (SEARCHED, SEARCHED, SEARCHED),
        (READERS, SEARCHED, SEARCHED),
        ("", SEARCHED, f"{SEARCHED} | Harbour Post"),
        ("", READERS, SEARCHED),
    ],
)
def test_the_heading_that_readers_see_goes_before_the_title_for_search_engines(
    headline: str, shared: str, element: str
) -> None:
    head = SITE + f"<meta property='og:title' content='{shared}'><title>{element}</title>"
    head += json_ld(news(headline=headline)) if headline else ""
    assert read(head, f"<main><h1>{READERS}</h1></main>").title == READERS


@pytest.mark.parametrize(
    "heading",
    [
        "<h1>Our blog</h1>",
        "<h1>Subscribe to our newsletter and save today</h1>",
        f"<h1>{'Learn how the harbour crossing reopens and what it costs. ' * 6}</h1>",
        f"<nav class='breadcrumb'><h1>{SEARCHED}</h1></nav><h2>{READERS}</h2>",
        f"<h1 class='breadcrumb__headline'>{SEARCHED}</h1><h2><span>Opinion</span> <span>{READERS}</span></h2>",
        f"<h1 class='visually-hidden'>{SEARCHED}</h1><h2>{READERS}</h2>",
    ],
)
def test_a_heading_that_is_not_the_articles_is_no_title(heading: str) -> None:
    head = SITE + f"<meta property='og:title' content='{READERS}'><title>{READERS} | Harbour Post</title>"
    assert read(head, heading).title == READERS


@pytest.mark.parametrize(
    ("heading", "shared", "title"),
    [
        ("<h1><span class='kicker'>Transport</span> <span>{}</span></h1>", READERS, READERS),
        ("<h1><span class='headline__dachzeile'>Transport</span>{}</h1>", SEARCHED, READERS),
        (
            "<h1><span class='kicker'>Transport</span> <span>{}</span></h1>",
            f"Transport: {READERS}",
            f"Transport: {READERS}",
        ),
        ("<h1><span>Transport: </span><span>{}</span></h1>", f"Transport: {READERS}", f"Transport: {READERS}"),
        ("<h1><a>{}</a> <span>(harbour.example)</span> <i>87</i></h1>", READERS, READERS),
    ],
)
def test_a_kicker_in_its_own_element_is_cut_unless_the_headline_has_it(heading: str, shared: str, title: str) -> None:
    head = f"<meta property='og:title' content='{shared}'><title>{shared}</title>"
    assert read(head, heading.format(READERS)).title == title


def test_the_heading_of_the_next_article_is_no_title() -> None:
    head = f"<meta property='og:title' content='{SEARCHED}'>"
    assert read(head, f"<h1>{READERS}</h1><p>x</p><h1>Harbour seals return to the sandbank</h1>").title == READERS


def test_a_heading_in_a_script_without_spaces_is_compared_by_its_characters() -> None:
    head = "<meta property='og:title' content='市立図書館、十月から日曜日も開館へ'>"
    body = "<h1>市立図書館が日曜日も開館 十月から</h1>"
    assert read(head, body).title == "市立図書館が日曜日も開館 十月から"


def test_soft_hyphens_are_no_part_of_a_title() -> None:
    title = read("", "<h1>Bundes&shy;verfassungs&shy;gericht weist&#8203; Gemeinde ab</h1>").title
    assert title == "Bundesverfassungsgericht weist Gemeinde ab"


def test_words_on_two_lines_of_a_heading_are_not_glued() -> None:
    assert (
        read("", "<h1>Bridge reopens<br>Ferries <b>st</b>ay<script>x()</script></h1>").title
        == "Bridge reopens Ferries stay"
    )


# -------------------------------------------------------------------------------------------------------------- JSON-LD


def test_the_object_that_names_the_page_goes_before_others() -> None:
    other = news(headline="Ferry sinks", url="https://harbourpost.example/city/ferry", author="Tom Okafor")
    own = news(mainEntityOfPage={"@id": "http://www.harbourpost.example/city/bridge?utm_source=x"}, author="Ana Ruiz")
    assert read(json_ld(other, own)).authors == ("Ana Ruiz",)
    assert read(json_ld([other, own]), url=None).authors == ("Tom Okafor",)


@pytest.mark.parametrize(
    "kind", ["ReportageNewsArticle", ["Thing", "LiveBlogPosting"], "http://schema.org/NewsArticle"]
)
def test_every_kind_of_article_is_known(kind: Any) -> None:
    assert read(json_ld(news(**{"@type": kind, "datePublished": "2024-05-03"}))).published_on == dt.date(2024, 5, 3)


def test_a_web_page_with_an_articles_facts_is_taken() -> None:
    page = {
        "@type": "WebPage",
        "headline": "Harbour bridge",
        "datePublished": "2024-05-03",
        "author": {"name": "Ana Ruiz"},
    }
    assert read(json_ld(page)).authors == ("Ana Ruiz",)
    assert (
        read(json_ld({"@type": "Organization", "name": "Harbour Post", "datePublished": "2001-01-01"})).published_on
        is None
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "NewsArticle", "headline": "Harbour bridge reopens today", }',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Harbour bridge reopens today"}\n//]]>',
        '{"@type": "NewsArticle", "description": "a\nb\tc", "headline": "Harbour bridge reopens today"};',
        '{"@type": "NewsArticle", "headline": "Harbour \\ud800 bridge reopens today"}',
        '{"@type": "NewsArticle", "description": "a "raw" mark", "headline": "Harbour bridge reopens today"}',
        '{"@type": "NewsArticle", /* the title */ "headline": "Harbour bridge reopens today"}',
        '{"@type": "NewsArticle", "headline": "Harbour bridge reopens today"}\n{"@type": "Organization", "name": "x"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Harbour bridge reopens today&quot;}",
        "{'@type': 'NewsArticle', 'headline': 'Harbour bridge reopens today'}",
        '<!-- {"@type": "NewsArticle", "headline": "Harbour bridge reopens today"} -->',
        '{"@type": "NewsArticle", "headline": "Harbour bridge reopens today", "keywords": ["a", "b",',
    ],
)
def test_broken_json_is_read_where_it_can_be(text: str) -> None:
    assert read(f'<script type="application/ld+json">{text}</script>').title == "Harbour bridge reopens today"


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"a":' * 100_000, " " * (MAX_JSON_CHARACTERS + 1), "null", "3", '"x"', "[[[]]]"]
)
def test_hopeless_json_is_passed_over(text: str) -> None:
    assert read(f'<script type="application/ld+json">{text}</script>').title is None


@pytest.mark.parametrize(
    "facts",
    [
        {
            "headline": 3,
            "author": 3,
            "datePublished": 3,
            "publisher": 3,
            "inLanguage": 3,
            "url": 3,
            "mainEntityOfPage": 3,
        },
        {"headline": [], "author": [[]], "datePublished": {}, "publisher": [None], "inLanguage": {}, "@id": 3},
        {"headline": None, "author": [{"@id": 3}, None, {"@type": 3}], "publisher": {"name": {}}},
        {"@type": {"a": 1}},
        {"@type": None, "@graph": 3, "mainEntity": "x"},
    ],
)
def test_json_of_unexpected_shape_is_passed_over(facts: dict[str, Any]) -> None:
    read(json_ld(news(**facts)))


# -------------------------------------------------------------------------------------------------------------- authors


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ana Ruiz", ("Ana Ruiz",)),
        (["By Ana Ruiz", "Tom Okafor"], ("Ana Ruiz", "Tom Okafor")),
        ({"@type": "Person", "name": "Ana Ruiz"}, ("Ana Ruiz",)),
        ({"name": ["Ana Ruiz", "Tom Okafor"]}, ("Ana Ruiz", "Tom Okafor")),
        ({"@type": "Person", "givenName": "Ana", "familyName": "Ruiz"}, ("Ana Ruiz",)),
        ([{"@type": "Organization", "name": "City Desk"}, {"@type": "Person", "name": "Ana Ruiz"}], ("Ana Ruiz",)),
        ({"@type": "Person", "name": "Harbour Post"}, ()),
        ({"@type": "Person", "name": "Staff"}, ()),
        ({"@id": "#ana"}, ("Ana Ruiz",)),
        ({"@id": "#nobody"}, ()),
    ],
)
def test_authors_of_json_ld_are_people(author: Any, names: tuple[str, ...]) -> None:
    ana = {"@type": "Person", "@id": "#ana", "name": "Ana Ruiz"}
    assert read(json_ld(ana, news(author=author, publisher={"name": "Harbour Post"}))).authors == names


def test_authors_in_meta_elements_and_bylines() -> None:
    assert read("<meta name='author' content='Ana Ruiz'>").authors == ("Ana Ruiz",)
    assert read("<meta property='article:author' content='https://social.example/ana'>").authors == ()
    assert read(body="<p>x</p><a rel='author' href='/ana'>Ana Ruiz</a>").authors == ("Ana Ruiz",)
    assert read(body="<div class='byline'>By Ana Ruiz and Tom Okafor</div>").authors == ("Ana Ruiz", "Tom Okafor")


def test_values_of_one_meta_name_are_bounded() -> None:
    head = "".join(f"<meta name='x' content='{i}'>" for i in range(10 * MAX_META_VALUES))
    assert read(head + "<meta name='author' content='Ana Ruiz'>").authors == ("Ana Ruiz",)


# ------------------------------------------------------------------------------------------------- dates, URL, the rest


@pytest.mark.parametrize(
    ("base", "url", "found"),
    [
        ("https://www.harbourpost.example/city/", None, "https://harbourpost.example/city/4201-bridge"),
        ("/city/", URL, "https://harbourpost.example/city/4201-bridge"),
        ("", URL, "https://harbourpost.example/city/4201-bridge"),
        ("http://[broken/", URL, None),
    ],
)
def test_a_relative_canonical_link_is_seen_from_the_pages_base(base: str, url: str | None, found: str | None) -> None:
    head = f"<base href='{base}'><link rel='canonical' href='4201-bridge'>"
    assert read(head, url=url).url == found


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (json_ld(news(datePublished="2024-05-03T23:30:00-05:00")), ""),
        ("<meta property='article:published_time' content='2024-05-03T10:00:00Z'>", ""),
        ("<meta name='parsely-pub-date' content='2024-05-03'>", ""),
        ("", "<span itemprop='datePublished' content='2024-05-03'>yesterday</span>"),
        ("", "<time itemprop='datePublished' datetime='2024-05-03'>yesterday</time>"),
        ("", "<span itemprop='datePublished'>3 May 2024</span>"),
        ("", "<article><time datetime='2024-05-03T10:00'>3 May</time></article>"),
        ("<meta name='date' content='2031-01-01'><meta property='og:published_time' content='2024-05-03'>", ""),
    ],
)
def test_publication_dates(head: str, body: str) -> None:
    assert read(head, body).published_on == dt.date(2024, 5, 3)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (json_ld(news(dateModified="2024-05-03")), ""),
        ("<meta property='article:modified_time' content='2024-05-03T10:00:00Z'>", ""),
        ("", "<meta itemprop='dateModified' content='2024-05-03'>"),
    ],
)
def test_modification_dates(head: str, body: str) -> None:
    assert read(head, body).modified_on == dt.date(2024, 5, 3)


@pytest.mark.parametrize(
    ("head", "url", "found"),
    [
        (
            "<link rel='canonical' href='https://www.harbourpost.example/a/?fbclid=1'>",
            URL,
            "https://harbourpost.example/a",
        ),
        ("<link rel='CANONICAL nofollow' href='/city/bridge'>", URL, URL),
        ("<meta property='og:url' content='https://harbourpost.example/b'>", None, "https://harbourpost.example/b"),
        ("<link rel='canonical' href='https://other.example/a'>", URL, None),
        ("<link rel='canonical' href='https://other.example/a'>", None, "https://other.example/a"),
        ("<link rel='canonical' href='https://harbourpost.example/'>", URL, None),
        (
            "<link rel='canonical' href='https://harbourpost.example/'>",
            "https://harbourpost.example",
            "https://harbourpost.example/",
        ),
        ("<link rel='canonical' href='http://[bad'>", URL, None),
        ("<link rel='canonical'>", "https://harbourpost.example/a", "https://harbourpost.example/a"),
        ("<link rel='canonical' href='/relative'>", None, None),
        ("", URL, None),
    ],
)
def test_canonical_urls(head: str, url: str | None, found: str | None) -> None:
    assert read(head, url=url).url == found


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<meta property='og:site_name' content='Harbour Post'>", "Harbour Post"),
        (json_ld(news(publisher={"@type": "Organization", "name": "Harbour Post"})), "Harbour Post"),
        (json_ld({"@type": "WebSite", "name": "Harbour Post"}), "Harbour Post"),
        ("<meta name='application-name' content='Harbour Post'>", "Harbour Post"),
        ("<meta property='og:site_name' content='https://harbourpost.example'>", None),
    ],
)
def test_site_names(head: str, name: str | None) -> None:
    assert read(head).site_name == name


def test_declared_language() -> None:
    assert read(lang="en-GB").declared_language == "en"
    assert read("<meta property='og:locale' content='de_AT'>").declared_language == "de"
    assert read(json_ld(news(inLanguage="FR"))).declared_language == "fr"
    assert read("<meta http-equiv='content-language' content='pt-br'>", lang="").declared_language == "pt"
    assert read(lang="english").declared_language is None
    assert read().declared_language is None


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["@type", "@id", "@graph", "headline", "author", "name", "publisher", "datePublished", "mainEntity"]
            ),
            inner | st.sampled_from(["NewsArticle", "Person", "#1"]),
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@given(values)
def test_no_json_makes_reading_fail(value: Any) -> None:
    read(json_ld(value).replace("</script>", "</script >"))


def test_organisations_are_authors_of_their_own_kind() -> None:
    author = [{"@type": "Person", "name": "Ana Ruiz"}, {"@type": "Organization", "name": "Reuters"}]
    found = read(json_ld(news(author=author)))
    assert (found.authors, found.organisation_authors) == (("Ana Ruiz",), ("Reuters",))


def test_a_desk_that_is_called_a_person_is_an_organisation() -> None:
    found = read(json_ld(news(author={"@type": "Person", "name": "Online-Redaktion"})))
    assert (found.authors, found.organisation_authors) == ((), ("Online-Redaktion",))


def test_a_kicker_goes_where_the_page_shares_itself_without_it() -> None:
    head = json_ld(news(headline="Olympics: Ana Ruiz wins the marathon"))
    shared = "<meta property='og:title' content='Ana Ruiz wins the marathon'>"
    assert read(head).title == "Olympics: Ana Ruiz wins the marathon"
    assert read(head + shared).title == "Ana Ruiz wins the marathon"


def test_a_time_with_its_offset_is_kept_in_utc_beside_the_day_as_written() -> None:
    found = read(json_ld(news(datePublished="2024-05-03T23:30:00-05:00", dateModified="2024-05-05")))
    assert found.published_on == dt.date(2024, 5, 3)
    assert found.published_at == dt.datetime(2024, 5, 4, 4, 30, tzinfo=dt.UTC)
    assert (found.modified_on, found.modified_at) == (dt.date(2024, 5, 5), None)


def test_a_moment_is_one_of_the_day_that_is_believed() -> None:
    head = json_ld(news(datePublished="2024-05-03"))
    other = "<meta property='article:published_time' content='2024-05-01T10:00:00Z'>"
    same = "<meta name='parsely-pub-date' content='2024-05-03T10:00:00Z'>"
    assert read(head + other).published_at is None
    assert read(head + other + same).published_at == dt.datetime(2024, 5, 3, 10, tzinfo=dt.UTC)


def test_a_kicker_goes_where_places_write_different_ones() -> None:
    shared = "<meta property='og:title' content='Rowing: Ana Ruiz wins the marathon'>"
    assert read(shared, "<h1>Olympics - Ana Ruiz wins the marathon</h1>").title == "Ana Ruiz wins the marathon"
    same = "<h1>Rowing – Ana Ruiz wins the marathon</h1>"
    assert read(shared, same).title == "Rowing – Ana Ruiz wins the marathon"


def test_a_section_goes_where_another_place_writes_the_title_without_it() -> None:
    title = SITE + "<title>Ana Ruiz wins the marathon-Sports | Harbour Post</title>"
    title += "<meta property='og:title' content='Ana Ruiz wins the marathon-Sports | Harbour Post'>"
    assert read(title).title == "Ana Ruiz wins the marathon-Sports"
    assert (
        read(title + "<meta name='twitter:title' content='Ana Ruiz wins the marathon'>").title
        == "Ana Ruiz wins the marathon"
    )


def test_section_and_tags_are_read_as_declared() -> None:
    found = read(json_ld(news(articleSection="City", keywords="bridge, Harbour, bridge")))
    assert (found.section, found.tags) == ("City", ("bridge", "Harbour"))


@pytest.mark.parametrize(
    ("head", "opinion", "sponsored", "paywalled"),
    [
        (json_ld(news()), None, None, None),
        (json_ld(news(isAccessibleForFree="False")), None, None, True),
        (json_ld(news(isAccessibleForFree=True)), None, None, False),
        (json_ld({"@type": "OpinionNewsArticle", "headline": "Build it"}), True, None, None),
        (json_ld({"@type": "AdvertiserContentArticle", "headline": "Buy it"}), None, True, None),
        (json_ld(news(isAccessibleForFree="http://schema.org/False")), None, None, True),
        (json_ld(news(hasPart=[{"@type": "WebPageElement", "isAccessibleForFree": False}, "x"])), None, None, True),
        (json_ld(news(isAccessibleForFree=True, hasPart={"isAccessibleForFree": "False"})), None, None, False),
        (json_ld(news(sponsor={"@type": "Organization", "name": "Bay Heat"})), None, True, None),
        (json_ld({"@type": "AnalysisNewsArticle", "headline": "Why"}), True, None, None),
        (json_ld({"@type": "ReportageNewsArticle", "headline": "Bridge opens"}), False, None, None),
        ("<meta property='article:opinion' content='true'>", True, None, None),
        ("<meta itemprop='isAccessibleForFree' content='false'>", None, None, True),
        ("<meta property='article:content_tier' content='locked'>", None, None, True),
        ("<meta property='article:content_tier' content='free'>", None, None, False),
        ("<meta property='article:content_tier' content='odd'>", None, None, None),
    ],
)
def test_flags_are_what_the_page_declares(
    head: str, opinion: bool | None, sponsored: bool | None, paywalled: bool | None
) -> None:
    found = read(head)
    assert (found.is_opinion, found.is_sponsored, found.is_paywalled) == (opinion, sponsored, paywalled)
