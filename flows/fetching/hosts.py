"""The manners of asking one host: one request at a time, a pause after each, and an end where it does not answer.

What is asked for does not belong here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flows.fetching.clock import Clock
from flows.fetching.ends import PutOff

FAILURES_IN_A_ROW = 3
"""After which a host is left alone for the rest of the fetch: it is down, or does not want us."""

MAX_PAUSE_SECONDS = 120.0
"""That is waited within a fetch because a host asks for it (Retry-After); what would take longer is put off."""


class Host:
    """One host, by name; its ports share its manners."""

    def __init__(self, name: str, delay_seconds: float, ends_at: float, clock: Clock) -> None:
        self.name = name
        self.robots_lock = threading.Lock()
        """Held while a robots.txt of the host is fetched, so that it is fetched once."""
        self._delay = delay_seconds
        self._ends_at = ends_at
        self._clock = clock
        self._lock = threading.Lock()
        self._ready_at = clock.seconds()
        self._failures = 0
        self._left_because: PutOff | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The right to make one request; waits for it.

        Raises:
            PutOff: the host is left alone, or the wait would outlast the fetch.
        """
        with self._lock:
            self._wait()
            try:
                yield
            finally:
                self._ready_at = max(self._ready_at, self._clock.seconds() + self._delay)

    def slow_down(self, delay_seconds: float) -> None:
        """Wait at least so long after each request."""
        self._delay = max(self._delay, delay_seconds)

    def pause(self, seconds: float) -> None:
        """The host asks for a pause; a long one is made by leaving it alone."""
        if seconds > MAX_PAUSE_SECONDS:
            self._left_because = PutOff(f"{self.name} asks to come again in {seconds:,.0f} seconds")
        self._ready_at = max(self._ready_at, self._clock.seconds() + seconds)

    def answered(self) -> None:
        """There was an answer that is no failure of the host."""
        self._failures = 0

    def failed(self) -> None:
        """There was none."""
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            self._left_because = PutOff(f"{self.name} failed {self._failures} times in a row", counts=True)

    def _wait(self) -> None:
        if self._left_because:
            raise PutOff(self._left_because.detail, counts=self._left_because.counts)
        seconds = self._ready_at - self._clock.seconds()
        if max(self._ready_at, self._clock.seconds()) >= self._ends_at:
            raise PutOff("the time of this fetch is over")
        if seconds > 0:
            self._clock.wait(seconds)
        if self._clock.stopped:
            raise PutOff("the fetch was stopped")
