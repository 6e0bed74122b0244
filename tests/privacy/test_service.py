"""
The retention sweep as a service.
"""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import TestCase

from gigasetd.privacy.service import HOUR, part
from gigasetd.process.clock import SteadyClock
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import CheckIn
from gigasetd.registry.registry import Registry
from tests.sites import built, siteOf

DAY = 86400.0


class SweepTests(TestCase):
    """
    L{service}.
    """

    async def test_guestsGo(self) -> None:
        """
        A guest that has not reported for the retention time is forgotten by
        itself, without anybody asking.
        """
        clock = Clock()
        registry = Registry(Journal())
        guest = CheckIn("7C2F80000001", 0.0, "", "", "", "", "", 0, "", "")
        registry.put(guest)
        steady = SteadyClock(clock.seconds, lambda: DAY)
        site, sweep = built(siteOf(None, registry, clock, clock=steady), part)
        sweep.startService()
        self.assertIn(guest.mac, registry.checkins)
        clock.advance(2 * DAY + HOUR)
        await self._until(lambda: guest.mac not in registry.checkins)
        self.assertTrue(site.store.settled)
        await sweep.stopService()

    async def _until(self, true) -> None:
        """
        Let the cooperator work until something is true.
        """
        from twisted.internet import reactor
        from twisted.internet.task import deferLater

        while not true():
            await deferLater(reactor, 0, lambda: None)
