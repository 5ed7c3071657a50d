"""A page's headline: the heading that readers see over the article, cleaned by what the page writes elsewhere.

JSON-LD, meta elements and the title element are written for search engines and for sharing; they differ from the
headline on every fifth page. So they do not choose between writings of a headline: they tell which heading is the
article's, and what of it (a site's name, a kicker, a section, a counter) is no part of the headline. Where no heading
is the article's, the writing on which most of them agree is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from transforms.text.headline import MIN_HEADLINE_WORDS, title_key
from transforms.text.urls import registered_domain

MAX_TITLE_CHARACTERS = 500
MAX_PIECES = 12
"""Pieces of text in a heading among which the headline is looked for."""

HEADLINE_WEIGHT = 3.0
"""Of JSON-LD's headline. The weights are the best of a coarse grid over 898 news and other article pages."""
ITEM_WEIGHT = 0.6
TITLE_ELEMENT_WEIGHT = 0.5
HEADING_WEIGHT = 0.1
"""Of a heading that has nothing in common with what the page writes elsewhere."""
META_WEIGHTS = {"og:title": 1.0} | dict.fromkeys(
    ("twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline"), 0.6
)
AGREEMENT_SHARE = 0.8
"""How much another place that agrees adds of its own weight."""

MIN_LIKENESS = 0.2
"""Share of the words of a heading and of another writing, of all words of both, from which they are one headline."""
MIN_SHORT_LIKENESS = 0.4
"""The same of a heading of one or two words, which may be a topic's name."""
MIN_TELLING_WORD = 5
"""Characters from which a word that a heading shares with another writing says that they are about one thing."""
MIN_HEADING_WORDS = 4
"""Of a heading that is the article's although it shares few words with other writings."""
FIRST_UNSPACED = "\u0e00"
"""The first character of the scripts that have no spaces between words; most of those with spaces come before it."""
MAX_HEADING_CHARACTERS = 220
"""A longer first-level heading is a paragraph."""
MIN_SHARED_TITLE = 13
MIN_PART_OF_NAME = 5
"""Characters of a site's shorter name by which it is known in its longer one, at least half of that."""
MAX_KICKER_WORDS = 6
_KICKER_ENDS = ":-–—.|"
CUT_TITLES = range(100, 111)
"""Lengths of titles that may be cut: readers of JSON-LD once took at most 110 characters, and sites end words there."""
_DOTS = "….\u00a0 "

_SEGMENT_ENDS = re.compile(r"\s+[|–—*·•›»:-]{1,2}\s+|\s*[|ㅣ｜]\s*")
"""What stands between a headline and a site's name."""
_KICKER_MARK = re.compile(r":\s+|\s+[|–—-]\s+")
_SECTION_LABEL = re.compile(r"\s?[-–—|/]\s?[^\s\d]{1,20}\Z")
"""A dash and one word."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page, on one line."""

    text: str
    pieces: tuple[str, ...] = ()
    """The text, cut where the heading's inner elements begin and end."""
    headline: str = ""
    """The text without a kicker that has an element of its own; empty where none has."""


@dataclass(frozen=True, slots=True)
class TitleWitnesses:
    """Where a page writes its headline."""

    headings: tuple[Heading, ...] = ()
    """Of the first level, in the page's order."""
    lower_headings: tuple[Heading, ...] = ()
    """Some of the second and third level: the headline where the first level is a breadcrumb's or the site's name."""
    declared: tuple[tuple[float, str], ...] = ()
    """JSON-LD, meta elements, microdata and the title element, each with its weight; of equals the first wins."""
    shared: str = ""
    """OpenGraph's title."""
    element: str = ""
    """The title element."""
    url: str | None = None
    site_keys: frozenset[str] = frozenset()
    """From :func:`site_name_keys`."""
    section: str | None = None


def find_title(page: TitleWitnesses) -> str | None:
    """The headline without the site's name, kicker and section; None where the page has none."""
    site_keys = page.site_keys
    section_keys = _section_keys(page)

    def bare(title: str) -> str:
        return _without_section(_without_site_name(title, site_keys), section_keys)

    named = site_keys | _keys_beside_headline(page)
    declared = [(weight, bare(title)) for weight, title in page.declared if title]
    headings = [heading for heading in page.headings if squeezed(bare(heading.text)) not in named]
    own = [(weight, title) for weight, title in declared if squeezed(title) not in named]
    declared = own if own or headings else declared
    others = [title for _, title in declared]
    title = _heading_of_article(headings, others, _address_words(page.url), bare)
    if title is None:
        title = _declared_heading(page.lower_headings, others)
    if title is None:
        rest = [(HEADING_WEIGHT, bare(heading.text)) for heading in headings or page.headings]
        title = _most_agreed([*declared, *rest])
    if title is None:
        return None
    title = next((variant for variant in _variants(title) if variant in {h.text for h in headings}), title)
    title = _without_label(_without_kicker(title, _without_site_name(page.shared, site_keys)), others)
    return _whole(title, others)[:MAX_TITLE_CHARACTERS]


