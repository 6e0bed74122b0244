# -*- test-case-name: tests.ratelimit.test_bucket -*-
"""
A token bucket for each source: how many requests it may send.

Written by hand: the packages for it (limits, pyrate-limiter) read the wall clock
themselves, so that no test could set it.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.registry.boundeddict import BoundedDict

BURST = 4.0
"""Seconds whose requests may come at once."""


class RateLimiter:
    """
    Limits the requests of each source.

    The local networks have buckets too: the sender of a forged packet hides
    behind the address of another.

    @ivar rate: requests a second in the long run.
    @ivar source: returns the source of an address.
    """

    def __init__(
        self, rate: float, most: int = 10000, source: Callable[[str], str] = str
    ) -> None:
        """
        @param most: sources that are remembered.
        @param source: returns the source of an address
            (L{gigasetd.ratelimit.source.Sources.of}); where the keys are no
            addresses, each stands for itself.
        """
        self.rate = rate
        self.source = source
        self._buckets: BoundedDict[str, tuple[float, float]] = BoundedDict(most)

    def __len__(self) -> int:
        return len(self._buckets)

    def admits(self, host: str, now: float) -> bool:
        """
        Take a token from the bucket of C{host}'s source.

        @return: whether it had one.
        """
        source = self.source(host)
        full = self.rate * BURST
        tokens, since = self._buckets.get(source, (full, now))
        tokens = min(full, tokens + max(0.0, now - since) * self.rate)
        admitted = tokens >= 1
        self._buckets[source] = (tokens - 1 if admitted else tokens, now)
        return admitted
