"""Processor time of several process trees while they work, and of the machine, as a record over time.

What the trees are and what the figures mean belongs to the benches.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import psutil

SAMPLE_SECONDS = 0.5
"""A sample reads every process of the machine, some milliseconds."""


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    """Seconds since the epoch, as Prefect notes times."""
    trees: dict[str, float]
    """Processor seconds so far."""
    machine: float
    """Of all processes of the machine."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was taken between two times, in cores: processor seconds for each second."""

    trees: dict[str, float]
    others: float
    """Processes that belong to no tree."""


class ProcessorTime:
    """Samples in a thread of its own; use as a context manager, and ask when it is left."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._seconds: dict[int, float] = {}
        self._samples: list[_Sample] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def add(self, name: str, pids: Sequence[int]) -> None:
        """Count these processes and everything that they start under a name."""
        self._names |= dict.fromkeys(pids, name)

    def between(self, begin: float, end: float) -> Usage:
        """What each tree took on the average; the borders are those of the next samples."""
        first, last = self._sample(begin), self._sample(end)
        seconds = last.at - first.at
        trees = {name: (taken - first.trees.get(name, 0.0)) / seconds for name, taken in last.trees.items()}
        return Usage(trees, max(0.0, (last.machine - first.machine) / seconds - sum(trees.values())))

    def _sample(self, at: float) -> _Sample:
        times = [sample.at for sample in self._samples]
        return self._samples[min(bisect_left(times, at), len(times) - 1)]

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self._read()

    def _read(self) -> None:
        for process in psutil.process_iter(["ppid", "cpu_times"]):
            name = self._names.get(process.pid) or self._names.get(process.info["ppid"])
            times = process.info["cpu_times"]
            if name and times:
                self._names[process.pid] = name
                self._seconds[process.pid] = times.user + times.system
        trees = dict.fromkeys(self._names.values(), 0.0)
        for pid, seconds in self._seconds.items():
            trees[self._names[pid]] += seconds
        machine = psutil.cpu_times()
        self._samples.append(_Sample(time.time(), trees, machine.user + machine.nice + machine.system))
