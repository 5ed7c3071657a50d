"""A page as its readers see it: each kind of markup that public bug reports of extractors are about, in variants."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.builders import data_file
from transforms.page.blocks import Blocks, parse_container_words, read_blocks
from transforms.page.marks import read_marks
from transforms.page.visible import show_as_read

WORDS = parse_container_words(data_file("container_words.toml").read_text("utf-8"))
FIRST = "Ferries to the outer islands will sail again from Friday, the harbour office of Sund said."
SECOND = "Four sailings had been cancelled since the storm, and two hundred lorries were waiting."
THIRD = "The pier was repaired in nine days by a firm that had built it eleven years before."


def seen(body: str, head: str = "") -> Blocks:
    """The blocks that are seen of a page with this body."""
    tree = html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    show_as_read(tree, WORDS, read_marks(tree).names)
    return read_blocks(tree, WORDS)


def article(middle: str) -> str:
    """An article's body with something after its first paragraph."""
    return f"<article><div class='body'><p>{FIRST}</p>{middle}<p>{SECOND}</p><p>{THIRD}</p></div></article>"


@pytest.mark.parametrize(
    "ruby",
    [
        "<ruby>図書館<rt>としょかん</rt></ruby>",
        "<ruby><rb>図書館</rb><rt>としょかん</rt></ruby>",
        "<ruby>図書館<rp>（</rp><rt>としょかん</rt><rp>）</rp></ruby>",
        "<ruby>図<rt>と</rt>書<rt>しょ</rt>館<rt>かん</rt></ruby>",
        "<ruby><b>図書館</b><rtc><rt>としょかん</rt></rtc></ruby>",
    ],
)
def test_furigana_leave_the_word_that_they_stand_over(ruby: str) -> None:
    assert seen(f"<p>市立{ruby}は開館します。</p>").texts == ["市立図書館は開館します。"]


@pytest.mark.parametrize(
    "opening",
    [
        "<p><span class='drop-cap'>F</span>erries",
        "<div class='dropcap'>F</div><p>erries",
        "<p class='lettrine'>F</p><p>erries",
        "<p><img class='cap' alt='F' src='f.png'>erries",
        "<p><span aria-hidden='true'>F</span>erries",
        "<p><span aria-hidden='true'>F</span><span class='sr-only'>F</span>erries",
        "<p><i class='sr-only'>Ferries</i><i aria-hidden='true'>F</i><i aria-hidden='true'>erries</i>",
    ],
)
def test_an_initial_joins_its_word(opening: str) -> None:
    assert seen(f"{opening} sail again.</p>").texts == ["Ferries sail again."]


def test_a_letter_that_begins_no_word_stays_a_block() -> None:
    assert seen("<div>A</div><p>Ferries sail again.</p>").texts == ["A", "Ferries sail again."]
    assert seen("<table><tr><td><p>A</p><p>ferry sails.</p></td></tr></table>").texts == ["A", "ferry sails."]


@pytest.mark.parametrize(
    "hidden",
    [
        "<span hidden>[check]</span>",
        "<span style='display:none'>Loading</span>",
        "<span style='color:red; display : none'>Loading</span>",
        "<em style='visibility: hidden'>Loading</em>",
        "<span style='position:absolute; left:-9999px'>Loading</span>",
        "<span class='sr-only'>opens in a new tab</span>",
        "<span class='link screen-reader-text'>opens in a new tab</span>",
        "<span class='visually-hidden'>opens in a new tab</span>",
        "<i class='material-icons'>open_in_new</i>",
        "<span aria-hidden='true'>#</span>",
    ],
)
def test_words_that_are_not_shown_leave_their_sentence(hidden: str) -> None:
    assert seen(f"<p>Ferries sail{hidden} again.</p>").texts == ["Ferries sail again."]


def test_hidden_parts_and_hidden_headings_are_left_to_the_model() -> None:
    body = f"<h1 class='sr-only'>Ferries sail</h1><div hidden><p>{FIRST}</p></div>"
    assert seen(body).texts == ["Ferries sail", FIRST]


@pytest.mark.parametrize(
    ("sheet", "is_shown"),
    [
        (".meta { display: none; }", False),
        ("p{margin:0}.x,.meta{color:red;display:none!important}", False),
        ("#m { display:none }", False),
        ("@media print { .meta { display: none } }", True),
        (".js .meta { display: none }", True),
        (".meta:empty { display: none }", True),
        (".metadata { display: none }", True),
    ],
)
def test_a_style_sheet_hides_by_a_plain_name(sheet: str, is_shown: bool) -> None:
    body = f"<div class='meta' id='m'><p>{SECOND}</p></div><p>{FIRST}</p>"
    assert (SECOND in seen(body, f"<style>{sheet}</style>").texts) == is_shown


