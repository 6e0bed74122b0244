"""
Tests of L{gigasetd.ratelimit.bucket}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.bucket import RateLimiter, TokenBuckets
from gigasetd.ratelimit.source import Sources


class RateLimiterTests(SynchronousTestCase):
    """
    L{RateLimiter}.
    """

    def test_rate(self) -> None:
        """
        A burst passes, a flood does not, and time heals.
        """
        limiter = RateLimiter(10)
        passed = sum(limiter.admits("a", 0.0) for _ in range(100))
        self.assertEqual(passed, 40)
        self.assertTrue(limiter.admits("b", 0.0))
        self.assertFalse(limiter.admits("a", 0.01))
        self.assertTrue(limiter.admits("a", 0.2))

    def test_source(self) -> None:
        """
        All addresses of a source share its bucket.
        """
        limiter = RateLimiter(10, source=Sources().of)
        hosts = [f"2001:db8::{number:x}" for number in range(600)]
        self.assertEqual(sum(limiter.admits(host, 0.0) for host in hosts), 40)
        self.assertTrue(limiter.admits("2001:db8:0:1::1", 0.0))

    def test_bounded(self) -> None:
        """
        Forged addresses fill no memory.
        """
        limiter = RateLimiter(10, 100)
        for n in range(1000):
            limiter.admits(str(n), 0.0)
        self.assertEqual(len(limiter), 100)


class TokenBucketsTests(SynchronousTestCase):
    """
    L{TokenBuckets}.
    """

    def test_forged(self) -> None:
        """
        Of 100,000 forged addresses in 12 seconds, one datagram each, as many stay as
        their buckets take to fill again.
        """
        buckets: TokenBuckets[str] = TokenBuckets(100000)
        most = 0
        for n in range(100000):
            self.assertTrue(buckets.take(str(n), 50.0, 200.0, n / 8000))
            most = max(most, len(buckets))
        self.assertLess(most, 300)

    def test_emptyStays(self) -> None:
        """
        A source that has used up its allowance is remembered until it has it again,
        whatever comes meanwhile.
        """
        buckets: TokenBuckets[str] = TokenBuckets(100000)
        for _ in range(200):
            self.assertTrue(buckets.take("flood", 50.0, 200.0, 0.0))
        for n in range(1000):
            buckets.take(str(n), 50.0, 200.0, 0.01)
        self.assertFalse(buckets.take("flood", 50.0, 200.0, 0.01))
        for n in range(2000):
            buckets.take(f"later {n}", 50.0, 200.0, 5.0)
        self.assertLess(len(buckets), 2001)
        self.assertEqual(buckets.level("flood", 50.0, 200.0, 5.0), 200.0)
