"""Batches: what is read ahead and kept is bounded, whatever comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flows.batching import DOCUMENT_BYTES, Batcher, BatchLimits
from flows.reading import Unreadable
from flows.reading.documents import unreadable
from flows.workers import ShardResult, make_result
from tests.builders import make_raw
from transforms.records import RawDocument

LIMITS = BatchLimits(500, 1 << 20)


@dataclass
class Sent:
    documents: Sequence[RawDocument]

    def fetch(self) -> tuple[Sequence[RawDocument], ShardResult]:
        return self.documents, make_result([], [])


class Crew:
    bytes_ahead = 200 * DOCUMENT_BYTES

    def send(self, documents: Sequence[RawDocument]) -> Sent:
        return Sent(documents)


class Counting:
    """Items, and how many of them were taken."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self.taken = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self.taken += 1
            yield item


def test_tiny_documents_are_not_all_read_ahead() -> None:
    items: Iterator[Unreadable] = (unreadable("malformed row", "no", "a.jsonl", n, b'{"a":1}') for n in range(50_000))
    counting = Counting(items)
    batches = iter(Batcher(counting, lambda ids: {}, Crew(), "run", LIMITS))
    first = next(batches)
    assert counting.taken < 5_000, "the batch, a window of 1,000 each, and what is ahead"
    assert first.read + sum(batch.read for batch in batches) == 50_000


def test_repeats_keep_no_content_and_fill_a_batch_too() -> None:
    same = make_raw(content=b"word " * 1_000)
    counting = Counting(iter([same] * 20_000))
    batches = iter(Batcher(counting, lambda ids: {}, Crew(), "run", LIMITS))
    first = next(batches)
    assert {document.content for document in first.repeated} == {b""}
    assert counting.taken < 5_000
    assert first.read + sum(batch.read for batch in batches) == 20_000
