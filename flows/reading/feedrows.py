"""RSS and Atom feeds that were saved as files: one document for each item that has its whole text in the feed.

Feeds that are fetched, and what they link to, belong to ``flows.fetching``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from flows.reading.documents import Outcome, read_whole, unreadable
from flows.reading.fields import FieldMapper
from flows.reading.options import ReadOptions, StreamFault
from flows.reading.streams import Stream

_ITEMS = ("{*}item", "{*}entry")
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_DATES = ("pubDate", f"{_ATOM}published", "{http://purl.org/dc/elements/1.1/}date", f"{_ATOM}updated")
_NAMES = (_CREATOR, f"{_ATOM}author/{_ATOM}name")
_TITLES = ("title", f"{_ATOM}title", "{http://purl.org/rss/1.0/}title")
_LINKS = ("link", "{http://purl.org/rss/1.0/}link")
_IDS = ("guid", f"{_ATOM}id")


def read_feed(stream: Stream, origin: str, options: ReadOptions) -> Iterator[Outcome]:
    """The documents of a feed; ``origin_row`` counts its items.

    The text is ``content:encoded`` of RSS or ``content`` of Atom. Summaries would pass for short articles, so an item
    that has only one is a document that cannot be read. Broken XML is read as far as it goes.

    Raises:
        StreamFault: ``too large``, or what befell the stream.
    """
    limit = options.max_document_bytes
    content = read_whole(stream, "feed", limit)
    mapper = FieldMapper(ReadOptions(max_document_bytes=limit))
    number = 0
    try:
        for number, item in enumerate(_items(content), 1):
            row = _row(item)
            if "html" in row or "text" in row:
                yield mapper.document(row, mapper.plan_of(row), origin, number)
            else:
                detail = "The item has no full text. Fetch its page: copydesk run feed:ADDRESS."
                yield unreadable("missing text field", detail, origin, number, etree.tostring(item))
            item.clear()
    except (etree.LxmlError, ValueError) as error:
        raise StreamFault("corrupt file", f"It is no XML that can be read: {str(error)[:100]}.") from error
    if not number:
        raise StreamFault("empty", "There is no item in the feed.")


def _items(content: bytes) -> Iterator[Any]:
    events = etree.iterparse(
        io.BytesIO(content),
        tag=_ITEMS,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    return (item for _, item in events)


def _row(item: Any) -> dict[str, Any]:
    """What an item states, under names that rows have."""
    facts = {
        "title": _first(item, _TITLES),
        "url": _first(item, _LINKS) or _alternate(item),
        "date": _first(item, _DATES),
        "author": _first(item, _NAMES),
        "id": _first(item, _IDS),
        "html": _first(item, (_CONTENT,)),
    }
    if (atom := item.find(f"{_ATOM}content")) is not None:
        kind = atom.get("type", "text")
        if kind == "xhtml":
            facts["html"] = "".join(etree.tostring(child, encoding="unicode", method="html") for child in atom)
        else:
            facts["html" if kind in ("html", "text/html") else "text"] = atom.text
    return {name: value for name, value in facts.items() if value and value.strip()}


def _first(item: Any, paths: tuple[str, ...]) -> str | None:
    return next((text for path in paths if (text := (item.findtext(path) or "").strip())), None)


def _alternate(item: Any) -> str | None:
    links = item.findall(f"{_ATOM}link")
    return next((link.get("href") for link in links if link.get("rel", "alternate") == "alternate"), None)
