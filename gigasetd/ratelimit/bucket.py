# -*- test-case-name: tests.dns.test_cache -*-
"""
How many questions one address may ask.

Layer 1 (state).
"""

from __future__ import annotations

BURST = 4.0
"""Seconds whose questions may come at once."""


class Allowance:
    """
    A bucket an address; the local networks have one too, since behind a
    forged address there is always somebody else.

    @ivar rate: questions a second in the long run.
    """

    def __init__(self, rate: float, most: int = 10000) -> None:
        """
        @param most: addresses that are remembered.
        """
        self.rate = rate
        self._most = most
        self._buckets: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._buckets)

    def admits(self, host: str, now: float) -> bool:
        """
        Whether one more question of C{host} is looked at.
        """
        full = self.rate * BURST
        left, since = self._buckets.pop(host, (full, now))
        left = min(full, left + max(0.0, now - since) * self.rate)
        if len(self._buckets) >= self._most:
            del self._buckets[next(iter(self._buckets))]
        admitted = left >= 1
        self._buckets[host] = (left - 1 if admitted else left, now)
        return admitted
