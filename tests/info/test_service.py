"""
Tests of L{gigasetd.info.service}.
"""

from __future__ import annotations

from twisted.internet import reactor
from twisted.internet.task import deferLater
from twisted.trial.unittest import TestCase

from gigasetd.config.schema import Config
from gigasetd.config.sections.info import InfoSection
from gigasetd.info.service import part
from gigasetd.registry.model import Profile
from tests.info import standin
from tests.info.documents import ECB, POLLEN, encoded
from tests.info.standin import Standin
from tests.sites import built, siteOf

HERE, AWAY = "51.84,6.62", "48.21,16.37"


class InformationTests(TestCase):
    """
    The sources as the daemon has them.
    """

    timeout = 60

    async def setUp(self) -> None:
        """
        Start them, and a server that stands in for all.
        """
        self.there = Standin(reactor)
        self.there.start()
        self.addCleanup(self.there.stop)
        self.there.answers["/ecb"] = standin.document(ECB, "text/xml")
        self.there.answers["/dwd"] = standin.document(encoded(POLLEN))
        section = InfoSection(
            ecb_url=self.there.url("/ecb"),
            pollen_url=self.there.url("/dwd"),
            contact="me@example.org",
        )
        site = siteOf(Config(info=section), reactor=reactor)
        self.registry, self.clock = site.registry, site.clock
        self.built, self.made = built(site, part)
        self.cache = site.caches.sources
        self.cache.find("rates", "", self.clock.now())
        await self.made.startService()
        self.addCleanup(self.made.stopService)

    async def settled(self) -> None:
        """
        Wait until nothing is under way.
        """
        fetcher = self.made.fetcher
        while len(fetcher) or fetcher.running:
            await deferLater(reactor, 0.005)  # type: ignore[arg-type]

    async def test_running(self) -> None:
        """
        What pages wanted before the daemon was up is fetched as well; who we
        are is told, and how it goes is shown.
        """
        await self.settled()
        found = self.cache.find("rates", "", self.clock.now())
        self.assertEqual(found.value.rates["USD"], 1.1732)
        agent = self.there.asked[0][1]["user-agent"]
        self.assertRegex(agent, r"^gigasetd(/[0-9.]+)? \(\+me@example\.org\)$")
        self.assertEqual(self.built.status.counters["sources"]["kept"], 1)
        gauges = self.built.status.gauges["sources"]()
        self.assertEqual((gauges["items"], gauges["running"]), (1, 0))
        self.assertGreater(gauges["places"], 30000)
        (row,) = self.built.running.sources()
        self.assertEqual(
            (row["source"], row["key"], row["fault"]), ("rates", "all", "")
        )

    async def test_germany(self) -> None:
        """
        Whether a place is in Germany is known from the towns around it.
        """
        self.cache.find("pollen", HERE, self.clock.now())
        await self.settled()
        found = self.cache.find("pollen", HERE, self.clock.now())
        self.assertNotEqual(found.fetched, 0.0)
        self.assertEqual(self.cache.find("warnings", AWAY, 5.0).value, ())

    async def test_followed(self) -> None:
        """
        Another source, or somebody else to write to, needs no restart; a value
        that is there stays.
        """
        await self.settled()
        self.there.answers["/own"] = standin.document(ECB, "text/xml")
        section = InfoSection(ecb_url=self.there.url("/own"), contact="you@example.org")
        self.built.following.follow(Config(info=section))
        (item,) = self.cache.items()
        item.due = 0.0
        found = self.cache.find("rates", "", self.clock.now())
        self.assertIsNotNone(found.value)
        await self.settled()
        path, headers = self.there.asked[-1]
        self.assertEqual(path, "/own")
        self.assertIn("you@example.org", headers["user-agent"])
        self.assertTrue({"info.ecb_url", "info.contact"} <= self.built.following.keys)

    async def test_takenBack(self) -> None:
        """
        A calendar that its owner takes back is not in memory any longer; one
        that stays is.
        """
        cache, now = self.cache, self.clock.now()
        mine = Profile("7C2F80000001", "", "", "", "", "", "", "f:1 f:2", "c:1", 0.0)
        self.registry.put(mine)
        for source, key in (("feed", "f:1"), ("feed", "f:2"), ("calendar", "c:1")):
            cache.find(source, key, now)
        await self.settled()
        changed = mine._replace(feeds="f:2", calendar="")
        self.registry.put(changed)
        self.registry.notify()
        kept = {(one.source, one.key) for one in cache.items()}
        self.assertEqual(kept, {("rates", ""), ("feed", "f:2")})
        self.registry.drop(changed)
        self.registry.notify()
        self.assertEqual([one.source for one in cache.items()], ["rates"])
