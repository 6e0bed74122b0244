"""
Tests of L{gigasetd.ratelimit.bucket}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.bucket import RateLimiter
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
