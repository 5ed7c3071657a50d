"""One form for texts that read the same, for hashing and comparing; never for showing or storing.

Two copies of a report differ in what typesetting does: white space and line breaks, curly or straight quotes, the kind
of dash, ligatures and full-width letters, invisible marks, headings in capitals. None of it is a difference of content,
so all of it is folded. Words, digits and punctuation stay: a changed figure is a changed text.
"""

from __future__ import annotations

import unicodedata

import numpy as np

_FOLDS: tuple[tuple[str, str], ...] = tuple(
    (character, plain)
    for characters, plain in (
        ("“”„‟«»″〝〞", '"'),
        ("‘’‚‛′‹›´`ʼ", "'"),
        ("‐‑‒–—―−⁃", "-"),
        # Soft hyphen, zero-width and direction marks, byte order mark.
        ("\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff", ""),
    )
    for character in characters
)
_ACUTE = "\u00b4"
_USUAL: tuple[tuple[str, str], ...] = (
    *((character, '"') for character in "“”"),
    *((character, "'") for character in "‘’`"),
    *((character, "-") for character in "–—"),
    ("\u00a0", " "),
    ("…", "..."),
)
"""Of what is folded, what most texts have: three of four are ASCII without it, which takes a quarter of the time. NFKC
leaves these characters as they are or replaces them in the same way."""
_SPACE = b" "
_PLAIN_ASCII = bytes(range(128)).lower().translate(bytes.maketrans(b"\t\n\v\f\r\x1c\x1d\x1e\x1f", 9 * _SPACE))
_PLAIN_ASCII += bytes(range(128, 256))


def normalise_text(text: str) -> str:
    """The form of a text in which copies of it are equal.

    Compatibility composition (NFKC) and case folding as Unicode's NFKC_Casefold does; quotes, apostrophes and dashes of
    all kinds to the ASCII ones, two hyphens to one; invisible marks out; every run of white space to one space, none
    around the text. Doing it twice changes nothing.
    """
    usual = fold_usual(text)
    if usual.isascii():
        return single_spaced(_one_hyphen(usual).encode().translate(_PLAIN_ASCII)).decode()
    # An acute accent that stands for an apostrophe would decompose to a space and a combining mark.
    folded = unicodedata.normalize("NFKC", text.replace(_ACUTE, "'")).casefold()
    folded = _fold(unicodedata.normalize("NFKC", folded), _FOLDS)
    return " ".join(_one_hyphen(folded).split())


def fold_usual(text: str) -> str:
    """The text with the quotes, dashes, spaces and dots of typesetting as ASCII has them; other characters stay."""
    return _fold(text, _USUAL)


def single_spaced(data: bytes) -> bytes:
    """The text with one space for each run of spaces, and none at its ends."""
    characters = np.frombuffer(data.strip(_SPACE), np.uint8)
    more = characters == _SPACE[0]
    more[1:] &= more[:-1].copy()
    return bytes(characters[~more])  # a third of the time of splitting and joining


def _fold(text: str, folds: tuple[tuple[str, str], ...]) -> str:
    for character, plain in folds:
        text = text.replace(character, plain)
    return text


def _one_hyphen(text: str) -> str:
    while "--" in text:
        text = text.replace("--", "-")
    return text