def test_a_style_sheet_hides_no_whole_article() -> None:
    body = f"<div class='text'><h1>Ferries</h1><p>{FIRST}</p></div>"
    assert FIRST in seen(body, "<style>.text { display: none }</style>").texts


@pytest.mark.parametrize(
    "word",
    [
        "<x-term ref='1'>ferries</x-term>",
        "<person>ferries</person>",
        "<button class='glossary'>ferries</button>",
        "<x-a><x-b>ferries</x-b></x-a>",
        "ferries<img src='boat.png'>",
        "ferries<picture><source srcset='b'><img src='b'></picture>",
        "ferries<button type='button'>i</button>",
        "ferries<svg><text>x</text></svg>",
        "fer<wbr>ries",
        "<bdi>ferries</bdi>",
    ],
)
def test_a_sentence_is_whole_whatever_elements_stand_in_it(word: str) -> None:
    assert seen(f"<p>Four {word} sail again.</p>").texts == ["Four ferries sail again."]


def test_a_frameworks_own_paragraphs_stay_blocks() -> None:
    assert seen(f"<div><x-p>{FIRST}</x-p><x-p>{SECOND}</x-p></div>").texts == [FIRST, SECOND]
    assert seen(f"<x-body>Sund<p>{FIRST}</p></x-body>").texts == ["Sund", FIRST]


def test_an_emoji_drawn_as_a_picture_is_read() -> None:
    assert seen("<p>Sail on <img class='emoji' alt='⛴'> again.</p>").texts == ["Sail on ⛴ again."]


@pytest.mark.parametrize(
    "mark",
    [
        "<sup><a href='#n2'>2</a></sup>",
        "<a href='#n2'><sup>2</sup></a>",
        "<sup id='cite_ref-2'>2</sup>",
        "<sup>[2]</sup>",
        "<a class='footnote-ref' href='#fn2'>2</a>",
        "<a role='doc-noteref' href='#fn2'>[2]</a>",
        "<sup><a href='/story#note'>*</a></sup>",
    ],
)
def test_footnote_marks_change_no_figure(mark: str) -> None:
    assert seen(f"<p>The pier was built in 2009{mark}.</p>").texts == ["The pier was built in 2009."]


def test_powers_and_ordinals_stay() -> None:
    text = "It covers 10<sup>6</sup> m<sup>2</sup> on the 4<sup>th</sup> pier, said Mr X<sup>III</sup>."
    assert seen(f"<p>{text}</p>").texts == ["It covers 10⁶ m2 on the 4th pier, said Mr XIII."]


@pytest.mark.parametrize(
    "between",
    [
        "<span class='ad'>Advertisement</span>",
        "<div class='slot'>ADVERTISEMENT</div>",
        "<div><p>Anzeige</p></div>",
        "<aside>- Werbung -</aside>",
        "<ins>Publicité</ins>",
    ],
)
def test_an_advertisements_label_breaks_no_sentence(between: str) -> None:
    assert seen(f"<div><p>Ferries will sail {between} again from Friday.</p></div>").texts == [
        "Ferries will sail again from Friday."
    ]


def test_the_word_for_advertising_stays_in_a_sentence() -> None:
    assert seen("<p>The <b>advertisement for a ferry</b> ran.</p>").texts == ["The advertisement for a ferry ran."]


@pytest.mark.parametrize(
    "picture",
    [
        "<div class='img-wrap'><img src='a'><p>A ferry at dawn.</p></div>",
        "<div class='wp-image'><div><img src='a'></div><span>A ferry at dawn.</span></div>",
        "<table><tr><td><img src='a'></td></tr><tr><td><i>A ferry at dawn.</i></td></tr></table>",
        "<p><img src='a'><br><em>A ferry at dawn.</em></p>",
        "<center><img src='a'><br><small>A ferry at dawn.</small></center>",
        "<div class='photo'><a href='/big'><img src='a'></a>A ferry at dawn.</div>",
    ],
)
def test_a_pictures_words_are_its_caption(picture: str) -> None:
    found = seen(article(picture))
    assert [tag for text, tag in zip(found.texts, found.tags, strict=True) if text == "A ferry at dawn."] == [
        "figcaption"
    ]
    assert found.texts[0] == FIRST and found.texts[-1] == THIRD


def test_a_paragraph_with_a_picture_is_no_caption() -> None:
    found = seen(article(f"<p><img src='a'>{SECOND}</p><div class='image-text'><img src='b'><p>{SECOND * 4}</p></div>"))
    assert "figcaption" not in found.tags


