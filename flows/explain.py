"""What happened to one document, line by line, for people and programs.

Printing belongs to the command line; deciding what is cut, to the strip stage.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from flows.pipeline import process
from flows.tools import Tools
from transforms.records import Article, Provenance, RawDocument, Rejection, StrippedLine
from transforms.strip import segments


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of one line of the extracted text: kept, or cut."""

    text: str
    cut: StrippedLine | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A document's facts, its lines with their cuts, what was read from them, or why it left the way."""

    doc_id: str
    origin: str
    article: Article | None = None
    lines: tuple[tuple[Part, ...], ...] = ()
    provenance: tuple[Provenance, ...] = ()
    rejection: Rejection | None = None

    @classmethod
    def of_article(cls, article: Article, cuts: Sequence[StrippedLine], provenance: Sequence[Provenance]) -> Self:
        """Explain an accepted article."""
        lines = tuple(lines_of(article.text, cuts))
        return cls(article.doc_id, article.origin, article, lines, tuple(provenance))

    @classmethod
    def of_rejection(cls, raw: RawDocument, rejection: Rejection) -> Self:
        """Explain a document that left the way."""
        return cls(raw.doc_id, raw.origin, rejection=rejection)

    def values(self) -> dict[str, Any]:
        """The same as plain values, without the signature's bytes."""
        values = dataclasses.asdict(self)
        if values["article"]:
            del values["article"]["minhash"]
        return values


def explain_document(raw: RawDocument, tools: Tools) -> Explanation:
    """Take one document through the pure stages and explain its end."""
    end = process(raw, tools)
    if isinstance(end, Rejection):
        return Explanation.of_rejection(raw, end)
    return Explanation.of_article(end.article, end.cuts, end.provenance)


def lines_of(text: str, cuts: Sequence[StrippedLine]) -> Iterator[tuple[Part, ...]]:
    """The lines of the extracted text, each as its kept and cut parts; empty lines are left out.

    Args:
        text: the stripped text.
        cuts: what was cut from it, in order.
    """
    line: list[Part] = []
    for segment, cut in segments(text, cuts):
        for index, piece in enumerate(segment.split("\n")):
            if index and line:
                yield tuple(line)
                line = []
            if piece:
                line.append(Part(piece, cut))
    if line:
        yield tuple(line)
