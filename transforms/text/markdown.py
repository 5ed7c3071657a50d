"""Leftovers of Markdown in plain text: what converters of pages and static sites write between the words.

A text is taken for Markdown only where it has what nobody writes by chance: a heading of two or more number signs, one
as the first line, or words in brackets with an address in parentheses behind them. Stars and underscores alone are no
sign, since people write them, too. Code stays as it is.
"""

from __future__ import annotations

import re

import re2

_ADDRESS = (
    r"(?:<[^<>\n]*>|(?:https?:|/|\.|#|mailto:)[^()\s]*(?:\([^()\s]*\)[^()\s]*)?)"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
)
"""Where a link leads, and the title that may follow."""
_IMAGE = re2.compile(rf"!\[[^\[\]\n]*\]\({_ADDRESS}\)")
_LINK = re2.compile(rf"\[([^\[\]\n]*)\]\({_ADDRESS}\)")
_DEFINITION = re2.compile(r"(?m)^ {0,3}\[[^\[\]\n]+\]:[ \t]+https?://\S+[^\n]*\n?")
"""Where a link leads that the text names by a number or a word."""
_REFERENCE = re2.compile(r"\[([^\[\]\n]+)\]\[[^\[\]\n]*\]")
_HEADING = re2.compile(r"(?m)^ {0,3}(#{1,6})[ \t]+(\S[^\n]*?)[ \t]*(?:[ \t]#+)?[ \t]*$")
_UNDERLINE = re2.compile(r"(?m)^(\S[^\n]*)\n(?:={3,}|-{3,})[ \t]*$")
_RULE = re2.compile(r"(?m)^ {0,3}(?:-[ \t]*-[ \t]*-[- \t]*|\*[ \t]*\*[ \t]*\*[* \t]*|_[ \t]*_[ \t]*_[_ \t]*)$\n?")
_QUOTATION = re2.compile(r"(?m)^ {0,3}(?:> ?)+")
_EMPHASIS = (
    re.compile(r"(?<!\\)\*\*(?=\S)([^*\n]+)(?<![\s\\])\*\*"),
    re.compile(r"(?<![\w\\])__(?=\S)([^_\n]+)(?<![\s\\])__(?!\w)"),
    re.compile(r"(?<![\w*\\])\*(?=\S)([^*\n]+)(?<![\s\\])\*(?![\w*])"),
    re.compile(r"(?<![\w\\])_(?=\S)([^_\n]+)(?<![\s\\])_(?!\w)"),
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPTY_LINES = re.compile(r"\n{3,}")


def undo_markdown(text: str) -> str:
    """The text without the marks of Markdown where it certainly is Markdown; else the text itself.

    Headings, links and emphasis keep their words; pictures, rules and the addresses of links go. Marks of lists stay.

    Args:
        text: clean text with LF line ends.
    """
    if "```" in text or not _is_markdown(text):
        return text
    text = _DEFINITION.sub("", _IMAGE.sub("", text))
    text = _REFERENCE.sub(r"\1", _LINK.sub(r"\1", text))
    text = _RULE.sub("", _UNDERLINE.sub(r"\1\n", _HEADING.sub(r"\2", text)))
    text = _QUOTATION.sub("", text)
    for emphasis in _EMPHASIS:
        text = emphasis.sub(r"\1", text)
    return _EMPTY_LINES.sub("\n\n", _ESCAPE.sub(r"\1", text)).strip("\n")


def _is_markdown(text: str) -> bool:
    if "](" in text and (_LINK.search(text) or _IMAGE.search(text)):
        return True
    return "# " in text and any(
        len(heading[1]) > 1 or not text[: heading.start()].strip() for heading in _HEADING.finditer(text)
    )
