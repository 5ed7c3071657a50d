"""From a stream of documents to batches that are ready to be settled.

Documents that the warehouse already knows are counted and let go; the others go to the workers shard by shard, several
shards ahead of the batch that is being settled, and come back in the order they were read. Memory is bounded by one
batch and the shards in flight, whatever the size of the input. Validating and loading belong to :mod:`flows.settle`.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from flows.reading import Unreadable
from flows.workers import Crew, Sent, ShardResult, make_result, merge
from transforms.records import RawDocument

WINDOW_DOCUMENTS = 1000
"""Documents that are looked up in the warehouse in one query."""
WINDOW_BYTES = 8 << 20
SHARD_DOCUMENTS = 100
"""One worker task: a quarter of a second of plain text, so that the workers finish together."""
SHARD_BYTES = 2 << 20
"""The same of HTML pages."""

DOCUMENT_BYTES = 2048
"""What a document takes beside its content while it is ahead of the batch: its record, and what became of it."""

Item = RawDocument | Unreadable

Repeated = Callable[[Sequence[RawDocument], Mapping[str, str]], Set[int]]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """When a batch is full, whichever comes first; both are kept to within one shard."""

    documents: int
    bytes: int


@dataclass(slots=True)
class Batch:
    """Documents that are settled together, and what the pure stages made of those that are new."""

    number: int
    read: int = 0
    unchanged: int = 0
    repeated: list[RawDocument] = field(default_factory=list)
    """Documents that this very run has read before, to the last byte, without their content."""
    documents: dict[str, RawDocument] = field(default_factory=dict)
    """The new documents by id, the unreadable ones too."""
    results: list[ShardResult] = field(default_factory=list)
    bytes: int = 0

    @property
    def result(self) -> ShardResult:
        """All shards' results as one."""
        return merge(self.results) if self.results else make_result([], [])


@dataclass(slots=True)
class _Shard:
    """Documents as they were read, sorted into known, repeated, unreadable and new."""

    read: int = 0
    unchanged: int = 0
    repeated: list[RawDocument] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    documents: list[RawDocument] = field(default_factory=list)
    """Until they are sent."""
    bytes: int = 0
    sent: Sent | None = None

    @property
    def weight(self) -> int:
        """About the memory that it takes until it is settled, known and repeated documents aside from their content."""
        return self.bytes + (self.read - self.unchanged) * DOCUMENT_BYTES

    def full(self, documents: int) -> bool:
        return len(self.documents) >= documents or self.bytes >= SHARD_BYTES


class Batcher:
    """Iterates once over the batches of a stream of documents.

    A batch must be settled before the next one is asked for: what was settled is how a document that comes again is
    recognised. ``settled`` looks ids up: the settled ones with the run that settled them; ``repeated`` names those of
    some documents, by position, that repeat one which an earlier run had settled; see :mod:`flows.repeats`.
    """

    def __init__(
        self,
        items: Iterable[Item],
        settled: Callable[[Sequence[str]], Mapping[str, str]],
        crew: Crew,
        run_id: str,
        limits: BatchLimits,
        repeated: Repeated = lambda documents, settled: frozenset(),
    ) -> None:
        self._items = iter(items)
        self._settled = settled
        self._crew = crew
        self._run_id = run_id
        self._limits = limits
        self._repeated = repeated
        self._shard_documents = min(SHARD_DOCUMENTS, limits.documents)
        self._underway: set[str] = set()
        """Ids of documents that were read and are not settled yet."""

    def __iter__(self) -> Iterator[Batch]:
        shards = self._sent(self._shards())
        for number in itertools.count(1):
            batch = self._filled(Batch(number), shards)
            if not batch.read:
                return
            yield batch
            self._underway -= batch.documents.keys()

    def _shards(self) -> Iterator[_Shard]:
        for window in _windows(self._items):
            documents = [_document(item) for item in window]
            settled = self._settled([document.doc_id for document in documents])
            repeated = self._repeated(documents, settled)
            shard = _Shard()
            for number, item in enumerate(window):
                self._sort(item, shard, settled, repeated=number in repeated)
                if shard.full(self._shard_documents):
                    yield shard
                    shard = _Shard()
            if shard.read:
                yield shard

    def _sort(self, item: Item, shard: _Shard, settled: Mapping[str, str], *, repeated: bool) -> None:
        document = _document(item)
        shard.read += 1
        if repeated or document.doc_id in self._underway or settled.get(document.doc_id) == self._run_id:
            shard.repeated.append(replace(document, content=b""))
            return
        if document.doc_id in settled:
            shard.unchanged += 1
            return
        self._underway.add(document.doc_id)
        shard.bytes += len(document.content)
        if isinstance(item, Unreadable):
            shard.unreadable.append(item)
        else:
            shard.documents.append(item)

    def _sent(self, shards: Iterator[_Shard]) -> Iterator[_Shard]:
        """The same shards, sent as far ahead as the crew wants them."""
        ahead: deque[_Shard] = deque()
        bytes_ahead = 0
        for shard in shards:
            if shard.documents:
                shard.sent = self._crew.send(shard.documents)
                shard.documents = []
            ahead.append(shard)
            bytes_ahead += shard.weight
            while bytes_ahead > self._crew.bytes_ahead:
                bytes_ahead -= ahead[0].weight
                yield ahead.popleft()
        yield from ahead

    def _filled(self, batch: Batch, shards: Iterator[_Shard]) -> Batch:
        while len(batch.documents) + len(batch.repeated) < self._limits.documents and batch.bytes < self._limits.bytes:
            shard = next(shards, None)
            if shard is None:
                break
            self._take(batch, shard)
        return batch

    def _take(self, batch: Batch, shard: _Shard) -> None:
        batch.read += shard.read
        batch.unchanged += shard.unchanged
        batch.repeated += shard.repeated
        batch.bytes += shard.bytes
        batch.documents |= {item.document.doc_id: item.document for item in shard.unreadable}
        if shard.unreadable:
            batch.results.append(make_result([], [item.rejection for item in shard.unreadable]))
        if shard.sent:
            documents, result = shard.sent.fetch()
            batch.documents |= {document.doc_id: document for document in documents}
            batch.results.append(result)


def _document(item: Item) -> RawDocument:
    return item.document if isinstance(item, Unreadable) else item


def _windows(items: Iterator[Item]) -> Iterator[list[Item]]:
    window: list[Item] = []
    size = 0
    for item in items:
        window.append(item)
        size += len(_document(item).content)
        if len(window) >= WINDOW_DOCUMENTS or size >= WINDOW_BYTES:
            yield window
            window, size = [], 0
    if window:
        yield window
