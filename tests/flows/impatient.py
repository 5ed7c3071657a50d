"""A time limit that passes quickly for one document only, so that no other one needs a fast or idle machine."""

from collections.abc import Sequence

import pytest
from pebble import ProcessPool

from flows.workers import Work
from transforms.records import RawDocument


def hurry(monkeypatch: pytest.MonkeyPatch, content: bytes, seconds: float) -> list[tuple[list[bytes], float]]:
    """Give every shard with a document of this content ``seconds``, whatever limit :mod:`flows.workers` sets.

    Returns:
        A list to which each shard adds its documents' contents and the limit that was set for it.
    """
    limits: list[tuple[list[bytes], float]] = []
    schedule = ProcessPool.schedule

    def schedule_in_a_hurry(pool: ProcessPool, work: Work, args: list[Sequence[RawDocument]], timeout: float) -> object:
        contents = [document.content for document in args[0]]
        limits.append((contents, timeout))
        return schedule(pool, work, args=args, timeout=seconds if content in contents else timeout)

    monkeypatch.setattr(ProcessPool, "schedule", schedule_in_a_hurry)
    return limits
