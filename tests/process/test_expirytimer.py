"""
Tests for L{gigasetd.process.expirytimer}.
"""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.logincode import LoginCodes
from gigasetd.process.clock import SteadyClock
from gigasetd.process.expirytimer import MINUTE, part
from tests.registry.populated import MAC
from tests.sites import built, siteOf


class TidyingTests(SynchronousTestCase):
    """
    Nothing waits for somebody to ask before it goes.
    """

    def setUp(self) -> None:
        """
        A clock, and somewhere to look.
        """
        self.reactor = Clock()
        self.clock = SteadyClock(self.reactor.seconds)
        site = siteOf(None, None, self.reactor, clock=self.clock)
        self.built, self.timer = built(site, part)

    def test_codes(self) -> None:
        """
        A code is gone from memory a minute after its time at the latest.
        """
        codes = LoginCodes(lambda: 12345678)
        self.built.status.expires.append(codes.tidy)
        codes.make(MAC, self.clock.now())
        self.timer.startService()
        self.reactor.pump([MINUTE] * 9)
        self.assertEqual(len(codes), 1)
        self.reactor.pump([MINUTE] * 2)
        self.assertEqual(len(codes), 0)
        return self.timer.stopService()

    def test_fault(self) -> None:
        """
        One that fails keeps nobody else from forgetting, then or later.
        """
        heard: list[float] = []

        def broken(now: float) -> None:
            raise ZeroDivisionError

        self.built.status.expires += [broken, heard.append]
        self.timer.startService()
        self.reactor.advance(MINUTE)
        self.assertEqual(len(heard), 2)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 2)
        return self.timer.stopService()
