"""Leftovers of HTML in text that is no page: character references and inline tags in columns of text and titles.

Only what is certainly markup is undone, since texts also speak of tags, compare numbers and quote code:

* a character reference has a name that HTML knows, or a number, and its semicolon (``AT&T`` and ``a=1&copy=2`` stay);
* a tag has a name that HTML knows for text, and its closing tag is there, too, or it needs none (``List<String>`` and
  ``a < b`` stay); where every tag of a text stands by itself between spaces or quotation marks, the text speaks of
  tags, and all stay;
* what stands between backquotes is code.
"""

from __future__ import annotations

import html
import quopri
import re
from html.entities import html5

import re2

_BREAKING = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
"""Elements that stand on lines of their own."""
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
    ]
)
_ALONE = frozenset(("br", "hr", "img", "wbr"))
"""Elements without a closing tag."""
_HIDDEN = ("script", "style", "iframe", "noscript", "svg")
_MAY_STAY_OPEN = frozenset(("p", "li", "td", "th", "tr", "dd", "dt"))
_KNOWN = _BREAKING | _INLINE | _ALONE | frozenset(_HIDDEN)

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,9})((?:\s[^<>]{0,2000})?)/?>")
_UNSEEN = re2.compile("(?is)<!--.*?-->|" + "|".join(rf"<{name}\b[^<>]*>.*?</{name}\s*>" for name in _HIDDEN))
"""Comments and elements whose content nobody reads."""
_CODE = re.compile(r"(`{1,3})[^`]{1,2000}\1")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TWICE = re.compile(r"&amp;(?=(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_ESCAPED_TAG = re.compile(r"&(?:amp;)?lt;/?(?:p|br|b|i|em|strong|a|div|span|ul|li|h[1-6])\b", re.I)
_SPACES = re.compile(r"[ \t]{0,20}\n[ \t]{0,20}")
_EMPTY_LINES = re.compile(r"\n{3,}")

MIN_LONE_BREAKS = 3
"""Line break tags from which even those between spaces are markup: nobody speaks of them so often."""

MIN_QUOTED = 3
_QUOTED = re.compile(r"=(?:[0-9A-F]{2}|\n)")

MIN_ESCAPED_LINE_ENDS = 2
_ESCAPED_LINE_END = re.compile(r"(?<!\\)(?:\\r)?\\n")

_OPENING = frozenset("\"'“‘«„`([{")
_CLOSING = frozenset("\"'”’»“`)]},.;:!?")


def undo_markup(text: str) -> str:
    """The text with tags and character references undone where they certainly are markup; else the text itself.

    ``br`` becomes a line break and a block a paragraph of its own; other tags go and their content stays. What an
    escaped page had as tags (``&lt;p&gt;``) is markup, too.

    Args:
        text: of a column or a file that is no HTML page.
    """
    if "&" not in text and "<" not in text:
        return text
    if "`" not in text:
        return _undone(text)
    pieces: list[str] = []
    position = 0
    for code in _CODE.finditer(text):
        pieces += (_undone(text[position : code.start()]), code.group())
        position = code.end()
    return "".join(pieces) + _undone(text[position:])


def undo_escaped_line_ends(text: str) -> str:
    """The text with line ends for ``\\n``, where it has these two characters at the ends of its paragraphs.

    Tables that were written by one program and read by another hold text so. A single one, or one inside a line of
    code or a path, stays.

    Args:
        text: of a column or a file that is no HTML page.
    """
    if text.count("\\n") < MIN_ESCAPED_LINE_ENDS or ("\n" in text and "\\n\\n" not in text):
        return text
    return _ESCAPED_LINE_END.sub("\n", text)


def undo_quoted_printable(text: str) -> str:
    """The text with the encoding of e-mail undone (RFC 2045, section 6.7) where it certainly is in it.

    That is where every equals sign stands before two hexadecimal digits or at the end of a line, as often as
    :data:`MIN_QUOTED`, and what the digits say is UTF-8.

    Args:
        text: clean text with LF line ends.
    """
    signs = text.count("=")
    if signs < MIN_QUOTED or len(_QUOTED.findall(text)) < signs:
        return text
    try:
        return quopri.decodestring(text.encode()).decode()
    except UnicodeError:
        return text


def _undone(text: str) -> str:
    if _ESCAPED_TAG.search(text) and "<" not in text:
        text = _without_references(text)
    return _without_references(_without_tags(text))


def _without_references(text: str) -> str:
    """Character references undone; of those that were escaped twice, both times."""
    if "&" not in text:
        return text
    return _REFERENCE.sub(_character, _TWICE.sub("&", text))


def _character(match: re.Match[str]) -> str:
    reference = match.group()
    if reference[1] != "#" and reference[1:] not in html5:
        return reference
    return html.unescape(reference).replace("\xa0", " ")


def _without_tags(text: str) -> str:
    if "<" not in text or not _is_marked_up(text):
        return text
    text = _SPACES.sub("\n", _TAG.sub(_in_place_of, _UNSEEN.sub("", text)))
    return _EMPTY_LINES.sub("\n\n", text).strip("\n")


def _is_marked_up(text: str) -> bool:
    """Whether the tags of a text are its markup, and not what it speaks of."""
    opened: set[str] = set()
    closed: set[str] = set()
    in_use: set[str] = set()
    lone_breaks = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name not in _KNOWN:
            continue
        (closed if match[1] else opened).add(name)
        if not _is_mentioned(text, match.start(), match.end()):
            in_use.add(name)
        elif name == "br":
            lone_breaks += 1
    return lone_breaks >= MIN_LONE_BREAKS or not in_use.isdisjoint(_ALONE | _MAY_STAY_OPEN | (opened & closed))


def _is_mentioned(text: str, start: int, end: int) -> bool:
    """Whether a tag stands like a word: between spaces, quotation marks or brackets on one line."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before in _OPENING or before in (" ", "")) and (after in _CLOSING or after in (" ", ""))


def _in_place_of(match: re.Match[str]) -> str:
    name = match[2].lower()
    if name not in _KNOWN:
        return match.group()
    if name == "br":
        return "\n"
    if name in ("td", "th"):
        return " "
    if name in ("li", "tr", "dd", "dt"):
        return "\n"
    return "\n\n" if name in _BREAKING else ""
