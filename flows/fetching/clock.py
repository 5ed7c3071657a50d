"""Time as fetching sees it: a clock that can wait and be stopped, and a deadline.

Tests put a clock of their own in its place, so that no test waits.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass

import httpcore


class Clock:
    """The machine's time."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def seconds(self) -> float:
        """Since some fixed time; never goes back."""
        return time.monotonic()

    def now(self) -> dt.datetime:
        """UTC."""
        return dt.datetime.now(dt.UTC)

    def wait(self, seconds: float) -> None:
        """Returns after so many seconds, at once where the clock is stopped."""
        self._stop.wait(seconds)

    def stop(self) -> None:
        """Nobody shall wait any more: the fetch is to end."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether the fetch is to end."""
        return self._stop.is_set()


@dataclass(frozen=True, slots=True)
class Deadline:
    """When one request must be over, however slowly its bytes come."""

    clock: Clock
    ends_at: float

    def clip(self, timeout: float | None) -> float:
        """Seconds that the next step may take.

        Raises:
            httpcore.ReadTimeout: the deadline is over.
        """
        left = self.ends_at - self.clock.seconds()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for one request is over")
        return left if timeout is None else min(timeout, left)
