"""
Tests of L{gigasetd.info.fetch.freshness}.
"""

from __future__ import annotations

from email.utils import formatdate

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.freshness import (
    HOUR,
    LATEST,
    SOONEST,
    backoff,
    freshnessLifetime,
    retryAfter,
    withJitter,
)
from gigasetd.info.sources.interface import Freshness
from tests.info.documents import NOON

FRESH = Freshness(600, 1800, 7200)


def date(seconds: float) -> str:
    """
    A date as HTTP has it.
    """
    return formatdate(NOON + seconds, usegmt=True)


class LastingTests(SynchronousTestCase):
    """
    L{freshnessLifetime}.
    """

    def check(self, seconds: float, asked: float = 0.0, **headers: str) -> None:
        """
        Compare.
        """
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.assertEqual(freshnessLifetime(told, NOON, FRESH, asked), seconds, headers)

    def test_told(self) -> None:
        """
        What a source says about its age is followed.
        """
        self.check(3600, cache_control="public, max-age=3600")
        self.check(3500, cache_control="MAX-AGE = 3600", age="100")
        self.check(900, expires=date(900))
        self.check(900, expires=date(4500), date=date(3600))
        self.check(1200, cache_control="max-age=1200", expires=date(900))

    def test_bounds(self) -> None:
        """
        But no source is asked all the time, nor forgotten.
        """
        self.check(600, cache_control="no-cache")
        self.check(600, cache_control="max-age=0")
        self.check(600, expires=date(-5))
        self.check(7200, cache_control="max-age=99999999")
        self.check(7200, asked=1e9)

    def test_untold(self) -> None:
        """
        Where it says nothing, or rubbish, the usual time holds.
        """
        self.check(1800)
        self.check(1800, expires="0")
        self.check(1800, expires="-1", cache_control="max-age=soon")
        self.check(1800, expires="Mon, 99 Foo 20266 99:99:99 GMT")

    def test_asked(self) -> None:
        """
        A document that asks to be left alone longer is.
        """
        self.check(3600, asked=3600, cache_control="max-age=60")


class PatienceTests(SynchronousTestCase):
    """
    L{retryAfter}, L{backoff}, L{withJitter}.
    """

    def test_refusal(self) -> None:
        """
        A server that names a time to come back is left alone until then, for
        a day at most.
        """
        self.assertEqual(retryAfter({"retry-after": "120"}, NOON), 120)
        self.assertEqual(retryAfter({"retry-after": date(300)}, NOON), 300)
        self.assertEqual(retryAfter({"retry-after": date(-300)}, NOON), 0)
        self.assertEqual(retryAfter({"retry-after": "99999999999999"}, NOON), 86400)
        for rubbish in ("", "soon", "-5", "²"):
            self.assertEqual(retryAfter({"retry-after": rubbish}, NOON), 0)

    def test_patience(self) -> None:
        """
        Each failure makes the wait longer, within bounds.
        """
        waits = [backoff(failures, 0.5) for failures in range(12)]
        self.assertEqual(waits, sorted(waits))
        self.assertEqual((waits[0], waits[-1]), (SOONEST, LATEST))
        self.assertLess(backoff(3, 0.0), backoff(3, 1.0))
        self.assertEqual(backoff(10**6, 0.5), LATEST)

    def test_spread(self) -> None:
        """
        Nobody asks at the full hour, when all the world does.
        """
        hour = NOON - NOON % HOUR
        for chance in (0.0, 0.3, 0.999):
            for lasts in (900.0, 3600.0):
                for before in (0.0, 3.0, 30.0, 1800.0):
                    due = withJitter(hour + before, lasts, chance)
                    self.assertGreaterEqual(due, hour + before)
                    self.assertLess(due, hour + before + 1000)
                    self.assertGreaterEqual(due % HOUR, 55)
