"""Near-duplicates: which texts are one text with small changes, and who ran it first.

Candidates are found by their MinHash signatures, in bands (A. Broder 1997; J. Leskovec, A. Rajaraman, J. Ullman,
"Mining of Massive Datasets", ch. 3.4), and every one is verified exactly, by the Jaccard similarity of the two sets of
five-word shingles. So every pair reported is one; a pair is missed only where no band is shared. Two fillings of one
form (``forms``) are no pair.

Articles about one event in different words belong to ``stories``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from transforms.stories.forms import are_one_form
from transforms.text.shingles import PERMUTATIONS, shingles

BANDS = 85
ROWS = 3
"""85 bands of 3 rows (the 256th number is left out). A pair of similarity 0.5 is missed once in 85,000 times; with 64
bands of 4 rows, once in 62. The price is small: of 22,421 articles measured 1,189 pairs share a band instead of 428,
found in the same 0.4 s."""

LEAST_JACCARD = 0.5
"""Similarity from which two texts are near-duplicates: half of all their five-word runs are the same."""

LEAST_ESTIMATE = 0.35
"""Estimate below which a candidate is not verified: 4.8 standard errors (0.031) below :data:`LEAST_JACCARD`."""

LARGEST_BUCKET = 256
"""Texts with one band in common that are all compared with each other. In a larger bucket, a text run by more sources
than that or a page made by a machine, each is compared with the next ones in the order of ids only, so that work grows
with the number of texts and not with its square; the group stays one."""

LEAST_OF_FORM = 0.25
"""Share of the shorter text's runs in the other one from which the two may be one form."""

_NEXT_ONES = 16
_CHUNK_PAIRS = 50_000
_CHUNKS_KEPT = 64
_SIEVE_BITS = 24

Signatures = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.int64]
Evidence = Literal["agency", "link", "habit", "published", "fetched", "loaded", "alone"]

