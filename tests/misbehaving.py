"""Work for worker processes that dies, hangs, raises or eats memory on documents that say so."""

import os
import threading
from collections.abc import Sequence

from flows.workers import ShardResult, make_result
from transforms.records import RawDocument, Rejection


def misbehave(documents: Sequence[RawDocument]) -> ShardResult:
    """Do what each document's content says; refuse the others, so that they can be counted."""
    for document in documents:
        if document.content == b"die":
            os._exit(139)
        if document.content == b"hang":
            threading.Event().wait()
    return make_result([], [Rejection(document.doc_id, "extract", "well", "came through") for document in documents])
