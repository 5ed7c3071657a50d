"""Work for worker processes that dies, hangs, raises or eats memory on documents that say so."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.workers import ShardResult, make_result, process_shard
from transforms.records import RawDocument, Rejection


def misbehave(documents: Sequence[RawDocument]) -> ShardResult:
    """Do what each document's content says; refuse the others, so that they can be counted."""
    for document in documents:
        if document.content == b"die":
            os._exit(139)
        while document.content == b"hang":
            pass
    return make_result([], [Rejection(document.doc_id, "extract", "well", "came through") for document in documents])


@dataclass(frozen=True, slots=True)
class WaitsForTheKill:
    """Work that tells its process and waits with its first shard; done as usual once ``told`` is there."""

    told: Path

    def __call__(self, documents: Sequence[RawDocument]) -> ShardResult:
        if documents and not self.told.exists():
            written = self.told.with_suffix(".new")
            written.write_text(str(os.getpid()), encoding="ascii")
            written.rename(self.told)
            threading.Event().wait()
        return process_shard(documents)
