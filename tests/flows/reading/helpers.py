"""Reading what a test has written, and telling what came out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.reading import ReadOptions, Unreadable, read
from transforms.records import RawDocument

STORY = "The ferry to Holm Island will run every hour from May, the harbour office said."


def outcomes(*inputs: Path | str, **options: Any) -> list[RawDocument | Unreadable]:
    """Everything that reading gives."""
    return list(read([str(each) for each in inputs], ReadOptions(**options)))


def documents(*inputs: Path | str, **options: Any) -> list[RawDocument]:
    """The documents, after making sure that there was nothing else."""
    found = outcomes(*inputs, **options)
    assert [each.rejection for each in found if isinstance(each, Unreadable)] == []
    return [each for each in found if isinstance(each, RawDocument)]


def texts(*inputs: Path | str, **options: Any) -> list[str]:
    """Contents of documents, and ``<reason>`` in place of what could not be read."""
    return [
        f"<{each.rejection.reason}>" if isinstance(each, Unreadable) else each.content.decode("utf-8", "replace")
        for each in outcomes(*inputs, **options)
    ]


def only_unreadable(*inputs: Path | str, **options: Any) -> Unreadable:
    """The one thing that could not be read, after making sure that there was nothing else."""
    (found,) = outcomes(*inputs, **options)
    assert isinstance(found, Unreadable)
    assert found.rejection.doc_id == found.document.doc_id
    assert found.rejection.stage == "read"
    return found
