"""Templates: lines that stand word for word in many articles of one source, and so belong to its pages, not to a story.

Here is what a line is compared by, and when a recurring line counts as a template. The warehouse counts, over the
extracted texts (so that nothing depends on what was cut before, or on the order of documents); ``strip`` cuts.

Tried on 22,441 articles of 235 sources and 300 of them with every line labelled, each judged by the others of its
source: whole lines in five other documents find 27% of the junk, in three with the conditions below 29%, neither loses
a line of text. Lines that recur over several sources, and recurring openings of lines (two to six words, or up to a
colon), were tried as well and left out: the best opening finds 4% of the junk and loses three lines of text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from transforms.records import LineKeys, StrippedLine
from transforms.text.counts import count_words

SURE_DOCUMENTS = 6
"""Articles with a line from which on it is a template, whatever it is."""

FEW_DOCUMENTS = 4
"""Articles that do for a line of :data:`FEW_WORDS` words without a name and a colon at its head."""

FEW_WORDS = 4
"""Shorter lines recur by chance: "Conclusion", "He is not alone."."""

MAX_KEYS = 2000
"""Lines of a document that are counted, the longest; bounds what a hostile document can store."""

NAME_CHARACTERS = 40
"""What stands before a colon and is not longer may be a name: a speaker's, a question's."""

_EDGES = (
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\r\u00a0\u200b\u3000“”„‘’‚«»‹›–—―…•·●▪■►▶→"
    "。、「」『』（）【】《》！？：，；،؛؟।"
)
_OTHER_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\uff10-\uff19]")
"""Arabic, Persian, Devanagari, Bengali and full-width digits."""


def line_key(line: str) -> int | None:
    """What a line is compared by: a signed 64-bit hash, the same on every machine; None for a line without a letter.

    Letter case, the value of digits, and punctuation and spaces at both ends do not matter: "Updated 9:15 am." and
    "UPDATED 8:40 AM" are one line.
    """
    return next((key for key in keys_by_line(line) if key is not None), None)


def keys_by_line(text: str) -> list[int | None]:
    """The key of every line of a text, in order; all at once in half the time that single lines take."""
    return [_hash(bare) if _has_letter(bare) else None for bare in _bare_lines(text)]


def line_keys(text: str) -> tuple[int, ...]:
    """The keys of a text's lines, the longest line first, each once; at most :data:`MAX_KEYS`."""
    lengths = {_hash(bare): len(bare) for bare in _bare_lines(text) if _has_letter(bare)}
    return tuple(sorted(lengths, key=lambda key: (-lengths[key], key))[:MAX_KEYS])


def keys_of(doc_id: str, text: str, cuts: Iterable[StrippedLine]) -> LineKeys:
    """What is counted of a document: the keys of its extracted text, and of what was cut from it."""
    cut = {key for one in cuts if (key := line_key(one.text)) is not None}
    return LineKeys(doc_id, line_keys(text), tuple(sorted(cut)))


def _bare_lines(text: str) -> Iterator[str]:
    return (line.strip(_EDGES) for line in _without_digits(text.lower()).split("\n"))


def _has_letter(bare: str) -> bool:
    return bare[:1].isalpha() or any(map(str.isalpha, bare))


def _hash(bare: str) -> int:
    digest = hashlib.blake2b(bare.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _without_digits(text: str) -> str:
    for digit in "123456789":  # a tenth of the time that one regular expression takes
        text = text.replace(digit, "0")
    return text if text.isascii() else _OTHER_DIGITS.sub("0", text)


def is_template(line: str, documents: int) -> bool:
    """Whether a line that so many articles of one source have, each telling another story, is a template.

    A name, a colon and a few words never are: "JANE DOE: Thank you.", "Verdict: false" are said anew each time.
    """
    head, colon, said = line.strip().replace("：", ":").partition(":")
    named = bool(colon) and len(head) < NAME_CHARACTERS
    if named and 0 < count_words(said) < FEW_WORDS:
        return False
    if documents >= SURE_DOCUMENTS:
        return True
    return documents >= FEW_DOCUMENTS and not named and count_words(line) >= FEW_WORDS


@dataclass(frozen=True, slots=True)
class Template:
    """One line of one source; a row of table ``templates``."""

    domain: str
    """Registered domain of the source."""
    key: int
    """:func:`line_key` of the line."""
    documents: int
    """Articles of the source that had the line when it was learned."""
    example: str
    """The line as one of them has it."""


@dataclass(frozen=True, slots=True)
class SourceTemplates:
    """The templates of one source: its domain, and by key the number of articles."""

    domain: str
    documents: Mapping[int, int]


class Templates:
    """The templates of all sources; immutable, cheap to send to another process."""

    __slots__ = ("_by_domain",)

    def __init__(self, templates: Iterable[Template] = ()) -> None:
        by_domain: dict[str, dict[int, int]] = {}
        for template in templates:
            by_domain.setdefault(template.domain, {})[template.key] = template.documents
        self._by_domain = by_domain

    def __bool__(self) -> bool:
        return bool(self._by_domain)

    def of(self, domain: str | None) -> SourceTemplates | None:
        """The templates of a source; None where it has none."""
        found = self._by_domain.get(domain) if domain else None
        return SourceTemplates(domain, found) if domain and found else None

    def of_sources(self, domains: Iterable[str | None]) -> Templates:
        """The templates of some sources only."""
        chosen = Templates()
        chosen._by_domain = {d: self._by_domain[d] for d in set(domains) if d in self._by_domain}
        return chosen
