"""The marks of a page's make."""

from __future__ import annotations

import pytest
from lxml import html

from transforms.page.marks import MAX_LINE_CHARACTERS, PageMarks, mark_rule, read_marks

PAGE = """
<html class="js" data-template="thread_view"><head>
<meta name="Generator" content="XenForo 2.3"><meta property="og:type" content="website">
<title> Wheels -
 Bicycle Forum </title><link rel="next" href="/2">
</head><body class="Wide" id="XF"><div itemscope
 itemtype="https://schema.org/DiscussionForumPosting" class="message-Body">
<article>One</article><article>Two</article><button><span>Post</span> reply</button>
<a class="Btn btn--big" href="/new">New topic</a><a class="crumb" href="/">Home</a><a href="tel:+1555">Ring us</a>
<input type="radio"><input type="number"><input type="text"></div></body></html>
"""


def test_everything_is_read_in_lower_case() -> None:
    marks = read_marks(html.document_fromstring(PAGE))
    assert marks.generator == "xenforo 2.3"
    assert marks.own_names.split() == ["js", "thread_view", "wide", "xf"]
    assert marks.title == "wheels - bicycle forum"
    assert marks.buttons == "post reply\nnew topic"
    assert marks.calls == 1
    assert marks.names == "js wide message-body btn btn--big crumb"
    assert marks.item_types == {"discussionforumposting"}
    assert marks.meta_names == {"generator", "og:type"}
    assert marks.is_in_sequence
    assert marks.choices == 2
    assert marks.elements["article"] == 2


def test_a_bare_page_has_no_marks() -> None:
    marks = read_marks(html.document_fromstring("<p>One</p>"))
    assert (marks.generator, marks.own_names, marks.title, marks.buttons, marks.names) == ("", "", "", "", "")
    assert not marks.item_types
    assert not marks.is_in_sequence


def test_what_is_read_is_bounded() -> None:
    tree = html.document_fromstring(f"<title>{'wheel ' * 9000}</title>" + "<button>Reply</button>" * 900)
    marks = read_marks(tree)
    assert len(marks.title) == MAX_LINE_CHARACTERS
    assert marks.buttons.count("\n") < 200


@pytest.mark.parametrize(
    ("place", "text", "count"),
    [("title", "a forum", 1), ("title", "the forums", 0), ("names", "bigforumbox", 1), ("buttons", "forum\nforum", 2)],
)
def test_words_stand_alone_but_in_names(place: str, text: str, count: int) -> None:
    entry = {"id": "x", "place": place, "words": ["forum"], "reason": "r", "match": ["forum"], "keep": ["wheel"]}
    assert mark_rule(entry).count(text) == count


def test_the_default_is_empty() -> None:
    assert PageMarks().elements == {}
