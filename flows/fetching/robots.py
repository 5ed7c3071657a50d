"""What a robots.txt allows us, as RFC 9309 has it; Protego reads it.

Fetching one does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

MAX_ROBOTS_BYTES = 512 * 1024
"""RFC 9309, section 2.5, asks for at least 500 KiB; what is longer is cut there."""


@dataclass(frozen=True, slots=True)
class Robots:
    """One site's rules for one user agent."""

    rules: Protego
    user_agent: str

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched."""
        return bool(self.rules.can_fetch(url, self.user_agent))

    @property
    def delay_seconds(self) -> float:
        """Between two requests, by Crawl-delay and Request-rate; 0 where neither is asked for."""
        delay = self.rules.crawl_delay(self.user_agent) or 0.0
        rate = self.rules.request_rate(self.user_agent)
        return max(float(delay), rate.seconds / rate.requests if rate else 0.0)


def parse_robots(content: bytes, user_agent: str) -> Robots:
    """The rules in the first 512 KiB of a robots.txt; what is no rule is passed over."""
    text = content[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")
    return Robots(Protego.parse(text), user_agent)
