"""Copies in parts: which texts stand, half of them at least, in a longer text that is no near-duplicate of theirs.

An agency's report inside a longer one is how news is copied, and Jaccard similarity does not see it: a text of 300
words within one of 900 has 0.33. So every fourth five-word run of each text, chosen by the run itself and therefore the
same in both texts, is kept (U. Manber, "Finding similar files in a large file system", 1994), and texts are compared
that have enough of those in common. Every candidate is verified exactly, by all the runs of both texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.stories.near_duplicates import LEAST_JACCARD, Pairs, SharedRuns, sieve, spans
from transforms.text.shingles import shingle_hashes

ONE_IN = 4
"""One run in so many is kept. Of 578 pairs among 22,441 articles that share half of the shorter text, one in 4, 8 or 16
finds all; but a text of 60 words has 14 runs at one in 4, and 3 at one in 16."""

LEAST_CONTAINED = 0.5
"""Share of the shorter text's five-word runs in the longer one from which the shorter is a part of it."""

LEAST_KEPT_SHARED = 2
MARGIN = 1.5
"""A candidate has half of the shorter text's kept runs in common, less 1.5 times the square root of their number: three
standard errors of a share of one half. And two at least, for one run is a turn of phrase."""

LARGEST_BUCKET = 64
"""Texts with one run in common that are all compared with each other; of a run that more have, a phrase of every day or
a text that everybody runs, each is compared with the next ones in the order of ids only. Two texts that share half of
one have so many runs in common that few others have."""

_KEPT_BELOW = (1 << 32) // ONE_IN
_NEXT_ONES = 16
_MOST_ENTRIES = 4_000_000

Samples = npt.NDArray[np.uint32]
Owned = tuple[Samples, npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class TextPart:
    """An article whose text stands, half of it at least, in a longer one; the row of table ``text_parts``."""

    article_id: str
    """The shorter one."""
    within_article_id: str
    """The longer one."""
    contained: float
    """Share of the shorter one's five-word runs that the longer one has, exactly, 0.5 to 1."""


@dataclass(frozen=True, slots=True)
class RunSample:
    """The kept runs of an article; the row of table ``run_samples``."""

    article_id: str
    runs: bytes
    """As :func:`run_sample` packs them."""


def run_sample(text: str) -> bytes:
    """Every fourth five-word run of a text, as ordered little-endian hashes, 4 bytes each; each run once."""
    hashes = shingle_hashes(text)
    return hashes[hashes < _KEPT_BELOW].astype("<u4").tobytes()


def part_candidates(samples: Sequence[bytes], others: Sequence[bytes] | None = None) -> Pairs:
    """Pairs of texts one of which may stand in the other, each once.

    Args:
        samples: the kept runs of the texts to find partners for.
        others: where given, partners are sought here only; else within ``samples``.

    Returns:
        Shape (k, 2): row of ``samples``, and row of ``others`` or a later row of ``samples``.
    """
    packed, shared = _within(samples) if others is None else _across(samples, others)
    here, there = packed >> np.int64(32), packed & np.int64(0xFFFFFFFF)
    sizes, other_sizes = _sizes(samples), _sizes(samples if others is None else others)
    shorter = np.minimum(sizes[here], other_sizes[there])
    enough = shared >= np.maximum(LEAST_CONTAINED * shorter - MARGIN * np.sqrt(shorter), LEAST_KEPT_SHARED)
    return np.stack([here[enough], there[enough]], axis=1)


def text_parts(shared: Iterable[SharedRuns]) -> list[TextPart]:
    """Those of the compared pairs that are a text and a part of it, and no near-duplicates."""
    return [
        TextPart(*_shorter_first(one), one.contained)
        for one in shared
        if one.contained >= LEAST_CONTAINED and one.jaccard < LEAST_JACCARD and not one.are_one_form
    ]


def _shorter_first(one: SharedRuns) -> tuple[str, str]:
    ids = one.article_id, one.other_article_id
    return ids if one.runs <= one.other_runs else (ids[1], ids[0])


def _within(samples: Sequence[bytes]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Packed pairs of rows, and how many kept runs each pair has in common."""
    keys, owners = _ordered(samples)
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    counted = _Counted()
    for size in np.unique(sizes[sizes > 1]).tolist():
        buckets = owners[starts[sizes == size][:, None] + np.arange(size)]
        for step in range(1, size if size <= LARGEST_BUCKET else _NEXT_ONES + 1):
            counted.add(buckets[:, :-step].ravel(), buckets[:, step:].ravel())
    return counted.pairs()


def _across(samples: Sequence[bytes], others: Sequence[bytes]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    keys, owners = _ordered(samples)
    sought = np.frombuffer(b"".join(others), "<u4")
    there = np.flatnonzero(sieve(keys, sought))
    first = np.searchsorted(keys, sought[there], "left")
    count = np.minimum(np.searchsorted(keys, sought[there], "right") - first, LARGEST_BUCKET)
    ends = np.cumsum(_sizes(others))
    counted = _Counted()
    counted.add(owners[spans(first, count)], np.repeat(np.searchsorted(ends, there, "right"), count))
    return counted.pairs()


class _Counted:
    """Pairs as they come up, and how often each did; in bounded memory, for what came up is counted now and then."""

    def __init__(self) -> None:
        self._packed = [np.zeros(0, np.int64)]
        self._times = [np.zeros(0, np.int64)]
        self._entries = 0

    def add(self, here: npt.NDArray[np.int64], there: npt.NDArray[np.int64]) -> None:
        """Count each pair once more."""
        self._packed.append(here << np.int64(32) | there)
        self._times.append(np.ones(len(here), np.int64))
        self._entries += len(here)
        if self._entries > _MOST_ENTRIES:
            packed, times = self.pairs()
            self._packed, self._times, self._entries = [packed], [times], 0

    def pairs(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Every pair once, in order, and how often it came up."""
        packed, place = np.unique(np.concatenate(self._packed), return_inverse=True)
        return packed, np.bincount(place, weights=np.concatenate(self._times), minlength=len(packed)).astype(np.int64)


def _ordered(samples: Sequence[bytes]) -> Owned:
    """All kept runs in order, and the row that each is from, rows of one run in order."""
    keys = np.frombuffer(b"".join(samples), "<u4").astype(np.uint32, copy=False)
    owners = np.repeat(np.arange(len(samples), dtype=np.int64), _sizes(samples))
    order = np.argsort(keys, kind="stable")
    return keys[order], owners[order]


def _sizes(samples: Sequence[bytes]) -> npt.NDArray[np.int64]:
    return np.array([len(sample) // 4 for sample in samples], np.int64)
