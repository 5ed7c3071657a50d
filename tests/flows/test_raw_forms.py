"""Raw text as people have it, through all pure stages: wrapped, marked up, in short lines, under a byline."""

# ruff: noqa: E501 - one paragraph a line

from __future__ import annotations

import textwrap

import pytest

from flows.pipeline import Processed, process
from flows.tools import Tools
from tests.builders import make_raw
from tests.shortcuts import bundled_tools
from tests.transforms.text.test_wrapping import THAI
from transforms.strip import restore

HEADLINE = "Island school keeps its only teacher for another year"
PARAGRAPHS = [
    "The only teacher on the island of Orsel will stay for another year, the county school board decided on Thursday"
    " evening after a debate of three hours.",
    "Eleven children go to the school, which was built in 1908 and has been threatened with closure four times since the"
    " ferry was cut to two crossings a day.",
    '"I had packed my books," said the teacher, Petra Oduya, who came for a summer nineteen years ago. "Now I have to'
    ' unpack them again."',
    "The board pays her salary out of a fund for lighthouses, because the last lighthouse on the coast was switched off"
    " in the spring and the money was left over.",
]
JUNK = "READ ALSO: Ferry company cuts its winter service to the islands and raises the price of a ticket"
COPYRIGHT = "© 2024 Marlowe Gazette. All rights reserved."


@pytest.fixture(scope="module")
def tools() -> Tools:
    return bundled_tools()


def processed(tools: Tools, text: str, **changes: object) -> Processed:
    end = process(make_raw(content=text.encode(), **changes), tools)
    assert isinstance(end, Processed), end
    return end


@pytest.mark.parametrize("width", [60, 72, 80, 100])
@pytest.mark.parametrize("between", ["\n\n", "\r\n\r\n"])
def test_wrapped_text_is_an_article_without_its_junk(tools: Tools, width: int, between: str) -> None:
    pieces = [HEADLINE, *PARAGRAPHS, JUNK, COPYRIGHT]
    end = processed(tools, between.join(textwrap.fill(piece, width) for piece in pieces))
    article = end.article
    assert (article.title, article.is_article, article.language) == (HEADLINE, True, "en")
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert "hard-wrapped lines" in article.repairs
    assert restore(article.text, end.cuts) == "\n\n".join(pieces)


def test_markup_in_text_and_title(tools: Tools) -> None:
    text = "<br><br>".join([*PARAGRAPHS, JUNK, "&copy; 2024 Marlowe Gazette. All rights reserved."])
    text = text.replace('"', "&quot;").replace("Orsel", "<b>Orsel</b>").replace("closure", "<i>closure</i>")
    end = processed(
        tools, text, title="Dorn &amp; Sons lend the <em>island</em> a teacher", authors=("Ada O&#39;Neil",)
    )
    assert end.article.text == "\n\n".join(PARAGRAPHS)
    assert end.article.title == "Dorn & Sons lend the island a teacher"
    assert end.article.authors == ("Ada O'Neil",)
    assert "markup" in end.article.repairs


