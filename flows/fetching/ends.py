"""The ends of an address beside being fetched: it fails for good, is put off to the next fetch, or is known already.

When each is due is decided where it is raised.
"""

from __future__ import annotations

from flows.reading.options import Reason


class Failed(Exception):
    """This address is not to be had; it becomes a row in quarantine."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail


class PutOff(Exception):
    """Not now; the next fetch tries again."""

    def __init__(self, detail: str, *, counts: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.counts = counts
        """Whether it is a try that failed: the host gave no answer; not where we did not ask, or were asked to wait."""


class Known(Exception):
    """A redirect led to a page that was fetched before."""
