"""Numbers with their nouns, for messages of commands and for reports."""

from __future__ import annotations


def things(number: int, one: str, several: str | None = None) -> str:
    """A number with its noun: ``1 article``, ``22,441 articles``, ``no articles``."""
    noun = one if number == 1 else several or f"{one}s"
    return f"{number:,} {noun}" if number else f"no {noun}"
