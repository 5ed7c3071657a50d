"""What a node does with a parcel: the same stages in the same kind of worker process as a run on one machine.

The process that Ray starts only reads and writes parcels; documents are processed in a worker process below it, so that
one that crashes or hangs costs that document and not the node's task. Neither Ray nor Prefect is known here.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
import platform
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from importlib import metadata, resources
from importlib.resources.abc import Traversable

from flows.cluster.faults import NodeDiffers
from flows.cluster.parcels import (
    PROCESSED_SCHEMA,
    ParcelReader,
    ParcelWriter,
    processed_name,
    processed_rows,
    raw_documents,
    raw_name,
)
from flows.cluster.storage import SharedFolder
from flows.tools import ToolParts
from flows.workers import ShardResult, WorkerLimits, Workers
from transforms.records import RawDocument

LIBRARIES_THAT_DECIDE = (
    "charset-normalizer",
    "courlan",
    "ftfy",
    "google-re2",
    "htmldate",
    "idna",
    "justext",
    "langdetect",
    "lxml",
    "numpy",
    "py3langid",
    "python-dateutil",
    "rensa",
    "tldextract",
    "trafilatura",
)
"""With another version of one of them the same document can come to another article."""

SHARDS_AHEAD = 2
"""Shards that wait for the worker process while the parcel is read and written: it is never idle."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What a node needs beside the documents; the same for every parcel of a run."""

    parts: ToolParts
    limits: WorkerLimits
    build: Mapping[str, str]
    """Of the machine that writes."""

    def packed(self) -> bytes:
        """In a form that can be sent, with the rules parsed."""
        assert self.parts.checked()
        return pickle.dumps(self)


def process_parcel(folder: str, number: int, kit: bytes) -> int:
    """Take a parcel's documents through the pure stages; safe to repeat, and by two nodes at once.

    Args:
        folder: URL of the run's folder on shared storage.
        kit: a packed :class:`Kit`.

    Returns:
        How many documents the parcel has.

    Raises:
        NodeDiffers: this machine has other code or libraries than the writer.
        OSError: the storage cannot be read or written.
        WorkersLost: no worker process can start on this machine.
    """
    shared = SharedFolder.at(folder)
    workers = _workers(kit)
    count = 0
    with (
        ParcelReader(shared, raw_name(number)) as raw,
        ParcelWriter(shared, processed_name(number), PROCESSED_SCHEMA) as processed,
    ):
        for documents, result in _results(workers, raw):
            processed.write(processed_rows(documents, result))
            count += len(documents)
    return count


def this_build() -> dict[str, str]:
    """What on this machine decides what a document comes to: by name, the version."""
    code = hashlib.sha256()
    for package in ("transforms", "flows"):
        for name, content in _modules(resources.files(package)):
            code.update(f"{package}/{name}:{len(content)}:".encode() + content)
    versions = {name: metadata.version(name) for name in LIBRARIES_THAT_DECIDE}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"copydesk": code.hexdigest()[:12], "python": python, **versions}


def _modules(package: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """The modules of a package and of all packages below it: path and content, in the order of their names."""
    for entry in sorted(package.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _modules(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield prefix + entry.name, entry.read_bytes()


@functools.lru_cache(maxsize=1)
def _workers(kit: bytes) -> Workers:
    """One worker process for as long as this process lives: Ray keeps it for the next parcels of the same run."""
    unpacked: Kit = pickle.loads(kit)  # noqa: S301  (of the writer, through Ray, which runs the writer's code anyway)
    _refuse_if_different(unpacked.build)
    return Workers(unpacked.parts, unpacked.limits)


def _refuse_if_different(writers_build: Mapping[str, str]) -> None:
    ours = this_build()
    different = [f"{name} {ours[name]}, not {theirs}" for name, theirs in writers_build.items() if ours[name] != theirs]
    if different:
        raise NodeDiffers(
            f"node {platform.node()} differs from the machine that writes: {', '.join(different)}; "
            "install the same release of Copydesk from the same lock on every node"
        )


def _results(workers: Workers, raw: ParcelReader) -> Iterator[tuple[list[RawDocument], ShardResult]]:
    ahead: deque[tuple[list[RawDocument], Future[ShardResult]]] = deque()
    for index in range(raw.shards):
        documents = raw_documents(raw.shard(index))
        ahead.append((documents, workers.submit(documents)))
        if len(ahead) > SHARDS_AHEAD:
            documents, future = ahead.popleft()
            yield documents, workers.result(future, documents)
    while ahead:
        documents, future = ahead.popleft()
        yield documents, workers.result(future, documents)