def test_a_box_of_buttons_amid_paragraphs_is_no_text() -> None:
    box = (
        "<div><h2>Your data</h2><p>We and our partners store cookies.</p><button>Yes</button><button>No</button></div>"
    )
    assert seen(article(box)).texts == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "box",
    [
        "<form><p>Get our letter.</p><input type='email'><button>Sign up</button></form>",
        "<div><h3>The Letter</h3><p>All of it, every day.</p><form><input type='text'></form><p>Our terms.</p></div>",
        "<div><h4>Should it pay?</h4><label><input type='radio'>Yes</label><label><input type='radio'>No</label></div>",
        "<div><p>The Letter, every Friday.</p><p><a href='/newsletter/quay'>Sign up here</a></p></div>",
        "<amp-ad><div fallback>No ad today</div></amp-ad>",
        "<amp-img src='a'><div placeholder>Loading</div></amp-img>",
    ],
)
def test_a_form_or_an_offer_amid_paragraphs_is_no_text(box: str) -> None:
    assert seen(article(box)).texts == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "body",
    [
        f"<form id='aspnet'><input name='q'><p>{FIRST}</p><p>{SECOND}</p></form>",
        f"<p>By Ana</p><p>3 May</p><div><p>{FIRST}</p><p>{SECOND}</p><form><input name='q'></form></div>",
        f"<div><p>{FIRST}</p><p>{SECOND} <a href='/newsletter'>Our letter</a> said so first.</p></div>",
    ],
)
def test_an_article_within_or_around_a_form_stays(body: str) -> None:
    texts = "".join(seen(body).texts)
    assert FIRST in texts and SECOND in texts


@pytest.mark.parametrize("heading", ["3 comments", "Comments (12)", "Kommentare", "12 комментариев", "コメント"])
def test_what_follows_a_heading_of_comments_is_named_for_it(heading: str) -> None:
    found = seen(f"<div><p>{FIRST}</p><section><h3>{heading}</h3><ol><li><p>{SECOND}</p></li></ol></section></div>")
    assert [bool(words & 1) for words in found.words] == [False, False, True]


def test_a_heading_with_more_words_names_no_comments() -> None:
    assert not any(seen(f"<h3>The minister comments</h3><div><p>{FIRST}</p></div>").words)


def test_empty_lines_part_preformatted_paragraphs() -> None:
    found = seen(f"<pre>{FIRST}\n\n{SECOND}\n  \n{THIRD}</pre><pre>a = 1\nb = 2</pre>")
    assert found.texts == [FIRST, SECOND, THIRD, "a = 1 b = 2"]
    assert seen(f"<p>{FIRST}</p><pre>a = 1\n\nb = 2</pre>").texts == [FIRST, "a = 1 b = 2"]


def test_a_button_that_opens_a_paragraph_is_its_heading() -> None:
    item = f"<div><button aria-expanded='false'>When do they sail?</button><div hidden><p>{FIRST}</p></div></div>"
    found = seen(item)
    assert (found.texts, found.tags) == (["When do they sail?", FIRST], ["h3", "p"])
    assert found.ancestors == [0, 0]


def test_prose_is_no_teaser_whatever_its_container_is_called() -> None:
    found = seen(f"<div class='related-text with-share'><p>{FIRST}</p><p>{SECOND}</p></div>")
    assert found.words == [0, 0]
    linked = seen(f"<div class='related-text'><p><a href='/x'>{FIRST}</a></p><p>{SECOND}</p></div>")
    assert all(linked.words)


def test_text_for_readers_without_scripts_is_read_where_it_is_an_article() -> None:
    paragraphs = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    assert seen(f"<noscript>{paragraphs}</noscript>").texts == [FIRST, SECOND, THIRD]
    assert seen(f"<p>{FIRST}</p><noscript><p>Please switch on scripts.</p></noscript>").texts == [FIRST]


_PARTS = st.sampled_from(
    [
        *("<p>", "</p>", "<div class='image'>", "</div>", "<span hidden>", "</span>", "<sup>2</sup>", "<img alt='F'>"),
        *("<ruby>a<rt>b", "<x-y>", "</x-y>", "<button aria-expanded=true>", "</button>", "<table><tr><td>", "Anzeige"),
        *("<noscript>", "<style>.x{display:none}</style>", "<i class='x material-icons'>", " text ", "F", "e", "1"),
        *("<a class='footnote'>2</a>", "<a href='#1'><sup>", "</sup></a>", "<section>", "<h1>", "<em>", "</em>"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PARTS, max_size=40))
def test_no_markup_makes_it_raise(parts: list[str]) -> None:
    seen("".join(parts))
