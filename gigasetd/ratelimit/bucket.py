# -*- test-case-name: tests.ratelimit.test_bucket -*-
"""
A token bucket for each source: how many requests it may send.

Written by hand: the packages for it (limits, pyrate-limiter) read the wall clock
themselves, so that no test could set it.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gigasetd.registry.boundeddict import BoundedDict

K = TypeVar("K")

BURST = 4.0
"""Seconds whose requests may come at once."""


class TokenBuckets(BoundedDict[K, tuple[float, float]]):
    """
    Key -> tokens, and when they were counted.

    A bucket that is full again says no more than none at all.  So each new one lets
    the oldest two go, if they are full: a flood with 100,000 forged addresses leaves
    as many buckets as can refill in the meantime, instead of 30 MB.
    """

    def level(self, key: K, rate: float, burst: float, now: float) -> float:
        """
        Return how many tokens a bucket holds now.
        """
        bucket = self.get(key)
        if bucket is None:
            return burst
        return min(burst, bucket[0] + max(0.0, now - bucket[1]) * rate)

    def take(self, key: K, rate: float, burst: float, now: float) -> bool:
        """
        Take a token.

        @return: whether there was one.
        """
        bucket = self.get(key)
        if bucket is None:
            self._dropFull(rate, burst, now)
            bucket = (burst, now)
        tokens, since = bucket
        tokens = min(burst, tokens + max(0.0, now - since) * rate)
        if tokens < 1:
            return False
        self[key] = (tokens - 1, now)
        return True

    def _dropFull(self, rate: float, burst: float, now: float) -> None:
        for _ in range(2):
            oldest = next(iter(self), None)
            if oldest is None or self.level(oldest, rate, burst, now) < burst:
                return
            del self[oldest]


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
        self._buckets: TokenBuckets[str] = TokenBuckets(most)

    def __len__(self) -> int:
        return len(self._buckets)

    def admits(self, host: str, now: float) -> bool:
        """
        Take a token from the bucket of C{host}'s source.

        @return: whether it had one.
        """
        rate = self.rate
        return self._buckets.take(self.source(host), rate, rate * BURST, now)
