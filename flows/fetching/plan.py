"""What a person names to be fetched: ``feed:URL``, ``sitemap:URL``, ``urls:FILE``.

Nothing is fetched here, and of the addresses nothing is judged: one that cannot be asked is told with the others that
failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.reading.options import InputError
from transforms.text.urls import MAX_URL_CHARACTERS

FEED = "feed:"
SITEMAP = "sitemap:"
URLS = "urls:"

_MAX_FILE_BYTES = 100 * 1024 * 1024
"""A million addresses."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be fetched."""

    lists: tuple[str, ...]
    """Addresses of feeds and sitemaps."""
    pages: tuple[tuple[str, str], ...]
    """Addresses of pages, each after the input that names it."""

    @property
    def names(self) -> frozenset[str]:
        """Of the lists and files, as pages are remembered by them."""
        return frozenset(self.lists) | {name for name, _ in self.pages}


def is_fetched(text: str) -> bool:
    """Whether an input names something to be fetched."""
    return text.startswith((FEED, SITEMAP, URLS))


def read_plan(inputs: Sequence[str]) -> Plan:
    """The lists and pages that the inputs name; each once.

    Raises:
        InputError: an input of another form, or a file that cannot be read.
    """
    lists: dict[str, None] = {}
    pages: dict[tuple[str, str], None] = {}
    for text in inputs:
        kind, mark, rest = text.partition(":")
        if not is_fetched(text) or not rest.strip():
            raise InputError(f"{text!r} names nothing to fetch: give feed:URL, sitemap:URL or urls:FILE")
        if kind + mark != URLS:
            lists[rest.strip()] = None
            continue
        for line in _lines(rest):
            if line.startswith((FEED, SITEMAP)):
                lists[line.partition(":")[2].strip()] = None
            else:
                pages[text, line] = None
    return Plan(tuple(lists), tuple(pages))


def _lines(name: str) -> list[str]:
    """The lines of a file without comments and empty ones."""
    path = Path(name)
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise InputError(f"{name!r} is over {_MAX_FILE_BYTES:,} bytes: split it")
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise InputError(f"the list of URLs {name!r} cannot be read: {error.strerror or error}") from error
    wanted = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return [line[: MAX_URL_CHARACTERS + 1] for line in wanted]