def site_name_keys(site_names: Iterable[str], url: str | None) -> frozenset[str]:
    """How the site's name may be written: its names, domain, the domain's first label, as :func:`squeezed` gives."""
    domain = registered_domain(url) if url else None
    names = [*site_names, domain or "", (domain or "").partition(".")[0]]
    keys = {squeezed(name) for name in names}
    keys |= {key.removeprefix("the") for key in keys} | {f"the{key}" for key in keys if key}
    return frozenset(key for key in keys if key)


def squeezed(text: str) -> str:
    """A text's letters and digits, case-folded, without spaces."""
    return title_key(text).replace(" ", "")


# ------------------------------------------------------------------------------------------------------------- choosing


def _heading_of_article(
    headings: Sequence[Heading], others: Sequence[str], address: str, bare: Callable[[str], str]
) -> str | None:
    """The heading that is most like another writing of the headline; None where none has enough in common with any.

    A newspaper's headline for readers and its title for search engines may share a single telling word.
    """
    written = _writings(others)
    wanted = [words for other in (*others, address) if (words := _words(other))]
    best: tuple[float, str] | None = None
    for heading in headings:
        title = _declared_part(heading, written) or bare(heading.headline or heading.text)
        words = _words(title)
        if len(title) > MAX_HEADING_CHARACTERS or not words:
            continue
        likeness = max((len(words & its) / len(words | its) for its in wanted), default=0.0)
        is_short = len(words) < MIN_HEADLINE_WORDS and title_key(title) not in written
        if likeness < (MIN_SHORT_LIKENESS if is_short else MIN_LIKENESS) and not (
            len(words) >= MIN_HEADING_WORDS and _share_telling_word(words, wanted)
        ):
            continue
        if best is None or likeness > best[0]:
            best = (likeness, title)
    return best and best[1]


def _declared_heading(headings: Sequence[Heading], others: Sequence[str]) -> str | None:
    """The first heading that is word for word what another place writes as the headline.

    A page with a title element alone may be a machine's: ``Print: Anna wins``.
    """
    behind_kicker = _kicker_and_headline(others[0])[1] if len(others) == 1 else ""
    written = _writings((*others, behind_kicker) if behind_kicker else others)
    titles = (_declared_part(heading, written) for heading in headings)
    return next((title for title in titles if title and len(title) >= MIN_SHARED_TITLE), None)


def _writings(others: Iterable[str]) -> dict[str, str]:
    """What may be the headline in other places' writings, by its words."""
    return {title_key(variant): variant for other in reversed([*others]) for variant in _variants(other)}


def _declared_part(heading: Heading, written: Mapping[str, str]) -> str | None:
    """The heading, or the pieces at its start or end, that another place writes as the whole headline.

    The rest is a kicker, a counter or a source, in an element of its own. Where a kicker is part of the headline, the
    other place has the mark between them that the heading shows by its form.
    """
    key = title_key(heading.text)
    if key in written:
        return written[key] if heading.pieces else heading.text
    pieces = heading.pieces[:MAX_PIECES]
    cuts = range(1, len(pieces))
    parts = [" ".join(pieces[:cut]) for cut in cuts] + [" ".join(pieces[cut:]) for cut in cuts]
    return next((part for part in parts if len(part) >= MIN_SHARED_TITLE and title_key(part) in written), None)


def _words(title: str) -> set[str]:
    """A title's words; pairs of characters in scripts without spaces between words."""
    key = title_key(title)
    if sum(character >= FIRST_UNSPACED for character in key) * 2 < len(key):
        return set(key.split())
    key = key.replace(" ", "")
    return {key[at : at + 2] for at in range(len(key) - 1)}


def _share_telling_word(words: set[str], wanted: Iterable[set[str]]) -> bool:
    return any(len(word) >= MIN_TELLING_WORD for its in wanted for word in words & its)


def _most_agreed(candidates: list[tuple[float, str]]) -> str | None:
    """The title with the most votes: its place's weight, and a share of those that write it the same."""
    writings = [(weight, title, set(map(title_key, _variants(title)))) for weight, title in candidates]
    best: tuple[float, str] | None = None
    for number, (weight, title, _) in enumerate(writings):
        key = title_key(title)
        agreeing = sum(w for other, (w, _, keys) in enumerate(writings) if other != number and key in keys)
        votes = weight + AGREEMENT_SHARE * agreeing
        if key and (best is None or votes > best[0]):
            best = (votes, title)
    return best and best[1]


