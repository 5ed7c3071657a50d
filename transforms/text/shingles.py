"""Runs of five words of a text, and the MinHash signature over them that finds near-duplicates.

MinHash: A. Broder, "On the resemblance and containment of documents" (1997), as rensa's R-MinHash computes it. The
standard error of an estimate from 256 permutations is sqrt(J * (1 - J) / 256), at most 0.031.
"""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt
import rensa

from transforms.text.counts import UNSPACED
from transforms.text.normalise import normalise_text, single_spaced

PERMUTATIONS = 256
SEED = 42
"""Any number will do, but signatures of two seeds cannot be compared: changing it means making all of them anew."""

SHINGLE_LENGTH = 5
"""Words of a shingle: long enough that unrelated news texts share hardly any, short enough to survive small edits."""

_NUMBER = np.dtype("<u4")
_MIXER = np.uint64(0xFF51AFD7ED558CCD)
_SPACE = ord(" ")
_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789") | frozenset(range(128, 256))
_PUNCTUATION_TO_SPACE = bytes(byte if byte in _KEPT else _SPACE for byte in range(256))
_DELETED = b"'"
"""Apostrophes go without a space, so that ``don't`` stays a word."""


def shingles(text: str) -> list[bytes]:
    """Every run of five words of the normalised text without punctuation, in UTF-8, in order; repeats stay.

    Each character of a script without spaces (Han, kana, Thai, Lao, Khmer, Burmese) is a word here. A text of one to
    four words has one shingle, the whole; a text without words none.
    """
    return normalised_shingles(normalise_text(text))


def normalised_shingles(normalised: str) -> list[bytes]:
    """The shingles of a text that is normalised already."""
    return _runs(_words(normalised))


def shingle_hashes(text: str) -> npt.NDArray[np.uint32]:
    """A 32-bit hash of every different shingle of a text, in order of number; the same on every machine.

    Words are hashed and five neighbours are mixed, in a fraction of the time that making the shingles takes.
    """
    words = _words(normalise_text(text)).split()
    numbers = np.fromiter(map(zlib.crc32, words), np.uint64, len(words))
    length = min(SHINGLE_LENGTH, len(words))
    mixed = np.zeros(len(words) - length + 1 if words else 0, np.uint64)
    for place in range(length):
        mixed = (mixed + numbers[place : place + len(mixed)]) * _MIXER
    return np.unique((mixed >> np.uint64(32)).astype(np.uint32))


def signature(text: str) -> bytes:
    """MinHash signature of a text: that of its shingles, as :func:`sign` computes it."""
    return sign(shingles(text))


def sign(runs: list[bytes]) -> bytes:
    """MinHash signature of shingles: 256 little-endian uint32, 1,024 bytes; the same on every machine."""
    sketch = rensa.RMinHash(PERMUTATIONS, SEED)
    sketch.update(runs)
    return np.array(sketch.digest(), dtype=_NUMBER).tobytes()


def _words(normalised: str) -> bytes:
    """The words of a normalised text, one space between them."""
    if not normalised.isascii() and UNSPACED.search(normalised):
        normalised = UNSPACED.sub(r" \g<0> ", normalised)
    return single_spaced(normalised.encode("utf-8", "surrogatepass").translate(_PUNCTUATION_TO_SPACE, _DELETED))


def _runs(words: bytes) -> list[bytes]:
    # Slices of one string between the right spaces: half the time of splitting it and joining every five words.
    spaces = np.flatnonzero(np.frombuffer(words, np.uint8) == _SPACE)
    if len(spaces) < SHINGLE_LENGTH - 1:
        return [words] if words else []
    starts = [0, *(spaces + 1).tolist()]
    ends = [*spaces[SHINGLE_LENGTH - 1 :].tolist(), len(words)]
    return [words[start:end] for start, end in zip(starts, ends, strict=False)]
