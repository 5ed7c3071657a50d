"""Dates and authors that readers see beside an article, and those that are not the article's."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.builders import data_file, make_extract_options
from transforms.page.bylines import address_day
from transforms.page.metadata import PageMetadata, read_page
from transforms.page.places import PlaceWordError, parse_place_words

RULES = make_extract_options().page_rules
PROSE = (
    "<p>The island council has cancelled the night ferry to the mainland from November, saying that on most crossings "
    "the crew outnumbers the passengers.</p><p>The late boat was introduced on 12 March 1998 after a campaign that was "
    "led by the present council leader, Orla Vind, who was then a teacher.</p><p>It will be reviewed in June 2031.</p>"
)
DAY = dt.date(2024, 5, 3)
HEADING = "<h1>Council cancels the night ferry</h1>"


def read(around: str, lang: str = "en", url: str | None = None) -> PageMetadata:
    page = (
        f"<html lang='{lang}'><head><title>Council cancels the night ferry</title></head><body>{around}</body></html>"
    )
    return read_page(html.document_fromstring(page), RULES, url, dt.date(2026, 12, 31))


def article(line: str = "", after: str = "", lang: str = "en") -> PageMetadata:
    whole = f"{HEADING}{line}<div>{PROSE}</div>{after}"
    return read(f"<header class='site'><b>Post</b></header><main><article>{whole}</article></main>", lang)


# --------------------------------------------------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("<p class='published'>Published: 3 May 2024, 10:05</p>", "en"),
        ("<p>3 May 2024</p>", "en"),
        ("<div class='byline'>By Jane Doe | May 3rd, 2024</div>", "en"),
        ("<time datetime='2024-05-03T09:00:00+02:00'>2 hours ago</time>", "en"),
        ("<time datetime='05/03/2024'>May 3, 2024</time>", "en"),
        ("<time datetime='05/03/2024'>May 3</time>", "en-US"),
        ("<span class='date'>03/05/2024</span>", "en-GB"),
        ("<span class='date'>03/05/2024</span>", "ca"),
        ("<span class='data'>3 de maio de 2024 às 10h</span>", "pt"),
        ("<span class='date'>Freitag, 3. Mai 2024</span>", "de"),
        ("<span class='date'>令和6年5月3日</span>", "ja"),
        ("<span>2024년 5월 3일 오전</span>", "ko"),
        ("<span>3 พฤษภาคม 2567</span>", "th"),
        ("<span class='date'>3 мая 2024</span>", "ru"),
        ("<p>Posted 3 May 2024. Updated 5 May 2024</p>", "en"),
        ("<p>Last updated 5 May 2024</p><p>First published 3 May 2024</p>", "en"),
        ("<aside><time datetime='2024-05-03'>May 3</time></aside>", "en"),
        ("<p>May 3, 2024, 5:41 p.m.</p>", "en"),
        ("<p>3. maj 2024 kl. 10.00</p>", "da"),
        ("<p>2024. május 3. 10:00</p>", "hu"),
        ("<p>03.05.24, 10:00 Uhr</p>", "de"),
        ("<span class='date'>05/03/24</span>", "en-US"),
        ("<span class='timestamp' data-timestamp='1714730400'>2 days ago</span>", "en"),
        ("<abbr class='published' title='2024-05-03T10:00:00+01:00'>Friday</abbr>", "en"),
    ],
)
def test_a_day_beside_the_headline_is_the_day_of_publication(line: str, lang: str) -> None:
    assert article(line, lang=lang).published_on == DAY


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("<p>Updated 5 May 2024, 10:12 | First published 3 May 2024</p>", "en"),
        ("<p>3 May 2024 (Updated: 5 May 2024)</p>", "en"),
        ("<p>Stand: 5. Mai 2024, 08:12 Uhr | Erstellt: 3. Mai 2024</p>", "de"),
        ("<p class='date'>Publié le 3 mai 2024, mis à jour le 5 mai 2024 à 07h41</p>", "fr"),
        ("<p>2024-05-03 kl. 06:30 • Uppdaterad 2024-05-05 kl. 08:00</p>", "sv"),
        ("<p>公開日：2024年5月3日 更新日：2024年5月5日</p>", "ja"),
        (
            "<time datetime='2024-05-05'>Actualizado: 5 may</time><time datetime='2024-05-03'>Creado</time>",
            "es",
        ),
        ("<b>Updated</b> <time datetime='2024-05-05'>5 May</time> <time datetime='2024-05-03'>3 May</time>", "en"),
        ("<time class='updated' datetime='2024-05-05'>x</time><time datetime='2024-05-03'>y</time>", "en"),
        ("<dl><dt>Updated</dt><dd>5 May 2024</dd><dt>Published</dt><dd>3 May 2024</dd></dl>", "en"),
    ],
)
def test_the_words_before_a_day_say_what_it_is_of(line: str, lang: str) -> None:
    found = article(line, lang=lang)
    assert (found.published_on, found.modified_on) == (DAY, dt.date(2024, 5, 5))


@pytest.mark.parametrize(
    "around",
    [
        "",
        "<footer>&copy; 2024 Harbour Post</footer>",
        "<footer>Copyright 1998-2024 Harbour Post, 1 January 2024</footer>",
        "<div class='comments'><p>Rat <time datetime='2024-07-20'>20 July</time></p></div>",
        "<section itemprop='comment'><time itemprop='datePublished' datetime='2024-07-20'>20 July</time></section>",
        "<aside><h2>More</h2><h3><a href='/1'>Bakery queue</a></h3> <time datetime='2024-07-20'>x</time></aside>",
        "<div><div class='item'><h3><a href='/1'>Bakery queue</a></h3><time datetime='2024-07-20'>x</time></div></div>",
        "<p>an hour ago</p>",
        "<ul><li><a href='/1'>Bakery queue stretches past the mint</a> <time datetime='2024-07-20'>x</time></li></ul>",
        "<div><a href='/1'>Bakery queue stretches past <time datetime='2024-07-20'>20 July</time></a></div>",
        "<script>{'expires': '2026-01-31T00:00:00Z'}</script>",
    ],
)
def test_no_date_is_invented(around: str) -> None:
    assert article(after=around).published_on is None


@pytest.mark.parametrize(
    "line",
    [
        "<p>The last boat leaves on 9 November 2026.</p>",
        "<p>It was founded on 12 March 1998 by three fishermen from Sund who had lost their boats.</p>",
        "<div class='event-info'>9 November 2026</div>",
        "<h2>What the council said about the boats on 9 November 2024</h2>",
    ],
)
def test_a_day_that_a_short_line_tells_of_is_not_the_articles(line: str) -> None:
    assert article(line).published_on is None


def test_the_day_above_a_headline_without_a_part_of_its_own_is_the_sites() -> None:
    assert read(f"<div class='date'>Sunday, 30 June 2024</div>{HEADING}{PROSE}").published_on is None
    assert read(f"<div class='date'>Sunday, 30 June 2024</div>{HEADING}<p>3 May 2024</p>{PROSE}").published_on == DAY


def test_the_day_in_the_masthead_is_not_the_articles() -> None:
    clock = (
        "<header><div class='today'><time datetime='2024-06-30'>Sunday, 30 June 2024</time></div><a>News</a></header>"
    )
    main = f"<main>{HEADING}{{}}<div>{PROSE}</div></main>"
    assert read(clock + main.format("<p>3 May 2024</p>")).published_on == DAY
    assert read(clock + main.format("")).published_on is None


@pytest.mark.parametrize("lang", ["en", "", "en-CA", "ja"])
def test_a_day_in_unknown_order_is_none(lang: str) -> None:
    assert article("<p class='date'>03/05/2024</p>", lang=lang).published_on is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2024/05/03/ferry", "2024-05-03"),
        ("https://a.example/news/2024-05-03-ferry", "2024-05-03"),
        ("https://a.example/news/20240503-ferry.html", "2024-05-03"),
        ("https://a.example/article/A2024050314320005196", "2024-05-03"),
        ("https://a.example/2024/05/ferry", None),
        ("https://a.example/2024/13/03/ferry", None),
        ("https://a.example/news/1202405031", None),
        ("https://[a", None),
        (None, None),
    ],
)
def test_days_in_addresses(url: str | None, day: str | None) -> None:
    assert address_day(url) == day


def test_the_address_says_the_day_where_the_page_does_not() -> None:
    assert read(f"<main>{HEADING}{PROSE}</main>", url="https://a.example/2024/05/03/ferry").published_on == DAY


# -------------------------------------------------------------------------------------------------------------- authors

RIVER = (
    "<section class='river'><div class='river-item'><h3><a href='/1'>Tram depot sold</a></h3>"
    "<div class='byline'>15 minutes ago <a rel='author' href='/s'>Rolf Stein</a></div></div></section>"
)
CARDS = "<div><div><h3><a href='/1'>Tram depot sold</a></h3><p class='byline'>By Rolf Stein</p></div></div>"
READERS = "<section id='kommentare'><span itemprop='author'><b itemprop='name'>Harbour Rat</b></span></section>"
BIO = "<div class='author-bio'>Tim Vance and <a rel='author' href='/x'>Ina Boyd</a> also write about boats.</div>"


@pytest.mark.parametrize("after", ["", RIVER, CARDS, READERS, BIO])
@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p class='byline'>By <a rel='author' href='/n'>Jane Doe</a></p>", ("Jane Doe",)),
        (
            "<div class='byline'>Posted <time>Jul 15, 2024</time> by <a href='/p'>Jane Doe</a> (@doe)</div>",
            ("Jane Doe",),
        ),
        ("<div class='byline'>Jane Doe <a href='/x'>Follow @doe</a></div>", ("Jane Doe",)),
        ("<p class='byline'>Words: Jane Doe. Pictures: Tim Vance</p>", ("Jane Doe",)),
        ("<p class='byline'>Jane Doe for The Tarn Courier</p>", ("Jane Doe",)),
        ("<p class='byline'><span>July 15, 2024</span></p>", ()),
        ("<p>Report: Jane Doe</p>", ("Jane Doe",)),
        ("<p>By Jane Doe and John Roe</p>", ("Jane Doe", "John Roe")),
        ("<p>By <span itemprop='author'><span itemprop='name'>Jane Doe</span></span></p>", ("Jane Doe",)),
        ("<p>By the sea and far away</p>", ()),
        ("<figure><figcaption class='byline'>Photo by Tim Vance</figcaption></figure>", ()),
        (
            "<span class='authors'><span class='author'>By: <a rel='author' href='/1'>Jane Doe</a></span>"
            "<span class='author'>, <a rel='author' href='/2'>John Roe</a></span></span>",
            ("Jane Doe", "John Roe"),
        ),
    ],
)
def test_authors_are_read_from_the_articles_byline_alone(line: str, names: tuple[str, ...], after: str) -> None:
    assert article(line, after).authors == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p>3 May 2024 | 2 min | By Jane Doe</p>", ("Jane Doe",)),
        ("<div class='info'>19 января 2024, 12:40 4 312 Автор: <a>Иван Иванов</a></div>", ("Иван Иванов",)),
        ("<div><span>By Jane Doe</span> <span>FRI 3 MAY 2024</span></div>", ("Jane Doe",)),
        ("<div class='author'><a>Jane Doe</a><span>Political Correspondent</span></div>", ("Jane Doe",)),
        ("<ul class='authors'><li>Jane Doe</li><li>John Roe</li></ul>", ("Jane Doe", "John Roe")),
        ("<ul class='credits'><li>Texto: Ana Pérez</li><li>Fotos: Luis Gil</li></ul>", ("Ana Pérez",)),
        ("<p>来源：新华社 作者：王小明 责任编辑：李华 2024-05-03 09:41</p>", ("王小明",)),
        ("<p>记者 王小明 2024-05-03 09:41</p>", ("王小明",)),
        ("<span>홍길동 기자</span>", ("홍길동",)),
        ("<p>文・山田太郎</p>", ("山田太郎",)),
        ("<div>כתבה: דנה לוי</div>", ("דנה לוי",)),
        ("<div>كتب الصيادون رسالة طويلة إلى المجلس</div>", ()),
    ],
)
def test_a_byline_is_found_within_its_line(line: str, names: tuple[str, ...]) -> None:
    assert article(line, lang="").authors == names


@pytest.mark.parametrize(
    "after",
    [
        "<footer class='entry-footer'>Posted by <span class='fn'>Jane Doe</span></footer>",
        "<div class='post-footer'><span class='post-author'>Posted by Jane Doe</span></div>",
    ],
)
def test_an_articles_own_footer_names_its_author(after: str) -> None:
    assert article(after=after).authors == ("Jane Doe",)


def test_the_last_line_of_a_text_with_line_breaks_alone_may_be_a_byline() -> None:
    text = "<br><br>".join(["The night ferry from the mainland is cancelled from November on." * 3] * 3)
    assert read(f"{HEADING}<div>{text}<br><br>Autor: Erika Muster</div>", "de").authors == ("Erika Muster",)


def test_a_byline_after_the_text_counts_where_none_is_above_it() -> None:
    assert article(after="<p class='author'>Jane Doe</p>").authors == ("Jane Doe",)
    assert article(after="<p>Von Erika Muster</p>", lang="de").authors == ("Erika Muster",)


def test_an_account_name_gives_way_to_a_person() -> None:
    head = "<meta name='author' content='jdoe'>"
    assert read(f"{head}<main>{HEADING}<p class='byline'>By Jane Doe</p>{PROSE}</main>").authors == ("Jane Doe",)
    assert read(f"{head}<main>{HEADING}{PROSE}</main>").authors == ("jdoe",)


def test_meta_authors_is_read() -> None:
    assert read(f"<meta name='authors' content='Jane Doe, John Roe'>{HEADING}{PROSE}").authors == (
        "Jane Doe",
        "John Roe",
    )


def test_the_next_articles_byline_and_day_are_not_the_articles() -> None:
    other = f"<h1>Cider makers win</h1><p class='byline'>By Rolf Stein</p><time datetime='2024-07-20'></time>{PROSE}"
    for joined in (
        f"<div>{HEADING}{PROSE}{other}</div>",
        f"<article>{HEADING}{PROSE}</article><article>{other}</article>",
    ):
        found = read(joined)
        assert (found.authors, found.published_on) == ((), None)


# -------------------------------------------------------------------------------------------------------------- bounds


@settings(deadline=None, max_examples=80)
@given(
    st.lists(
        st.sampled_from(
            [
                "<div class='byline'>",
                "</div>",
                "<h1>A b c d</h1>",
                "By Jane Doe",
                "3 May 2024",
                "<p>",
                "<time>",
                "<article>",
                PROSE,
            ]
        ),
        max_size=40,
    )
)
def test_any_page_is_read(parts: list[str]) -> None:
    found = read("".join(parts))
    assert found.published_on in (None, DAY)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[[group]]", "[[group"), "not TOML"),
        (('reason = "Elements that name', 'why = "Elements that name'), "needs id, words"),
        (('match = ["c-byline__name"', 'match = ["footer"'), "'footer' comes out wrong in group 'byline'"),
    ],
)
def test_a_wrong_place_words_file_says_what_is_wrong(change: tuple[str, str], message: str) -> None:
    text = data_file("place_words.toml").read_text("utf-8").replace(*change, 1)
    with pytest.raises(PlaceWordError, match=message):
        parse_place_words(text)