HABIT_SOURCES = 3
HABIT_TIMES = 3
"""A source that shares texts with three others at least, and with three times as many as another one, is the one that
copies: whoever is copied from shares texts with those who copy it, whoever copies with all whom it copies."""


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two articles that are one text with small changes; ``article_id`` is the smaller id of the two."""

    article_id: str
    other_article_id: str
    jaccard: float
    """Of the sets of five-word shingles, exactly, 0.5 to 1."""


@dataclass(frozen=True, slots=True)
class SharedRuns:
    """How much of two articles is the same; ``article_id`` is the smaller id of the two."""

    article_id: str
    other_article_id: str
    runs: int
    """Different five-word shingles of the first."""
    other_runs: int
    shared: int
    """Shingles that both have."""
    are_one_form: bool = False
    """Whether they are one form with different facts in it, which makes neither a copy of the other."""

    @property
    def jaccard(self) -> float:
        """Share of all shingles of the two that both have, 0..1."""
        return self.shared / (self.runs + self.other_runs - self.shared) if self.shared else 0.0

    @property
    def contained(self) -> float:
        """Share of the shingles of the one with fewer that the other has too, 0..1."""
        return self.shared / min(self.runs, self.other_runs) if self.shared else 0.0


@dataclass(frozen=True, slots=True)
class Copy:
    """One article of a group of near-duplicates."""

    article_id: str
    group_id: str
    """The smallest article id of the group."""
    position: int
    """Place in the order of running, from 1; 1 ran it first."""
    told_by: Evidence
    """What sets it apart from the one before (of the first: from the first of another source): the agency's own copy,
    a link of the others to it, the habit of the others to copy, the date of publication, the time of fetching or, which
    says little, the time of loading."""
    doubtful: bool
    """Whether it is in doubt which source of the group ran the text first: a date is what each source declares."""


@dataclass(frozen=True, slots=True)
class RunTimes:
    """When an article was seen; what the order of running rests on."""

    article_id: str
    published_on: dt.date | None
    fetched_at: dt.datetime | None
    loaded_at: dt.datetime
    source: str = ""
    agency: str | None = None
    """The agency that the text credits."""
    link_domains: Sequence[str] = ()
    """Where the text links to."""


def signature_matrix(signatures: Sequence[bytes]) -> Signatures:
    """Stored signatures as rows of 256 numbers.

    Raises:
        ValueError: one is not 1,024 bytes long.
    """
    wrong = next((len(signature) for signature in signatures if len(signature) != PERMUTATIONS * 4), None)
    if wrong is not None:
        raise ValueError(f"signatures have {PERMUTATIONS * 4} bytes, not {wrong}")
    flat = np.frombuffer(b"".join(signatures), dtype="<u4")
    return flat.reshape(len(signatures), PERMUTATIONS).astype(np.uint32, copy=False)


def band_keys(matrix: Signatures) -> npt.NDArray[np.uint64]:
    """One 64-bit key for each band of each signature, shape (n, :data:`BANDS`); equal bands have equal keys.

    The band's number is part of the key, so that keys of different bands never mean a candidate.
    """
    keys = np.zeros((len(matrix), BANDS), np.uint64)
    keys += np.arange(BANDS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for row in range(ROWS):
        numbers = matrix[:, row : BANDS * ROWS : ROWS].astype(np.uint64)
        keys = (keys ^ numbers) * np.uint64(0xFF51AFD7ED558CCD)
        keys ^= keys >> np.uint64(32)
    return keys


def candidate_pairs(matrix: Signatures, others: Signatures | None = None) -> Pairs:
    """Pairs that share a band and whose estimated similarity is :data:`LEAST_ESTIMATE` or more, each once, in order.

    Args:
        matrix: the signatures to find partners for, shape (n, 256).
        others: where given, partners are sought here only; else within ``matrix``.

    Returns:
        Shape (k, 2): row of ``matrix``, and row of ``others`` or a later row of ``matrix``.
    """
    pairs = _within(matrix) if others is None else _across(matrix, others)
    return pairs[estimates(matrix, matrix if others is None else others, pairs) >= LEAST_ESTIMATE]


def estimates(matrix: Signatures, others: Signatures, pairs: Pairs) -> npt.NDArray[np.float64]:
    """Estimated Jaccard similarity of each pair of rows, 0..1."""
    found = np.empty(len(pairs))
    for start in range(0, len(pairs), _CHUNK_PAIRS):
        chunk = pairs[start : start + _CHUNK_PAIRS]
        found[start : start + len(chunk)] = (matrix[chunk[:, 0]] == others[chunk[:, 1]]).mean(axis=1)
    return found


def compared(pairs: Iterable[tuple[str, str]], texts: Mapping[str, str]) -> Iterator[SharedRuns]:
    """How much of the two texts of each pair of article ids is the same, exactly, in the order of ids.

    Each text is taken apart once and let go after its last pair.
    """
    ordered = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    last_use = {article_id: number for number, pair in enumerate(ordered) for article_id in pair}
    sets: dict[str, frozenset[bytes]] = {}
    for number, pair in enumerate(ordered):
        for article_id in pair:
            if article_id not in sets:
                sets[article_id] = frozenset(shingles(texts[article_id]))
        ours, theirs = (sets[article_id] for article_id in pair)
        found = SharedRuns(*pair, len(ours), len(theirs), len(ours & theirs))
        is_form = found.contained >= LEAST_OF_FORM and are_one_form(texts[pair[0]], texts[pair[1]])
        yield replace(found, are_one_form=True) if is_form else found
        for article_id in pair:
            if last_use[article_id] == number:
                del sets[article_id]


def verified(shared: Iterable[SharedRuns]) -> list[NearDuplicate]:
    """Those of the compared pairs that are near-duplicates."""
    return [
        NearDuplicate(one.article_id, one.other_article_id, one.jaccard)
        for one in shared
        if one.jaccard >= LEAST_JACCARD and not one.are_one_form
    ]


def groups(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Articles that hang together by pairs, each group sorted, groups in the order of their first id."""
    parent: dict[str, str] = {}

    def root(article_id: str) -> str:
        parent.setdefault(article_id, article_id)
        while parent[article_id] != article_id:
            parent[article_id] = parent[parent[article_id]]
            article_id = parent[article_id]
        return article_id

    for a, b in pairs:
        first, second = sorted((root(a), root(b)))
        parent[second] = first
    members: dict[str, list[str]] = {}
    for article_id in sorted(parent):
        members.setdefault(root(article_id), []).append(article_id)
    return [tuple(group) for group in members.values()]


def partners(group_sources: Iterable[Iterable[str]]) -> dict[str, int]:
    """With how many other sources each source shares a text, from the sources of each group."""
    others: dict[str, set[str]] = {}
    for sources in map(set, group_sources):
        for source in sources:
            others.setdefault(source, set()).update(sources - {source})
    return {source: len(found) for source, found in others.items()}


def in_order_of_running(
    group: Sequence[RunTimes], shared_with: Mapping[str, int] | None = None, homes: Mapping[str, str] | None = None
) -> list[Copy]:
    """The articles of a group, who ran it first in front.

    The order goes by date of publication, then time of fetching, of loading; what is missing comes last. Who is first
    is not left to dates, which each source declares for itself: the agency that a copy credits goes before everybody,
    a source that the others link to before them, and a source that copies many behind one that does not. Where nothing
    of this speaks, and the times of fetching do not say the same as the dates, the order is doubtful.

    Args:
        shared_with: with how many others each source shares texts; see :func:`partners`.
        homes: the source of each agency.
    """
    ordered = sorted(group, key=run_key)
    first, told_by, doubtful = _first(ordered, shared_with or {}, homes or {})
    ordered = [first, *(times for times in ordered if times is not first)]
    group_id = min(times.article_id for times in group)
    rest = [
        Copy(times.article_id, group_id, index + 2, _told_by(times, ordered[index]), doubtful)
        for index, times in enumerate(ordered[1:])
    ]
    return [Copy(first.article_id, group_id, 1, told_by, doubtful), *rest]