def _address_words(url: str | None) -> str:
    """The words of the address's longest part, which is mostly made of a headline."""
    try:
        parts = urlsplit(url or "").path.split("/")
    except ValueError:
        return ""
    return unquote(max(parts, key=len)).replace("-", " ").replace("_", " ")


# ------------------------------------------------------------------------------------------------------------- cleaning


def _without_kicker(title: str, shared: str) -> str:
    """``Olympics: Anna wins`` without its kicker where the page shares itself as ``Anna wins``."""
    kicker = title.removesuffix(shared).rstrip()
    if len(shared) < MIN_SHARED_TITLE or kicker in ("", title) or len(kicker.split()) > MAX_KICKER_WORDS:
        return title
    return shared if kicker[-1] in _KICKER_ENDS else title


def _keys_beside_headline(page: TitleWitnesses) -> frozenset[str]:
    """What the title element has more than OpenGraph's title, before or behind it: a site's name that a heading has."""
    shared, whole = squeezed(page.shared), squeezed(page.element)
    if not shared or shared == whole:
        return frozenset()
    return frozenset({whole.removeprefix(shared), whole.removesuffix(shared)} - {whole})


def _whole(title: str, others: Sequence[str]) -> str:
    """The title as another place writes it to its end, where it was cut at a limit or with dots."""
    start = title.rstrip(_DOTS)
    if start == title and len(title) not in CUT_TITLES:
        return title
    longer = (
        other for other in others if len(other) > len(title) and other.startswith(start) and other[-1] not in _DOTS
    )
    return next((other for other in longer if start not in _variants(other)), title)


def _without_label(title: str, others: Sequence[str]) -> str:
    """The title without a label that only some places write: another kicker before it, or a section's name behind it.

    Two places that write ``Olympics: Anna wins`` and ``Skiing - Anna wins`` agree on the headline alone.
    """
    kicker, headline = _kicker_and_headline(title)
    if headline and any(_differ_in_kicker((kicker, headline), _kicker_and_headline(other)) for other in others):
        return headline
    for other in others:
        label = title.removeprefix(other)
        if len(other) >= MIN_SHARED_TITLE and label != title and _SECTION_LABEL.match(label):
            return other
    return title


def _differ_in_kicker(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two titles have one headline, and kickers that are not writings of the same words."""
    (kicker, headline), (its_kicker, its_headline) = one, other
    if title_key(headline) != title_key(its_headline):
        return False
    return not set(title_key(kicker).split()) & set(title_key(its_kicker).split())


def _kicker_and_headline(title: str) -> tuple[str, str]:
    """What may be a kicker, and what follows it; both empty without."""
    mark = _KICKER_MARK.search(title)
    if not mark or len(title[: mark.start()].split()) > MAX_KICKER_WORDS:
        return "", ""
    headline = title[mark.end() :]
    return (title[: mark.start()], headline) if len(headline) >= MIN_SHARED_TITLE else ("", "")


def _variants(title: str) -> Iterator[str]:
    """The title, and what is left of it when segments that may be a site's or a section's name go from its end."""
    yield title
    for match in reversed(list(_SEGMENT_ENDS.finditer(title))):
        head = title[: match.start()]
        if len(head.split()) >= MIN_HEADLINE_WORDS:
            yield head


def _without_site_name(title: str, site_keys: frozenset[str]) -> str:
    """The title without segments at its ends that name the site."""
    marks = list(_SEGMENT_ENDS.finditer(title))
    start, end = 0, len(title)
    while marks and _names_site(squeezed(title[marks[-1].end() : end]), site_keys):
        end = marks.pop().start()
    while marks and squeezed(title[start : marks[0].start()]) in site_keys:
        start = marks.pop(0).end()
    return title[start:end].strip() or title


def _without_section(title: str, section_keys: frozenset[str]) -> str:
    """The title without a last segment that names the page's section."""
    marks = list(_SEGMENT_ENDS.finditer(title))
    if not marks or marks[-1].start() < MIN_SHARED_TITLE or squeezed(title[marks[-1].end() :]) not in section_keys:
        return title
    return title[: marks[-1].start()]


def _section_keys(page: TitleWitnesses) -> frozenset[str]:
    """How the page's section may be written in a title: as it is declared, or as a folder of the page's address."""
    folders = (page.url or "").split("/")[3:-1]
    return frozenset(key for name in (page.section or "", *folders) if (key := squeezed(name)))


def _names_site(segment: str, site_keys: frozenset[str]) -> bool:
    """Whether a segment at a title's end is the site's name, or most of its longer form such as the domain's."""
    if segment in site_keys:
        return True
    if len(segment) < MIN_PART_OF_NAME:
        return False
    longer = (key for key in site_keys if len(key) <= 2 * len(segment))
    return any(key.startswith(segment) or key.endswith(segment) for key in longer)
