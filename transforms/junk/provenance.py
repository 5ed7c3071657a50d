"""What stripped lines and the page's metadata say about who made a document.

Junk is evidence: a copyright line names the publisher, a credit the photographer, a closing line the agency whose
report it rests on. Rules catch the words (the named groups of their patterns); here they become :class:`Provenance`.
Which lines are junk belongs to ``rules`` and ``strip``, datelines to ``describe``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import re2

from transforms.records import ExtractedDocument, Provenance, ProvenanceKind
from transforms.text.agencies import Agencies

MAX_PEOPLE = 20
"""Names read from one byline; the longest real one in 22,000 articles has fewer."""

_MAX_VALUE_LENGTH = 400
"""Characters of a value: whole correction notes fit, a line that only pretends to be one does not fill the table."""

_PEOPLE_BREAK = re2.compile(r"\s*(?:[,;&/|•·]|\b(?:and|with)\b)\s*(?:(?:and|with)\s)?")
_NOT_A_PERSON = re2.compile(
    r"(?i)(?:the )?(?:.* )?(?:staff(?: writers?)?|writers?|reporters?|correspondents?|editors?|contributors?"
    r"|columnists?|special to .*|news|press|team|desk|agency|agencies|bureau|service|report)"
)
_ROLE = re2.compile(r"^(?i:(?:additional )?(?:reporting|writing|editing|research|graphics|translation) by) ")
_YEAR_BEHIND = re2.compile(r"(.{2,}?)[\s,]+((?:19|20)\d\d)")
_PHOTO_WORD = re2.compile(r"(?i)(?: file)? photos?$")
_PHOTO_KINDS = frozenset({"photo credit", "caption"})
_TRIM = " \t\n,;:|/-–—•*()[]"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one rule's groups caught in one line."""

    kind: str
    """The kind of the rule: a name in a photo credit is a photographer's, in a contributor line a reporter's."""
    fields: tuple[tuple[str, str], ...]
    """Group name and caught text."""
    line_number: int
    """Line of the extracted text, from 1."""
    line: str


def read_provenance(
    document: ExtractedDocument, readings: Sequence[Reading], agencies: Agencies
) -> tuple[Provenance, ...]:
    """What the page's metadata and the readings say, metadata first, each fact (kind and value) once.

    Args:
        document: gives site name and authors.
        readings: in the order of the text.
        agencies: tells an agency from a publisher, and one name of an agency from another.
    """
    facts: dict[tuple[str, str], Provenance] = {}
    for fact in (*_from_page(document), *_from_readings(document.doc_id, readings, agencies)):
        facts.setdefault((fact.kind, fact.value), fact)
    return tuple(facts.values())


def _from_page(document: ExtractedDocument) -> Iterator[Provenance]:
    if document.site_name and (name := _tidy(document.site_name)):
        yield Provenance(document.doc_id, "publisher", name, "page", None, document.site_name)
    for author in document.authors:
        if name := _tidy(author):
            yield Provenance(document.doc_id, "byline", name, "page", None, author)


def _from_readings(doc_id: str, readings: Iterable[Reading], agencies: Agencies) -> Iterator[Provenance]:
    for reading in readings:
        for kind, value in _facts(reading, agencies):
            if value := _tidy(value):
                yield Provenance(doc_id, kind, value, "stripped_line", reading.line_number, reading.line)


def _facts(reading: Reading, agencies: Agencies) -> Iterator[tuple[ProvenanceKind, str]]:
    fields = dict(reading.fields)
    if reading.kind in _PHOTO_KINDS:
        if credit := _photo_credit(fields.get("agency"), fields.get("photographer")):
            yield "photo_credit", credit
    elif agency := fields.get("agency"):
        yield "agency", agencies.canonical(agency) or agency
    if publisher := fields.get("publisher"):
        yield from _owner(publisher, agencies)
    if year := fields.get("year"):
        yield "copyright_year", year
    if byline := fields.get("byline"):
        yield from _authors(byline, agencies)
    if contributor := fields.get("contributor"):
        yield from _contributors(contributor)
    if correction := fields.get("correction"):
        yield "correction", correction
    if title := fields.get("title"):
        yield "related_link", title


def _photo_credit(agency: str | None, photographer: str | None) -> str | None:
    parts = [_tidy(_PHOTO_WORD.sub("", part)) for part in (agency, photographer) if part]
    return "/".join(part for part in parts if part) or None


def _owner(name: str, agencies: Agencies) -> Iterator[tuple[ProvenanceKind, str]]:
    """The owner of a text and, where the notice has it behind the name, the year.

    An agency's copyright line stands in many papers: it says whose report, not whose page.
    """
    if dated := _YEAR_BEHIND.fullmatch(_tidy(name)):
        name, year = dated.groups()
        yield "copyright_year", year
    agency = agencies.canonical(name) or agencies.canonical(name.removeprefix("The ").removeprefix("the "))
    yield ("agency", agency) if agency else ("publisher", name)


def _authors(byline: str, agencies: Agencies) -> Iterator[tuple[ProvenanceKind, str]]:
    for name in _PEOPLE_BREAK.split(byline, MAX_PEOPLE)[:MAX_PEOPLE]:
        if agency := agencies.canonical(name):
            yield "agency", agency
        elif not _NOT_A_PERSON.fullmatch(name.strip(_TRIM + ".")):
            yield "byline", name


def _contributors(names: str) -> Iterator[tuple[ProvenanceKind, str]]:
    """Who helped, each part of 'Ana Reyes; Editing by Jon Field' by itself.

    An agency that contributed is a contributor: the report is still the source's own.
    """
    for part in names.split(";", MAX_PEOPLE):
        yield "contributor", _ROLE.sub("", part.strip(_TRIM))


def _tidy(value: str) -> str:
    return " ".join(value.split())[:_MAX_VALUE_LENGTH].strip(_TRIM)