SHORT_LINES = {
    "letters": """Readers write about the last ferry

The decision to cut the winter ferry brought forty letters to the editor in a week. We print the shortest of them here.

Sir,

I am ninety and I swim.

Yours,

Ada Marsh, Orsel

Dear Editor,

They never asked us.

We asked them.

Tom Hale

Lower Sayan""",
    "results": """County elections: the results in full

Turnout rose to 71 per cent in the county elections on Sunday, and the Harbour List won a majority for the first time.

North Shore

Petrov (Harbour List) 2,104

Hale (Labour) 1,998

Sayan

Brandt (Harbour List) 1,702

Sule (Independent) 1,001

Seats: Harbour List 14, Labour 9, Independents 4""",
    "awards": """Boat builders' prizes: the full list

The prizes of the county's boat builders were given in Dorn on Friday night, and half of them went to one family.

Best hull: The Iva Marie

Best sail: Hale and Daughter

Best restoration: Low Water

Best apprentice: Mira Sule

Prize of the jury: Stove""",
    "hearing": """"I kept the key": the harbour master is heard

The harbour master answered the committee for an hour on Monday. These are the passages that matter to the case.

CHAIR: Had you a key?

HALE: Yes.

CHAIR: One?

HALE: One for each shed.

MEMBER: And the book?

HALE: There was no book.

(Laughter)

CHAIR: Thank you.""",
    "poem": """A poem for the lighthouse

The county switched off its last lighthouse on Friday. The poet Oskar Lindqvist read this from the gallery at midnight.

Now the rock is a rock again,

and the night is a night,

and the boats that come home

come home by the light

of a kitchen, a match,

of a hand held out,

and whatever it was

that we argued about.""",
    "recipe": """How to cook eel as they do on Orsel

Eel is smoked everywhere on the coast, but on Orsel it is boiled, and nobody there will tell you why it tastes better.

You need

1 eel, skinned

3 potatoes

half a lemon

salt

Steps

Cut the eel into eight.

Boil it with the potatoes.

Serve with the lemon.""",
    "names": """The nine who kept the light

The county has named the nine people who kept the lighthouse since it was built in 1911. A stone with their names is to follow.

Joren Hale, 1911-1923

Ada Hale, 1923-1931

Tomas Reyelund, 1931-1946

Iva Petrov, 1946-1952

Solveig Brandt, 1952-1977

Milo Trent, 1977-1998""",
}


@pytest.mark.parametrize("kind", SHORT_LINES)
def test_pieces_in_short_lines_are_articles_with_their_titles(tools: Tools, kind: str) -> None:
    article = processed(tools, SHORT_LINES[kind]).article
    assert (article.is_article, article.article_reason) == (True, "prose")
    assert article.title == SHORT_LINES[kind].split("\n", 1)[0]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["Bridge reopens after long repairs", "Council votes for a new school", "Weather", "Sport"] * 4),
        "All our stories about the bridge, the newest first, are on this page for you to read.\n\n"
        + "\n\n".join(f"Council argues about the bridge in {place}" for place in ("Dorn", "Sayan", "Orsel") * 4),
        "\n".join(f"Ferry news https://example.org/ferries/{number}" for number in range(12)),
    ],
)
def test_lists_of_headlines_labels_and_addresses_are_not(tools: Tools, text: str) -> None:
    article = processed(tools, text).article
    assert article.article_reason.startswith("link list")


@pytest.mark.parametrize(
    "block",
    [
        "By Lena Okafor\n\nMarch 12, 2024 / 10:32 AM / Marlowe Gazette\n\nShare",
        "By Lena Okafor, Staff Writer\n\nUpdated March 12, 2024 10:32 a.m.",
        "Lena Okafor\n\n12.03.2024",
        "Published 3 May 2024 | 4 min read",
    ],
)
def test_a_headline_over_a_byline_block(tools: Tools, block: str) -> None:
    text = "\n\n".join([HEADLINE, block, *PARAGRAPHS])
    article = processed(tools, text).article
    assert article.title == HEADLINE
    assert HEADLINE not in article.text


def test_short_paragraphs_without_full_stops_are_an_article_under_its_headline(tools: Tools) -> None:
    article = processed(tools, "\n\n".join(THAI)).article
    assert (article.title, article.is_article, article.language) == (THAI[0], True, "th")
    assert article.text == "\n\n".join(THAI[1:])


def test_markdown_is_text_with_a_title(tools: Tools) -> None:
    body = [PARAGRAPHS[0], "## What comes next", *PARAGRAPHS[1:], f"[{JUNK}](https://marlowegazette.example/ferries)"]
    article = processed(tools, f"# {HEADLINE}\n\n" + "\n\n".join(body)).article
    assert article.title == HEADLINE
    assert article.text == "\n\n".join([PARAGRAPHS[0], "What comes next", *PARAGRAPHS[1:]])
    assert "markdown" in article.repairs
