"""The fingerprint stage: what tells copies of a text apart or together, and the article's row.

The digest finds exact copies, the MinHash signature near ones. What is done with copies belongs to ``duplicates``.

MinHash: A. Broder, "On the resemblance and containment of documents" (1997), as rensa's R-MinHash computes it. The
standard error of an estimate from 256 permutations is sqrt(J * (1 - J) / 256), at most 0.031.
"""

from __future__ import annotations

import hashlib

import numpy as np
import rensa

from transforms.counts import UNSPACED
from transforms.identity import article_id
from transforms.normalise import normalise_text, single_spaced
from transforms.records import Article, DescribedDocument, RawDocument, Rejection, StrippedDocument

PERMUTATIONS = 256
SEED = 42
"""Any number will do, but signatures of two seeds cannot be compared: changing it means making all of them anew."""

SHINGLE_LENGTH = 5
"""Words of a shingle: long enough that unrelated news texts share hardly any, short enough to survive small edits."""

_NUMBER = np.dtype("<u4")
_SPACE = ord(" ")
_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789") | frozenset(range(128, 256))
_PUNCTUATION_TO_SPACE = bytes(byte if byte in _KEPT else _SPACE for byte in range(256))
_DELETED = b"'"
"""Apostrophes go without a space, so that ``don't`` stays a word."""


def fingerprint(described: DescribedDocument, raw: RawDocument) -> Article | Rejection:
    """The article's row with digest, signature and id.

    Rejects with reason ``no words`` a text of white space and punctuation: it has nothing to compare, and its signature
    would be equal to every other such text's.
    """
    text = normalise_text(described.stripped.text)
    words = _words(text)
    if not words:
        detail = f"the main text has {len(described.stripped.text)} characters, all white space or punctuation"
        return Rejection(raw.doc_id, "fingerprint", "no words", detail)
    return _article(described, raw, text_digest(text), _signature(_shingles(words)))


def text_digest(normalised: str) -> str:
    """SHA-256 of a normalised text, in hex."""
    return hashlib.sha256(normalised.encode("utf-8", "surrogatepass")).hexdigest()


def shingles(text: str) -> list[bytes]:
    """Every run of five words of the normalised text without punctuation, in UTF-8, in order; repeats stay.

    Each character of a script without spaces (Han, kana, Thai, Lao, Khmer, Burmese) is a word here. A text of one to
    four words has one shingle, the whole; a text without words none.
    """
    return _shingles(_words(normalise_text(text)))


def signature(text: str) -> bytes:
    """MinHash signature of the text's shingles: 256 little-endian uint32, 1,024 bytes; the same on every machine."""
    return _signature(shingles(text))


def jaccard_estimate(a: bytes, b: bytes) -> float:
    """Estimate of the Jaccard similarity of two texts' shingle sets from their signatures, 0..1.

    Raises:
        ValueError: a signature is not 1,024 bytes long.
    """
    size = PERMUTATIONS * _NUMBER.itemsize
    if len(a) != size or len(b) != size:
        raise ValueError(f"signatures have {size} bytes, not {len(a)} and {len(b)}")
    return float(np.count_nonzero(np.frombuffer(a, _NUMBER) == np.frombuffer(b, _NUMBER))) / PERMUTATIONS


def _words(normalised: str) -> bytes:
    """The words of a normalised text, one space between them."""
    if not normalised.isascii() and UNSPACED.search(normalised):
        normalised = UNSPACED.sub(r" \g<0> ", normalised)
    return single_spaced(normalised.encode("utf-8", "surrogatepass").translate(_PUNCTUATION_TO_SPACE, _DELETED))


def _shingles(words: bytes) -> list[bytes]:
    # Slices of one string between the right spaces: half the time of splitting it and joining every five words.
    spaces = np.flatnonzero(np.frombuffer(words, np.uint8) == _SPACE)
    if len(spaces) < SHINGLE_LENGTH - 1:
        return [words] if words else []
    starts = [0, *(spaces + 1).tolist()]
    ends = [*spaces[SHINGLE_LENGTH - 1 :].tolist(), len(words)]
    return [words[start:end] for start, end in zip(starts, ends, strict=False)]


def _signature(runs: list[bytes]) -> bytes:
    sketch = rensa.RMinHash(PERMUTATIONS, SEED)
    sketch.update(runs)
    return np.array(sketch.digest(), dtype=_NUMBER).tobytes()


def _article(described: DescribedDocument, raw: RawDocument, text_sha256: str, minhash: bytes) -> Article:
    stripped = described.stripped
    document = stripped.document
    return Article(
        article_id=article_id(document.url, described.domain, raw.input_id, raw.doc_id),
        doc_id=raw.doc_id,
        url=document.url,
        domain=described.domain,
        site_name=document.site_name,
        publisher=described.publisher,
        agency=described.agency,
        title=document.title,
        standfirst=document.standfirst,
        authors=document.authors or _people_in_bylines(stripped),
        organisation_authors=document.organisation_authors,
        published_on=document.published_on,
        modified_on=document.modified_on,
        published_at=document.published_at,
        modified_at=document.modified_at,
        section=document.section,
        tags=document.tags,
        is_opinion=document.is_opinion,
        is_sponsored=document.is_sponsored,
        is_paywalled=document.is_paywalled,
        link_urls=document.link_urls,
        link_domains=document.link_domains,
        link_texts=document.link_texts,
        image_captions=document.image_captions,
        image_credits=document.image_credits,
        dateline=described.dateline,
        text=stripped.text,
        language=described.language,
        language_confidence=described.language_confidence,
        language_by=described.language_by,
        language_reason=described.language_reason,
        declared_language=document.declared_language,
        word_count=described.word_count,
        sentence_count=described.sentence_count,
        stripped_line_count=len(stripped.cuts),
        stripped_char_count=sum(len(cut.text) for cut in stripped.cuts),
        is_article=described.is_article,
        article_reason=described.article_reason,
        text_sha256=text_sha256,
        minhash=minhash,
        input_id=raw.input_id,
        media_type=raw.media_type,
        extractor=document.extractor,
        repairs=document.repairs,
        fetched_at=raw.fetched_at,
        origin=raw.origin,
        origin_row=raw.origin_row,
    )


def _people_in_bylines(stripped: StrippedDocument) -> tuple[str, ...]:
    """Authors by the bylines that were cut, where neither the page nor the input names any."""
    return tuple(dict.fromkeys(item.value for item in stripped.provenance if item.kind == "byline"))
