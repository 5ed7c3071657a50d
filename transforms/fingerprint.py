"""The fingerprint stage: what tells copies of a text apart or together, and the article's row.

The digest finds exact copies, the MinHash signature near ones. What is done with copies belongs to ``duplicates``.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from transforms.records import (
    Article,
    DescribedDocument,
    DocumentFacts,
    RawDocument,
    Rejection,
    StrippedDocument,
    facts_of,
)
from transforms.text.identity import article_id
from transforms.text.normalise import normalise_text
from transforms.text.shingles import normalised_shingles, sign
from transforms.text.structure import after_cuts, to_json, with_paragraphs


def fingerprint(described: DescribedDocument, raw: RawDocument) -> Article | Rejection:
    """The article's row with digest, signature and id.

    Rejects with reason ``no words`` a text of white space and punctuation: it has nothing to compare, and its signature
    would be equal to every other such text's.
    """
    text = normalise_text(described.stripped.text)
    runs = normalised_shingles(text)
    if not runs:
        detail = f"the main text has {len(described.stripped.text)} characters, all white space or punctuation"
        return Rejection(raw.doc_id, "fingerprint", "no words", detail)
    return _article(described, raw, text_digest(text), sign(runs))


def text_digest(normalised: str) -> str:
    """SHA-256 of a normalised text, in hex."""
    return hashlib.sha256(normalised.encode("utf-8", "surrogatepass")).hexdigest()


def _article(described: DescribedDocument, raw: RawDocument, text_sha256: str, minhash: bytes) -> Article:
    stripped = described.stripped
    document = replace(stripped.document, authors=stripped.document.authors or _people_in_bylines(stripped))
    return Article(
        **facts_of(document, DocumentFacts),
        article_id=article_id(document.url, described.domain, raw.input_id, raw.doc_id),
        domain=described.domain,
        publisher=described.publisher,
        agency=described.agency,
        dateline=described.dateline,
        text=stripped.text,
        blocks=to_json(with_paragraphs(stripped.text, after_cuts(stripped.text, document.blocks, stripped.cuts))),
        language=described.language,
        language_confidence=described.language_confidence,
        language_by=described.language_by,
        language_reason=described.language_reason,
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
        fetched_at=raw.fetched_at,
        origin=raw.origin,
        origin_row=raw.origin_row,
    )


def _people_in_bylines(stripped: StrippedDocument) -> tuple[str, ...]:
    """Authors by the bylines that were cut, where neither the page nor the input names any."""
    return tuple(dict.fromkeys(item.value for item in stripped.provenance if item.kind == "byline"))
