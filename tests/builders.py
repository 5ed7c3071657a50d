"""Records for tests: sound ones, with the fields that a test is about changed. The only way tests build records."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from transforms.records import Article

TEXT = (
    "The harbour bridge will reopen to traffic on Monday after eleven months of repairs, the city council said.\n"
    "Engineers replaced forty of the steel hangers and laid a new road surface over the whole length of the span.\n"
    "Councillor Ada Marsh thanked the residents for their patience. Ferries will keep their summer timetable."
)


def make_article(**changes: Any) -> Article:
    """An article that keeps the whole contract; hash and counts follow ``text`` unless they are given."""
    text = changes.get("text", TEXT)
    values: dict[str, Any] = {
        "article_id": "a3f1c2d4e5b60718293a4b5c",
        "doc_id": "5f0c7c7f3e2b4d6a8c9e0f12",
        "url": "https://harbourpost.example/2024/05/bridge-reopens",
        "domain": "harbourpost.example",
        "site_name": "Harbour Post",
        "publisher": "Harbour Post",
        "agency": None,
        "title": "Harbour bridge reopens on Monday",
        "authors": ("Ana Ruiz",),
        "published_on": dt.date(2024, 5, 3),
        "modified_on": None,
        "dateline": None,
        "text": text,
        "language": "en",
        "language_confidence": 0.99,
        "language_by": "langdetect",
        "language_reason": None,
        "word_count": len(text.split()),
        "sentence_count": max(1, text.count(".")),
        "stripped_line_count": 0,
        "stripped_char_count": 0,
        "is_article": True,
        "article_reason": "prose",
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "minhash": bytes(1024),
        "input_id": None,
        "media_type": "text/plain",
        "extractor": "text",
        "repairs": (),
        "fetched_at": None,
        "origin": "inbox/bridge.txt",
        "origin_row": None,
    }
    return Article(**(values | changes))