def _first(
    ordered: Sequence[RunTimes], shared_with: Mapping[str, int], homes: Mapping[str, str]
) -> tuple[RunTimes, Evidence, bool]:
    """Which article ran first, what tells it, and whether it is in doubt."""
    sources = {times.source for times in ordered}
    if len(sources) == 1:
        return ordered[0], _told_by(ordered[0], ordered[1] if len(ordered) > 1 else None), False
    agencies = {homes.get(times.agency or "", "") for times in ordered}
    linked = {domain for times in ordered for domain in times.link_domains if domain != times.source} & sources
    if len(agencies & sources) == 1:
        return next(times for times in ordered if times.source in agencies), "agency", False
    if len(linked) == 1:
        return next(times for times in ordered if times.source in linked), "link", False
    first = ordered[0]
    second = next(times for times in ordered if times.source != first.source)
    ours, theirs = shared_with.get(first.source, 0), shared_with.get(second.source, 0)
    if max(ours, theirs) >= max(HABIT_SOURCES, HABIT_TIMES * min(ours, theirs)):
        return (second if ours > theirs else first), "habit", False
    return first, _told_by(first, second), not _times_agree(first, second)


def _times_agree(first: RunTimes, second: RunTimes) -> bool:
    """Whether the second was both dated and fetched after the first."""
    dated = first.published_on is not None and second.published_on is not None
    if not dated or first.fetched_at is None or second.fetched_at is None:
        return False
    return first.fetched_at < second.fetched_at and run_key(first)[0] < run_key(second)[0]


def _within(matrix: Signatures) -> Pairs:
    """Pairs of rows with a key in common."""
    keys = band_keys(matrix).ravel()
    owners = np.repeat(np.arange(len(matrix), dtype=np.int64), BANDS)
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    found = [np.empty((0, 2), np.int64)]
    for size in np.unique(sizes[sizes > 1]).tolist():
        buckets = owners[starts[sizes == size][:, None] + np.arange(size)]
        for step in range(1, size if size <= LARGEST_BUCKET else _NEXT_ONES + 1):
            found.append(np.stack([buckets[:, :-step].ravel(), buckets[:, step:].ravel()], axis=1))
            if len(found) > _CHUNKS_KEPT:
                found = [_distinct(np.concatenate(found))]
    return _distinct(np.concatenate(found))


def _across(matrix: Signatures, others: Signatures) -> Pairs:
    """Pairs of a row here and a row there with a key in common."""
    keys = band_keys(matrix).ravel()
    owners = np.repeat(np.arange(len(matrix), dtype=np.int64), BANDS)
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    sought = band_keys(others).ravel()
    there = np.flatnonzero(sieve(keys, sought))
    first = np.searchsorted(keys, sought[there], "left")
    count = np.minimum(np.searchsorted(keys, sought[there], "right") - first, LARGEST_BUCKET)
    here = owners[spans(first, count)]
    return _distinct(np.stack([here, np.repeat(there // BANDS, count)], axis=1))


def sieve(keys: npt.NDArray[np.unsignedinteger], sought: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.bool_]:
    """Which of the sought keys may be among the keys: all that are, and a few that only end in the same bits.

    To look up every key of all that is stored in an ordered array of the new ones would take most of the time.
    """
    marks = np.zeros(1 << _SIEVE_BITS, bool)
    last_bits = keys.dtype.type(len(marks) - 1)
    marks[keys & last_bits] = True
    return np.asarray(marks[sought & last_bits])


def spans(first: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """``first[0], first[0] + 1, ...`` (``count[0]`` numbers), then the same of ``first[1]``, and so on."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count, count) + np.repeat(first, count)


def _distinct(pairs: Pairs) -> Pairs:
    packed = np.unique(pairs[:, 0] << np.int64(32) | pairs[:, 1])
    return np.stack([packed >> np.int64(32), packed & np.int64(0xFFFFFFFF)], axis=1)


def run_key(times: RunTimes) -> tuple[dt.date, dt.datetime, dt.datetime, str]:
    """Sorts articles by who ran them first; see :func:`in_order_of_running`."""
    late = dt.datetime.max.replace(tzinfo=dt.UTC)
    return times.published_on or dt.date.max, times.fetched_at or late, times.loaded_at, times.article_id


def _told_by(times: RunTimes, neighbour: RunTimes | None) -> Evidence:
    if neighbour is None:
        return "alone"
    if times.published_on != neighbour.published_on:
        return "published"
    return "fetched" if times.fetched_at != neighbour.fetched_at else "loaded"
