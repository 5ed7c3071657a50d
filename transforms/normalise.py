"""One form for texts that read the same, for hashing and comparing; never for showing or storing.

Two copies of a report differ in what typesetting does: white space and line breaks, curly or straight quotes, the kind
of dash, ligatures and full-width letters, invisible marks, headings in capitals. None of it is a difference of content,
so all of it is folded. Words, digits and punctuation stay: a changed figure is a changed text.
"""

from __future__ import annotations

import unicodedata

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


def normalise_text(text: str) -> str:
    """The form of a text in which copies of it are equal.

    Compatibility composition (NFKC) and case folding as Unicode's NFKC_Casefold does; quotes, apostrophes and dashes of
    all kinds to the ASCII ones, two hyphens to one; invisible marks out; every run of white space to one space, none
    around the text. Doing it twice changes nothing.
    """
    if text.isascii():
        folded = text.lower().replace("`", "'")
    else:
        # An acute accent that stands for an apostrophe would decompose to a space and a combining mark.
        folded = unicodedata.normalize("NFKC", text.replace(_ACUTE, "'")).casefold()
        folded = _fold(unicodedata.normalize("NFKC", folded))
    while "--" in folded:
        folded = folded.replace("--", "-")
    return " ".join(folded.split())


def _fold(text: str) -> str:
    for character, plain in _FOLDS:
        text = text.replace(character, plain)
    return text
