"""The extract stage: text and pages to documents, or the reason why not."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.builders import TEXT, make_extract_options, make_raw
from transforms.extract import ExtractOptions, extract
from transforms.records import ExtractedDocument, Rejection

OPTIONS = make_extract_options()
TITLE = "Harbour bridge reopens after eleven months"
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in TEXT.split("\n"))
PAGE = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{PARAGRAPHS}</article></body></html>"


def extracted(options: ExtractOptions = OPTIONS, **changes: Any) -> ExtractedDocument:
    result = extract(make_raw(**changes), options)
    assert isinstance(result, ExtractedDocument), result
    return result


def page(content: str | bytes = PAGE, **changes: Any) -> dict[str, Any]:
    return {"content": content.encode() if isinstance(content, str) else content, "media_type": "text/html"} | changes


def rejected(options: ExtractOptions = OPTIONS, **changes: Any) -> tuple[str, str]:
    result = extract(make_raw(**changes), options)
    assert isinstance(result, Rejection), result
    assert (result.doc_id, result.stage) == (make_raw().doc_id, "extract")
    return result.reason, result.detail


# ---------------------------------------------------------------------------------------------------------------- text


def test_plain_text_comes_out_as_it_is() -> None:
    document = extracted()
    assert document.text == TEXT
    assert (document.extractor, document.title, document.title_span, document.repairs) == ("text", None, None, ())


def test_a_headline_becomes_the_title_and_stays_in_the_text() -> None:
    document = extracted(content=f"{TITLE}\n\n{TEXT}".encode())
    assert (document.title, document.title_span) == (TITLE, (0, len(TITLE)))
    assert document.text == f"{TITLE}\n\n{TEXT}"


def test_what_the_input_gives_is_kept() -> None:
    document = extracted(
        title="  Ferries   return\n to the island ",
        authors=("By Ana Ruiz and Tom Okafor", "Staff"),
        published="3 May 2024",
        url="http://www.harbourpost.example/a/?utm_source=x",
        source_hint="harbourpost.example",
    )
    assert document.title == "Ferries return to the island"
    assert document.title_span is None
    assert document.authors == ("Ana Ruiz", "Tom Okafor")
    assert document.published_on == dt.date(2024, 5, 3)
    assert document.url == "https://harbourpost.example/a"
    assert document.source_hint == "harbourpost.example"


def test_what_the_input_gives_and_cannot_be_is_not_kept() -> None:
    document = extracted(title="— " * 9, published="soon", url="not a url", authors=("editor@harbourpost.example",))
    assert (document.title, document.published_on, document.url, document.authors) == (None, None, None, ())
    assert extracted(title="word " * 200).title is None


def test_a_date_after_the_document_was_fetched_is_none() -> None:
    fetched = dt.datetime(2024, 5, 3, 12, tzinfo=dt.UTC)
    assert extracted(published="2024-05-04", fetched_at=fetched).published_on == dt.date(2024, 5, 4)
    assert extracted(published="2024-05-05", fetched_at=fetched).published_on is None
    assert extracted(make_extract_options(latest_on=dt.date(2020, 1, 1)), published="2024-05-03").published_on is None


def test_a_moment_that_the_input_gives_is_kept_beside_its_day() -> None:
    document = extracted(published="2024-05-03T23:30:00-05:00")
    assert document.published_on == dt.date(2024, 5, 3)
    assert document.published_at == dt.datetime(2024, 5, 4, 4, 30, tzinfo=dt.UTC)
    assert extracted(published="2024-05-03").published_at is None
    assert extracted(published="2024-05-03T10:00:00").published_at is None


def test_repairs_are_named() -> None:
    assert extracted(content="Où étiez-vous cet été ?".encode("cp1252")).repairs == ("charset windows-1252",)


# ---------------------------------------------------------------------------------------------------------------- pages


def test_a_page_gives_its_paragraphs_as_lines_and_its_headline_as_title() -> None:
    document = extracted(**page())
    assert document.text == TEXT
    assert (document.extractor, document.title, document.title_span) == ("trafilatura", TITLE, None)


def test_given_facts_go_before_the_pages() -> None:
    content = PAGE.replace(
        "</head>",
        "<meta name='author' content='Ana Ruiz'><meta name='date' content='2024-05-03'>"
        "<link rel='canonical' href='https://harbourpost.example/a'></head>",
    )
    own = extracted(**page(content))
    assert (own.authors, own.published_on, own.url) == (
        ("Ana Ruiz",),
        dt.date(2024, 5, 3),
        "https://harbourpost.example/a",
    )
    url = "https://www.harbourpost.example/a?page=1"
    document = extracted(**page(content, title="Given title", authors=("Li Wei",), published="2024-05-01", url=url))
    assert (document.title, document.authors, document.published_on) == (
        "Given title",
        ("Li Wei",),
        dt.date(2024, 5, 1),
    )
    assert document.url == "https://harbourpost.example/a"
    nonsense = extracted(**page(content, published="soon", authors=("Staff",), title="–"))
    assert (nonsense.title, nonsense.authors, nonsense.published_on) == (TITLE, ("Ana Ruiz",), dt.date(2024, 5, 3))


def test_the_inputs_url_stands_where_the_page_has_none() -> None:
    assert extracted(**page(url="http://www.harbourpost.example/a#top")).url == "https://harbourpost.example/a"


def test_a_date_and_an_author_are_looked_for_in_the_text_of_the_page() -> None:
    content = PAGE.replace("</h1>", "</h1><p class='author'>Ana Ruiz</p><p>Published: May 3, 2024</p>")
    document = extracted(**page(content))
    assert document.published_on == dt.date(2024, 5, 3)
    assert document.authors == ("Ana Ruiz",)
    assert extracted(make_extract_options(latest_on=dt.date(2023, 1, 1)), **page(content)).published_on is None


def test_the_charset_of_the_response_goes_before_the_pages_own() -> None:
    content = PAGE.replace("<head>", "<head><meta charset='utf-8'>").replace("Councillor", "Stadträtin für Brücken")
    document = extracted(**page(content.encode("cp1252"), charset="windows-1252"))
    assert "Stadträtin für Brücken" in document.text
    assert document.repairs == ()
    assert "Stadträtin" in extracted(**page(content.encode("cp1252"))).text


def test_readers_comments_are_left_out() -> None:
    comments = (
        "<section id='comments' class='comments'><h3>Comments</h3><p>I have waited for that bridge, too.</p></section>"
    )
    assert "waited" not in extracted(**page(PAGE.replace("</body>", f"{comments}</body>"))).text


def test_entities_that_a_page_defines_itself_are_not_expanded() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
    text = extracted(**page(bomb + PAGE.replace("Councillor", "&b;&c; Councillor"))).text
    assert "aaaaaaaaaa" not in text
    assert "&b;" in text


def test_a_self_closed_root_element_loses_nothing() -> None:
    assert extracted(**page(PAGE.replace("<html>", "<html lang='en'/>"))).text == TEXT


def test_control_characters_of_a_page_are_no_obstacle() -> None:
    content = PAGE.replace("Councillor", "Coun\x00cil\x08lor\x0b&#1; &#x1f;&#xFFFF;")
    assert "Council" in extracted(**page(content)).text


# ----------------------------------------------------------------------------------------------------------- rejections


@pytest.mark.parametrize("content", [b"", b" \r\n\t ", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("media_type", ["text/plain", "text/html"])
def test_empty(content: bytes, media_type: str) -> None:
    assert rejected(content=content, media_type=media_type)[0] == "empty"


@pytest.mark.parametrize("media_type", ["text/plain", "text/html"])
def test_binary(media_type: str) -> None:
    reason, detail = rejected(content=b"%PDF-1.7" + bytes(range(256)), media_type=media_type)
    assert (reason, detail) == ("binary", "264 bytes beginning 25 50 44 46 2d 31 2e 37 are no text")


def test_too_large() -> None:
    options = make_extract_options(max_characters=100, max_page_characters=2_000)
    assert rejected(options, content=b"x" * 500) == ("too large", "500 bytes, more than the limit of 100 characters")
    assert rejected(options, content=b"x" * 101) == (
        "too large",
        "101 characters, more than the limit of 100 characters",
    )
    assert extracted(options, content=("é" * 100).encode("utf-32")).text == "é" * 100
    assert rejected(options, **page("<p>" + "x" * 9_000))[0] == "too large"
    assert rejected(options, **page(PAGE))[1].endswith("characters of main text, more than the limit of 100 characters")


@pytest.mark.parametrize(
    "content",
    [
        "<html><body></body></html>",
        "<html><head><title>Only a title</title></head><body><script>var a = 1</script></body></html>",
        "<!-- nothing -->",
        "\x00\x00",
        "<img src='a.png'>",
    ],
)
def test_no_main_text(content: str) -> None:
    assert rejected(**page(content))[0] == "no main text"


SCRIPTED = (
    '<head><title>Harbour bridge reopens on Monday</title><script type="application/ld+json">'
    '{{"@type": "NewsArticle", "headline": "Harbour bridge reopens on Monday", "articleBody": "{body}"}}</script>'
    "</head><body><div id='app'>Loading</div></body>"
)


def test_a_body_that_only_scripts_write_is_read_from_what_the_page_declares() -> None:
    body = "The harbour bridge reopens on Monday after repairs, the council said.\\n" * 5
    found = extracted(**page(SCRIPTED.format(body=body)))
    assert found.text.split("\n") == ["The harbour bridge reopens on Monday after repairs, the council said."] * 5
    marked = "<p>The harbour bridge reopens on Monday after repairs, the council said.</p>" * 5
    assert extracted(**page(SCRIPTED.format(body=marked))).text == found.text


def test_a_short_declared_body_does_not_go_before_what_is_seen() -> None:
    assert extracted(**page(SCRIPTED.format(body="The bridge."))).text == "Loading"


def test_a_declared_body_of_something_else_does_not_go_before_what_is_seen() -> None:
    body = "Subscribe now to read more of our stories.\\n" * 8
    assert "\n" not in extracted(**page(SCRIPTED.format(body=body))).text


CARRIED = "<head><title>{title}</title></head><body><div id='app'></div><script>push([1, {state}])</script></body>"
SENTENCES = "".join(
    f"<p>The harbour bridge reopens on Monday after repairs of {number} years, the council said to the press.</p>"
    for number in ("nine", "ten", "eleven", "twelve")
)


def test_a_body_that_only_the_state_in_scripts_carries_is_read() -> None:
    state = json.dumps(json.dumps({"menu": "Home", "body": f"<div>{SENTENCES}<figure>A bridge</figure></div>"}))
    found = extracted(**page(CARRIED.format(title="Harbour bridge reopens", state=state)))
    assert found.text.count("\n") == SENTENCES.count("</p>") - 1
    assert found.text.startswith("The harbour bridge reopens on Monday after repairs of nine years")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(SENTENCES[:200], id="too short"),
        pytest.param("<p>Subscribe now to read more of our stories.</p>" * 8, id="something else"),
        pytest.param("var bridge = reopens(); harbour += 1; " * 20, id="code"),
        pytest.param("<div>" * 210 + SENTENCES + "</div>", id="too deep"),
    ],
)
def test_a_carried_body_that_is_not_to_be_believed_is_not_taken(body: str) -> None:
    content = CARRIED.format(title="Harbour bridge reopens", state=json.dumps(body))
    assert rejected(**page(content))[0] == "no main text"


@pytest.mark.parametrize("depth", [210, 300, 5_000])
def test_a_page_too_deep_is_malformed(depth: int) -> None:
    content = "<div>" * depth + PARAGRAPHS + "</div>" * depth
    assert rejected(**page(content)) == ("malformed page", "elements nested deeper than max_tree_depth = 200")
    assert isinstance(extract(make_raw(**page("<div>" * 150 + PARAGRAPHS)), OPTIONS), ExtractedDocument)


def test_a_page_of_too_many_elements_is_malformed() -> None:
    options = make_extract_options(max_elements=50)
    reason, detail = rejected(options, **page("<p>a</p>" * 60))
    assert reason == "malformed page"
    assert detail.endswith("elements, more than max_elements = 50")


@pytest.mark.parametrize("error", [IndexError("a"), etree.XMLSyntaxError("b", 0, 0, 0), RecursionError("c")])
def test_a_page_that_a_library_fails_on_is_malformed(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(trafilatura, "bare_extraction", fail)
    reason, detail = rejected(**page())
    assert reason == "malformed page"
    assert type(error).__name__ in detail


# ------------------------------------------------------------------------------------------------------------ any input


@given(
    st.binary(max_size=600), st.sampled_from(["text/plain", "text/html"]), st.sampled_from([None, "latin-1", "utf-16"])
)
def test_no_bytes_make_it_raise(content: bytes, media_type: str, charset: str | None) -> None:
    assert_sound(extract(make_raw(content=content, media_type=media_type, charset=charset), OPTIONS))


pieces = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div class='byline'>",
        "</div>",
        "<table><tr><td>",
        "<ul><li>",
        "<h1>",
        "<a href='/x'>",
        "</a>",
        "<br/>",
        "<script type='application/ld+json'>",
        '{"@type": "NewsArticle", "author": [',
        "</script>",
        "<meta name='author' content='",
        "'>",
        "<time datetime='2020",
        "<html>",
        "<body>",
        "<head>",
        "<title>",
        "&#0;",
        "&#xD800;",
        "<!--",
        "-->",
        "<![CDATA[",
        "<iframe>",
        "<svg>",
        "<math>",
        "<select><option>",
        "<template>",
        "<frameset>",
        "<noscript>",
        "<plaintext>",
        TEXT,
    ]
)


@settings(max_examples=300)
@given(st.lists(st.one_of(pieces, pieces, st.text(max_size=20)), max_size=30))
def test_no_page_makes_it_raise(parts: list[str]) -> None:
    content = "".join(parts).encode("utf-8", "replace")
    assert_sound(
        extract(make_raw(content=content, media_type="text/html", url="https://harbourpost.example/a"), OPTIONS)
    )


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_given_fact_makes_it_raise(title: str, author: str, published: str, url: str) -> None:
    assert_sound(extract(make_raw(title=title, authors=(author,), published=published, url=url), OPTIONS))


def assert_sound(result: ExtractedDocument | Rejection) -> None:
    if isinstance(result, Rejection):
        assert result.reason in {"empty", "binary", "too large", "no main text", "malformed page"}
        result.detail.encode()
        return
    assert result.text == "\n".join(line.rstrip() for line in result.text.split("\n")).strip("\n")
    assert result.text
    for value in (result.text, result.title, result.url, result.site_name, *result.authors):
        (value or "").encode()
    if result.title_span:
        assert "\n" not in result.text[slice(*result.title_span)]


@pytest.mark.parametrize(
    ("published", "day", "moment"),
    [
        ("2024-05-03T10:30:00Z", dt.date(2024, 5, 3), dt.datetime(2024, 5, 3, 10, 30, tzinfo=dt.UTC)),
        ("2024-05-03T23:30:00-05:00", dt.date(2024, 5, 3), dt.datetime(2024, 5, 4, 4, 30, tzinfo=dt.UTC)),
        ("Fri, 03 May 2024 10:30:00 +0200", dt.date(2024, 5, 3), dt.datetime(2024, 5, 3, 8, 30, tzinfo=dt.UTC)),
        ("1714732200", dt.date(2024, 5, 3), dt.datetime(2024, 5, 3, 10, 30, tzinfo=dt.UTC)),
        ("1714732200000", dt.date(2024, 5, 3), dt.datetime(2024, 5, 3, 10, 30, tzinfo=dt.UTC)),
        ("2024-05-03 10:30:00", dt.date(2024, 5, 3), None),
        ("2024-05-03", dt.date(2024, 5, 3), None),
    ],
)
def test_the_time_of_day_of_a_rows_date(published: str, day: dt.date, moment: dt.datetime | None) -> None:
    document = extracted(published=published)
    assert (document.published_on, document.published_at) == (day, moment)


def test_a_tag_of_thousands_of_attributes_is_refused_before_it_is_parsed() -> None:
    crowded = f"<body {' '.join(f'a{n}=1' for n in range(2000))}>{PARAGRAPHS}</body>"
    assert rejected(**page(crowded)) == (
        "malformed page",
        "2,000 attributes in one tag, more than max_attributes = 1,000",
    )


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_text_of_nothing_but_lines_is_refused(end: str) -> None:
    problem = ("too large", "60,000 lines, more than max_lines = 50,000")
    assert rejected(content=(f"a{end}" * 59_999 + "a").encode()) == problem
