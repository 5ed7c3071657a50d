"""Long texts that a page's scripts carry as data, for pages whose text scripts write on arrival.

Frameworks put a page's state into it as JSON, often as a string within a string. Only the strings are found here; which
of them is the article, and whether it is to be believed, belong to the extract stage.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson
import re2

MIN_TEXT_CHARACTERS = 250
"""Shorter strings are descriptions and notices."""
MAX_SCRIPT_CHARACTERS = 2_000_000
"""Looked through on one page."""
MAX_LEVELS = 3
"""Strings within strings: a state within a script's call, and JSON within the state."""
MAX_TEXTS = 10
MAX_CODE_SHARE = 0.02
"""Of braces, equals signs and the like in a text; scripts and style sheets have 0.05 and more."""
MIN_LETTER_SHARE = 0.6
"""Of letters, marks and spaces in a text; encoded pictures pass this, and fail for having no words."""
MAX_WORD_CHARACTERS = 400
"""Of the longest run without a space; scripts without spaces between words have sentences that end sooner."""

_STRING = re2.compile(r'(?s)"(?:[^"\\]|\\.)*"')
_KEY_END = '":'
"""What JSON has and prose and markup have not."""
_CODE = "{}[]=;\\<>_$"


def long_texts(scripts: Iterable[str]) -> list[str]:
    """The longest strings in scripts' JSON that are no JSON themselves, the longest first, at most MAX_TEXTS.

    Args:
        scripts: the scripts' source, as a page has it.
    """
    found: dict[str, None] = {}
    sources, left = [], MAX_SCRIPT_CHARACTERS
    for script in scripts:
        if MIN_TEXT_CHARACTERS < len(script) <= left:
            sources.append(script)
            left -= len(script)
    for _ in range(MAX_LEVELS):
        strings = [text for source in sources for text in _strings_in(source)]
        sources = [text for text in strings if _KEY_END in text]
        found |= dict.fromkeys(text for text in strings if _KEY_END not in text)
    return sorted(found, key=len, reverse=True)[:MAX_TEXTS]


def is_prose(text: str) -> bool:
    """Whether a text without markup is written for people, and not for machines."""
    if sum(map(text.count, _CODE)) > MAX_CODE_SHARE * len(text):
        return False
    letters = sum(character.isalpha() or character.isspace() for character in text)
    return letters >= MIN_LETTER_SHARE * len(text) and max(map(len, text.split()), default=0) <= MAX_WORD_CHARACTERS


def _strings_in(source: str) -> list[str]:
    """The long JSON strings of a source, decoded; those that are no JSON are left out."""
    texts = []
    for match in _STRING.finditer(source):
        if match.end() - match.start() >= MIN_TEXT_CHARACTERS + len('""'):
            try:
                texts.append(orjson.loads(match[0]))
            except ValueError:
                continue
    return texts
