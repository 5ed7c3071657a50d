"""A time limit that passes quickly for one document only, so that no other one needs a fast or idle machine."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import pytest

from flows.processes import ProcessPool


def hurry(monkeypatch: pytest.MonkeyPatch, content: bytes, seconds: float) -> list[tuple[list[bytes], float]]:
    """Give every shard with a document of this content ``seconds``, whatever limit :mod:`flows.workers` sets.

    Returns:
        A list to which each shard adds its documents' contents and the limit that was set for it.
    """
    limits: list[tuple[list[bytes], float]] = []
    submit = ProcessPool.submit

    def submit_in_a_hurry(
        pool: ProcessPool, work: Callable[[Sequence[Any]], Any], documents: Sequence[Any], limit: float
    ) -> Future[Any]:
        contents = [document.content for document in documents]
        limits.append((contents, limit))
        return submit(pool, work, documents, seconds if content in contents else limit)

    monkeypatch.setattr(ProcessPool, "submit", submit_in_a_hurry)
    return limits
