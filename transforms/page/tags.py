"""The start tags of a page as they are written, before there is a tree.

libxml2 compares each attribute with all others of its tag, so a tag of tens of thousands takes it minutes.
"""

from __future__ import annotations

import re

_ONE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
"""An attribute, as a parser takes it: a quoted value may hold everything but its quotation mark."""
_ATTRIBUTE = re.compile(_ONE)
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+((?:{_ONE})*+)")

_CROWDED_CHARACTERS = 1_000
"""Of the attributes of a tag, from which on they are counted: below, there is no room for many."""


def most_attributes(page: str) -> int:
    """The most attributes that a tag of the page has, where one has hundreds; else 0.

    Takes time in proportion to the page, whatever is in it.
    """
    crowded = (found[1] for found in _TAG.finditer(page) if found.end(1) - found.start(1) > _CROWDED_CHARACTERS)
    return max((sum(1 for _ in _ATTRIBUTE.finditer(attributes)) for attributes in crowded), default=0)
