"""The one article of a page that shows more, each kind in variants; the model chooses what it chooses in a run."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.builders import data_file, make_extract_options, make_raw
from transforms.extract import extract
from transforms.page.article import count_posts, one_article
from transforms.page.blocks import Blocks, parse_container_words, read_blocks
from transforms.page.main_text import PageFacts, measure, write
from transforms.records import ExtractedDocument

WORDS = parse_container_words(data_file("container_words.toml").read_text("utf-8"))
OPTIONS = make_extract_options()
TITLE = "Ferries sail again to the outer islands"
OWN = [
    "Ferries to the outer islands will sail again from Friday, the harbour office of Sund said on Wednesday.",
    "Four sailings had been cancelled since the storm, and two hundred lorries were waiting on the quay.",
    "The pier was repaired in nine days by the firm that had built it, which worked through three nights.",
    "“We slept in the site hut and ate what the islanders brought,” said foreman Ivo Kant, who led the work.",
]
OTHER_TITLE = "Goat wins the village race for the third year"
OTHER = [
    "A goat called Madame has won the race around the village of Ober-Elm for the third year in a row.",
    "She covered the four kilometres in eleven minutes and ate the wreath before it could be hung on her.",
    "Her owner, Rita Zand, said that there was no trick to it, and that the goat simply disliked the crowd.",
]


def paragraphs(*texts: str) -> str:
    """Paragraph elements."""
    return "".join(f"<p>{text}</p>" for text in texts)


def text_of(body: str, head: str = "", url: str = "https://sundpost.example/news/ferries-sail") -> str:
    """The main text of a page with this body."""
    menu = "<header><nav><ul><li><a href='/n'>News</a></li><li><a href='/s'>Sport</a></li></ul></nav></header>"
    title = f"<title>{TITLE} | Sund Post</title><meta property='og:title' content='{TITLE}'>"
    page = (
        f"<html lang='en'><head>{title}{head}</head><body>{menu}{body}<footer><p>© Sund Post</p></footer></body></html>"
    )
    found = extract(make_raw(content=page.encode(), media_type="text/html", url=url), OPTIONS)
    assert isinstance(found, ExtractedDocument)
    return found.text


OWN_ARTICLE = (
    f"<article><h1>{TITLE}</h1><p class='byline'>By Ana Ruiz</p><div class='text'>{paragraphs(*OWN)}</div></article>"
)


@pytest.mark.parametrize(
    "further",
    [
        f"<div class='next'><h1>{OTHER_TITLE}</h1><div class='text'>{paragraphs(*OTHER)}</div></div>",
        f"<article><h1>{OTHER_TITLE}</h1><div class='text'>{paragraphs(*OTHER)}</div></article>",
        f"<article><h2>{OTHER_TITLE}</h2><p class='byline'>By Jo Brandt</p><div>{paragraphs(*OTHER)}</div></article>",
        f"<article><header><h2>{OTHER_TITLE}</h2><time>3 May</time></header><div>{paragraphs(*OTHER)}</div></article>",
        f"<section><div class='story'><h1>{OTHER_TITLE}</h1>{paragraphs(*OTHER)}</div></section>" * 3,
    ],
)
def test_a_page_that_runs_on_has_its_own_article_only(further: str) -> None:
    assert text_of(f"<main>{OWN_ARTICLE}{further}</main>") == "\n".join(OWN)


def test_what_follows_may_be_the_first_in_an_article_element() -> None:
    own = f"<div class='col'><h1>{TITLE}</h1><div class='text'>{paragraphs(*OWN)}</div></div>"
    other = f"<article><h2>{OTHER_TITLE}</h2><p class='byline'>By Jo Brandt</p>{paragraphs(*OTHER)}</article>"
    assert text_of(own + other) == "\n".join(OWN)


def test_headings_within_the_article_end_nothing() -> None:
    parts = f"{paragraphs(*OWN)}<h1>What comes next</h1>{paragraphs(*OTHER)}"
    text = text_of(f"<main><article><h1>{TITLE}</h1><div class='text'>{parts}</div></article></main>")
    assert all(line in text.split("\n") for line in [*OWN, *OTHER])


def test_the_entries_of_a_live_report_belong_to_it() -> None:
    entries = "".join(
        f"<article class='entry'><time>1{n}:00</time><h2>Update {n}</h2>{paragraphs(line)}</article>"
        for n, line in enumerate(OTHER + OWN[1:])
    )
    text = text_of(f"<main><h1>{TITLE}</h1><p>{OWN[0]}</p>{entries}</main>")
    assert all(line in text.split("\n") for line in [*OTHER, *OWN[1:]])


@pytest.mark.parametrize(
    "quotation",
    [
        "<blockquote class='pullquote'><p>We slept in the site hut and ate what the islanders brought</p></blockquote>",
        "<p class='highlight'><em>“We slept in the site hut and ate what the islanders brought”</em></p>",
        "<div class='quote'>„We slept in the site hut and ate what the islanders brought.“</div>",
        "<aside><p>We slept in the site hut…</p></aside>",
    ],
)
def test_a_pulled_quotation_is_said_once(quotation: str) -> None:
    body = f"<article><h1>{TITLE}</h1>{paragraphs(*OWN[:2])}{quotation}{paragraphs(*OWN[2:])}</article>"
    assert text_of(body).count("We slept in the site hut") == 1


@pytest.mark.parametrize(
    "copy",
    [
        f"<div class='mobile'><h2>{TITLE}</h2>{paragraphs(*OWN)}</div>",
        f"<div class='full'>{' '.join(reversed(OWN))}</div>",
        paragraphs(*OWN),
    ],
)
def test_a_second_copy_of_the_article_is_left(copy: str) -> None:
    text = text_of(f"<main><article><h1>{TITLE}</h1><div class='text'>{paragraphs(*OWN)}</div>{copy}</article></main>")
    assert [text.count(line) for line in OWN] == [1] * len(OWN)
    assert text.startswith("\n".join(OWN))


@pytest.mark.parametrize("arrow", [">>", "»", "→", "►", "👉"])
def test_a_paragraph_that_points_to_another_page_is_left(arrow: str) -> None:
    pointer = f"<p>{arrow} <a href='/goat'>{OTHER_TITLE}</a></p>"
    body = f"<article><h1>{TITLE}</h1>{paragraphs(*OWN[:2])}{pointer}{paragraphs(*OWN[2:])}</article>"
    assert OTHER_TITLE not in text_of(body)


def test_loose_text_of_one_element_goes_together() -> None:
    body = f"<section><h1>{TITLE}</h1><p>{OWN[0]}</p>{OWN[1]}<div><p>{OWN[2]}</p></div>{OWN[3]}</section>"
    assert text_of(f"<main>{body}</main>") == "\n".join(OWN)


TEASERS = "".join(
    f"<li><a href='/t/{n}'>{line}</a></li>"
    for n, line in enumerate(
        ["Depot sale has three bidders", "Why the tram smells of tar", *OTHER, "Rowers wait a week"]
    )
)


ITEMS = ["Yachts leave by Saturday noon", "The basin is drained", "Divers take the gates off"]
LIST = "".join(f"<li>{item}</li>" for item in ITEMS)


@pytest.mark.parametrize(
    ("part", "is_kept"),
    [
        (f"<p>This is what comes next:</p><div><ul>{LIST}</ul></div>", True),
        (f"<ul>{LIST}</ul>", True),
        (f"<dl><dt>{ITEMS[0]}</dt><dd>{ITEMS[1]}</dd><dt>{ITEMS[2]}</dt></dl>", True),
        (
            f"<table><tr><td>Basin</td><td>{ITEMS[0]}</td></tr><tr><td>{ITEMS[1]}</td><td>{ITEMS[2]}</td></tr></table>",
            True,
        ),
        (f"<ul>{LIST.replace('<li>', '<li><a href=/x>').replace('</li>', '</a></li>')}</ul>", False),
    ],
)
def test_lists_and_tables_amid_paragraphs_are_the_articles(part: str, is_kept: bool) -> None:
    story = f"<div class='story'>{paragraphs(*OWN[:2])}{part}{paragraphs(*OWN[2:])}</div>"
    text = text_of(f"<div class='col'><h1>{TITLE}</h1>{story}</div>")
    assert all(line in text for line in OWN)
    assert [item in text for item in ITEMS] == [is_kept] * len(ITEMS)


CARDS = "".join(
    f"<div class='t'><h4><a href='/n/{n}'>{OTHER_TITLE} {n}</a></h4><p>{line}</p></div>" for n, line in enumerate(OTHER)
)


@pytest.mark.parametrize(
    "around", ["<div class='more'>{}</div>", "<section><h3>Also in the news</h3>{}</section>", "{}"]
)
def test_teasers_with_a_sentence_behind_the_article_are_left(around: str) -> None:
    article = f"<div class='story'>{paragraphs(*OWN)}{around.format(CARDS[: CARDS.index('</div>') + 6])}</div>"
    assert text_of(f"<div><h1>{TITLE}</h1>{article}</div>") == "\n".join(OWN)


def test_an_article_of_boxes_with_linked_headings_is_whole() -> None:
    text = text_of(f"<main><article><h1>{TITLE}</h1><p>{OWN[0]}</p>{CARDS}</article></main>")
    assert all(line in text for line in OTHER)


@pytest.mark.parametrize("body_text", ["\n\n".join(OWN), "".join(f"<p>{line}</p>" for line in OWN)])
@pytest.mark.parametrize(
    "seen",
    [
        f"<div id='root'></div><aside><h2>Most read</h2><ul>{TEASERS}</ul></aside>",
        f"<div id='root'></div><div class='list'><ul>{TEASERS * 2}</ul></div>",
        f"<div id='root'></div><section>{paragraphs(*OTHER)}</section>",
    ],
)
def test_teasers_are_not_the_article_where_the_page_declares_one(body_text: str, seen: str) -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": body_text})
    text = text_of(seen, f"<script type='application/ld+json'>{data}</script>")
    assert [line for line in text.split("\n") if line] == OWN


def test_teasers_are_not_the_article_where_scripts_carry_it() -> None:
    state = json.dumps({"state": {"html": "".join(f"<p>{line}</p>" for line in OWN * 2)}})
    text = text_of(f"<div id='root'></div><ul>{TEASERS}</ul>", f"<script>window.state = {state}</script>")
    assert OWN[0] in text and OTHER[0] not in text


@pytest.mark.parametrize(
    "ends", ["</body>", "</body></html>", "</div></article></main></body></html>", "</BODY>\n</HTML>\n", "</html>"]
)
def test_what_follows_an_early_end_of_the_page_is_part_of_it(ends: str) -> None:
    halves = f"{paragraphs(*OWN[:2])}{ends}{paragraphs(*OWN[2:])}"
    body = f"<main><article><h1>{TITLE}</h1><div class='text'>{halves}</div></article></main>"
    assert text_of(body) == "\n".join(OWN)


def test_a_second_page_in_the_page_is_not_joined_to_the_first() -> None:
    frame = f"<html><body><div><p>{OTHER[0]}</p></div></body></html>"
    assert text_of(f"<main>{OWN_ARTICLE}</main></body></html>{frame}") == "\n".join(OWN)


def blocks(body: str) -> Blocks:
    """The blocks of a page with this body."""
    return read_blocks(html.document_fromstring(f"<html><body>{body}</body></html>"), WORDS)


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("<tr><td>Sund</td><td>12</td></tr><tr><td>Elm</td><td>9</td></tr>", ["Sund | 12", "Elm | 9"]),
        ("<tr><td><p>Sund</p></td><td><p>12</p></td></tr>", ["Sund | 12"]),
        ("<tr><th>Sund</th><td><ul><li>north</li><li>south</li></ul></td></tr>", ["Sund | north south"]),
        ("<tr><td><div><p>Sund</p></div></td><td><span>12</span></td></tr>", ["Sund | 12"]),
        (f"<tr><td>{paragraphs(*OWN)}</td><td><p>menu</p></td></tr>", [*OWN, "menu"]),
    ],
)
def test_a_row_of_data_is_a_line_and_a_layouts_cells_are_not(rows: str, lines: list[str]) -> None:
    found = blocks(f"<table>{rows}</table>")
    assert write(found, range(len(found))).split("\n") == lines


def test_whole_posts_below_headlines_that_lead_to_them_are_counted() -> None:
    post = f"<article><h2><a href='/p'>{OTHER_TITLE}</a></h2>{paragraphs(*OTHER)}</article>"
    for body, count in ((post * 3, 3), (post * 2, 0), (OWN_ARTICLE + post * 3, 0)):
        found = blocks(body)
        assert count_posts(found, range(len(found))) == count


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["<h1>", "<h2>One", "</h1>", "<p>", OWN[0], "<article>", "</article>", "<a>x</a>"]), max_size=40
    ),
    st.data(),
)
def test_what_is_kept_is_in_order_and_once(parts: list[str], data: st.DataObject) -> None:
    found = blocks("".join(parts))
    if len(found):
        chosen = sorted(data.draw(st.sets(st.integers(0, len(found) - 1))))
        kept = one_article(found, measure(found, "", PageFacts()), chosen, "One")
        assert kept == sorted(set(kept))
        assert set(kept) <= set(range(len(found)))
