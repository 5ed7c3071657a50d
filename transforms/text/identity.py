"""Ids that are the same on every machine: of documents, from what was read; of articles, from where they stand.

Comparing texts belongs to the fingerprint stage, not here.
"""

from __future__ import annotations

import hashlib

ID_LENGTH = 24
"""Hex digits of an id: 96 bits, at which a billion documents collide with a probability below 10^-11."""


def document_id(content: bytes, *facts: str | None) -> str:
    """Id of one version of a document: its bytes and what the input says about it (URL, own id, title, ...).

    The place it was read from has no part in it, so a moved or renamed file keeps its documents' ids. Facts are told
    apart by position and None from the empty string.
    """
    encoded = (fact if fact is None else fact.encode("utf-8", "surrogatepass") for fact in facts)
    digest = hashlib.sha256(b"".join(b"-" if fact is None else b"+%d:%b" % (len(fact), fact) for fact in encoded))
    digest.update(b"=")
    digest.update(content)
    return digest.hexdigest()[:ID_LENGTH]


def article_id(url: str | None, domain: str | None, input_id: str | None, doc_id: str) -> str:
    """Id of an article over its revisions: by canonical URL; else by the source's own id for it; else the document's.

    An input's id counts only together with a known source: bare numbers from two files are not one article.
    """
    if url:
        return _short_hash("url", url)
    if domain and input_id:
        return _short_hash("id", domain, input_id)
    return doc_id


def _short_hash(*parts: str) -> str:
    return document_id(b"", *parts)
