"""The way of one document through the pure stages, from what was read to the article.

No batch, database, process or Prefect belongs here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.tools import Tools
from transforms.describe import describe
from transforms.extract import extract
from transforms.fingerprint import fingerprint
from transforms.records import Article, Provenance, RawDocument, Rejection, Stage, StrippedLine
from transforms.strip import strip


@dataclass(frozen=True, slots=True)
class Processed:
    """A document that passed every pure stage: the article, what was cut from it and what the cuts say."""

    article: Article
    cuts: tuple[StrippedLine, ...]
    provenance: tuple[Provenance, ...]


def process(
    raw: RawDocument, tools: Tools, enter: Callable[[Stage], None] = lambda stage: None
) -> Processed | Rejection:
    """Extract, strip, describe and fingerprint one document.

    ``enter`` is told each stage before it begins, so that a crash can be laid at the right door.
    """
    enter("extract")
    extracted = extract(raw, tools.extract_options)
    if isinstance(extracted, Rejection):
        return extracted
    enter("strip")
    stripped = strip(extracted, tools.rulebook, tools.agencies)
    if isinstance(stripped, Rejection):
        return stripped
    enter("describe")
    described = describe(stripped, tools.describe)
    enter("fingerprint")
    article = fingerprint(described, raw)
    if isinstance(article, Rejection):
        return article
    return Processed(article, stripped.cuts, stripped.provenance)
