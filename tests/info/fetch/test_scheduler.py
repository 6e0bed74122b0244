"""
Tests of L{gigasetd.info.fetch.scheduler} and L{gigasetd.info.fetch.job}, with a
server on loopback that stands in for all sources.
"""

from __future__ import annotations

from time import time
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.trial.unittest import TestCase

from gigasetd.config.sections.info import InfoSection
from gigasetd.info.fetch.cache import Cache, CachedValue
from gigasetd.info.fetch.download import Downloader, DownloadLimits
from gigasetd.info.fetch.failover import limiterKey
from gigasetd.info.fetch.hostlimits import HostLimiter, HostLimits
from gigasetd.info.fetch.job import FetchContext
from gigasetd.info.fetch.parserprocess import ParserProcess
from gigasetd.info.fetch.scheduler import Fetcher
from gigasetd.info.fetch.threads import ParserThreads
from gigasetd.info.sources.catalogue import catalogue
from tests.info import standin
from tests.info.documents import (
    BOMB,
    BRIGHT_SKY,
    ECB,
    MET,
    OPEN_METEO,
    PLACE,
    RSS,
    encoded,
)  # fmt: skip
from tests.info.standin import Standin

FEED = "application/rss+xml"
HOUR = 3600.0


class FetchCase(TestCase):
    """
    A cache, a fetcher and a server.
    """

    timeout = 30
    limits = HostLimits(2, 0.0, 1000)
    private = True
    weather = "open-meteo"

    def setUp(self) -> None:
        """
        Start them.
        """
        self.there = Standin(reactor)
        self.there.start()
        self.addCleanup(self.there.stop)
        section = InfoSection(
            weather=self.weather,
            feeds=(self.there.url("/feed"),),
            contact="me@example.org",
            open_meteo_url=self.there.url("/open-meteo"),
            # Another host, to whom the first one's failures are nothing.
            met_url=self.there.url("/met", "localhost"),
            bright_sky_url=self.there.url("/sky"),
            ecb_url=self.there.url("/ecb"),
        )
        self.cache = Cache()
        self.pace = HostLimiter(self.limits)
        means = FetchContext(
            Downloader(
                reactor, DownloadLimits(2.0, 3.0, 100_000), "gigasetd/1", self.private
            ),
            ParserThreads(reactor, 5.0),
            ParserProcess(reactor, 10.0),
            self.pace,
            catalogue(section),
            time,
            lambda: 0.5,
            size=200_000,
            private=self.private,
        )
        self.fetcher = Fetcher(self.cache, means, reactor)
        self.fetcher.start()
        self.addCleanup(self.fetcher.stop)

    def find(self, source: str, key: str) -> CachedValue:
        """
        Ask as a page does.
        """
        return self.cache.find(source, key, time())

    async def settled(self) -> None:
        """
        Wait until nothing is wished for and nothing under way.
        """
        while len(self.fetcher) or self.fetcher.running:
            await deferLater(reactor, 0.005)  # type: ignore[arg-type]

    async def got(self, source: str, key: str) -> CachedValue:
        """
        Ask, wait, and ask again.
        """
        self.find(source, key)
        await self.settled()
        return self.find(source, key)

    def again(self) -> Any:
        """
        Make everything old.

        @return: the only item.
        """
        items = list(self.cache.items())
        for item in items:
            item.due = 0.0
        return items[0]

    def counted(self, **counts: int) -> None:
        """
        Compare what was counted.
        """
        found = {name: self.fetcher.counts[name] for name in counts}
        self.assertEqual(found, counts)


class FetchTests(FetchCase):
    """
    L{Fetcher}.
    """

    async def test_weather(self) -> None:
        """
        A page has nothing at first and never waits; a moment later it has the
        weather.
        """
        self.there.answers["/open-meteo"] = standin.document(encoded(OPEN_METEO))
        before = self.find("weather", PLACE)
        self.assertEqual((before.value, before.fetched, before.fault), (None, 0.0, ""))
        found = await self.got("weather", PLACE)
        self.assertEqual(found.value.now.temperature, 7.4)
        self.assertLess(time() - found.fetched, 10)
        self.counted(fetches=1, kept=1, failed=0)

    async def test_once(self) -> None:
        """
        However many pages want a thing, it is asked for once.
        """
        until: Deferred[None] = Deferred()
        self.there.answers["/ecb"] = standin.held(until, ECB)
        for _ in range(50):
            self.find("rates", "")
        while not self.there.asked:
            await deferLater(reactor, 0.005)  # type: ignore[arg-type]
            self.find("rates", "")
        until.callback(None)
        await self.settled()
        self.assertEqual(len(self.there.asked), 1)

    async def test_unchanged(self) -> None:
        """
        What has not changed is not sent again, and counts as new.
        """
        answer = standin.document(
            RSS, FEED, etag='"7"', last_modified="Mon, 23 Nov 2026 10:00:00 GMT"
        )
        self.there.answers["/feed"] = answer
        url = self.there.url("/feed")
        first = await self.got("feed", url)
        self.again()
        second = await self.got("feed", url)
        self.assertEqual(second.value, first.value)
        self.assertGreater(second.fetched, first.fetched)
        self.assertEqual(self.there.asked[-1][1]["if-none-match"], '"7"')
        self.counted(fetches=2, kept=2, not_modified=1)

    async def test_fresh(self) -> None:
        """
        A source is asked again when it says that it has something new.
        """
        self.there.answers["/feed"] = standin.document(
            RSS, FEED, cache_control="max-age=7200"
        )
        await self.got("feed", self.there.url("/feed"))
        (item,) = self.cache.items()
        self.assertApproximates(item.due - time(), 2 * HOUR, 900)

    async def test_stale(self) -> None:
        """
        When a source fails, what it said before stays, with the fault beside.
        """
        self.there.answers["/ecb"] = standin.document(ECB, "text/xml")
        first = await self.got("rates", "")
        self.there.answers["/ecb"] = standin.refusal(500)
        self.again()
        second = await self.got("rates", "")
        self.assertEqual(second.value, first.value)
        self.assertEqual(second.fetched, first.fetched)
        self.assertEqual(second.fault, "the server answered with status 500")
        self.counted(failed=1)

    async def test_sentAway(self) -> None:
        """
        A server that sends us away is left alone for as long as it says, for
        whatever else there is to ask it.
        """
        self.there.answers["/ecb"] = standin.refusal(429, retry_after="7200")
        found = await self.got("rates", "")
        self.assertEqual(found.fault, "the server answered with status 429")
        (item,) = self.cache.items()
        self.assertApproximates(item.due - time(), 2 * HOUR, 60)
        found = await self.got("feed", self.there.url("/feed"))
        self.assertIn("paused", found.fault)
        self.assertEqual(len(self.there.asked), 1)
        self.counted(sent_away=1)

    async def test_fallback(self) -> None:
        """
        When one weather service keeps failing, the next one tells.
        """
        self.there.answers["/open-meteo"] = standin.refusal(503)
        self.there.answers["/met"] = standin.document(encoded(MET))
        self.assertIsNone((await self.got("weather", PLACE)).value)
        self.again()
        found = await self.got("weather", PLACE)
        self.assertEqual((found.value.source, found.fault), ("met", ""))

    async def test_bad(self) -> None:
        """
        Whatever a server sends, the page has the old news or none, a fault in
        few words, and a daemon that goes on.
        """
        bad = {
            "/html": standin.document(b"<html>Log in to the hotel</html>", "text/html"),
            "/type": standin.document(RSS, "image/png"),
            "/empty": standin.document(b"", FEED),
            "/json": standin.document(b"{", FEED),
            "/bomb": standin.packed(b"0" * 50_000_000, FEED),
            "/endless": standin.endless,
            "/gone": standin.refusal(410),
            "/missing": standin.refusal(404),
            "/forbidden": standin.refusal(403),
            "/moved": standin.moved("file:///etc/passwd"),
            "/circle": standin.moved("/circle"),
            "/broken": standin.brokenOff,
            "/same": standin.refusal(304),
        }
        for path, answer in bad.items():
            self.there.answers[path] = answer
            self.pace.succeeded(limiterKey("127.0.0.1", True))
            found = await self.got("feed", self.there.url(path))
            self.assertIsNone(found.value, path)
            self.assertTrue(0 < len(found.fault) < 60, path)
        self.counted(fetches=len(bad), failed=len(bad), kept=0)

    async def test_blame(self) -> None:
        """
        A wrong address or a broken feed is not blamed on the other feeds of
        its host.
        """
        self.there.answers["/html"] = standin.document(b"<html>", "text/html")
        self.there.answers["/missing"] = standin.refusal(404)
        self.there.answers["/feed"] = standin.document(RSS, FEED)
        for _ in range(4):
            for path in ("/html", "/missing"):
                self.assertTrue((await self.got("feed", self.there.url(path))).fault)
            self.again()
        found = await self.got("feed", self.there.url("/feed"))
        self.assertEqual(found.fault, "")

    async def test_laughs(self) -> None:
        """
        A feed that would unfold to gigabytes is read or refused at once.
        """
        self.there.answers["/feed"] = standin.document(BOMB, FEED)
        found = await self.got("feed", self.there.url("/feed"))
        self.assertTrue(found.value is not None or found.fault)

    async def test_slow(self) -> None:
        """
        A slow server holds up nobody else.
        """
        self.there.answers["/slow"] = standin.slow
        self.there.answers["/ecb"] = standin.document(ECB, "text/xml")
        self.find("feed", self.there.url("/slow", "localhost"))
        self.find("rates", "")
        while self.find("rates", "").value is None:
            await deferLater(reactor, 0.005)  # type: ignore[arg-type]
        self.assertEqual(self.fetcher.running, 1)

    async def test_polite(self) -> None:
        """
        One server gets a few questions at once, however many there are.
        """
        for number in range(12):
            self.there.answers[f"/{number}"] = standin.document(RSS, FEED)
            self.find("feed", self.there.url(f"/{number}"))
        await self.settled()
        self.assertEqual(len(self.there.asked), 12)
        self.assertLessEqual(self.there.most, 2)

    async def test_unknown(self) -> None:
        """
        A source or an address that does not exist says so.
        """
        self.assertEqual((await self.got("gossip", "")).fault, "unknown source")
        self.assertIn("address", (await self.got("feed", "not one")).fault)
        self.counted(fetches=0, failed=2, refused=2)

    async def test_absent(self) -> None:
        """
        Where the weather service knows no district there are no warnings.
        """
        self.there.answers["/sky/alerts"] = standin.refusal(404)
        self.assertEqual((await self.got("alerts", "51.84,6.62")).value, ())


class GuardTests(FetchCase):
    """
    With owners' addresses looked at.
    """

    private = False

    async def test_inside(self) -> None:
        """
        A feed cannot be of the server's own network; a source of the operator
        can.
        """
        self.there.answers["/ecb"] = standin.document(ECB, "text/xml")
        for url in ("http://localhost:8080/", "http://10.0.0.1/", self.there.url("/")):
            self.assertTrue((await self.got("feed", url)).fault, url)
        self.assertIsNotNone((await self.got("rates", "")).value)
        self.assertEqual([path for path, _ in self.there.asked], ["/ecb"])

    async def test_operators(self) -> None:
        """
        A feed that the operator gives to all may be of the own network.
        """
        self.there.answers["/feed"] = standin.document(RSS, FEED)
        found = await self.got("feed", self.there.url("/feed"))
        self.assertEqual(found.value.title, "Tagesnachrichten")

    async def test_sentInside(self) -> None:
        """
        Nor be led there.
        """
        self.there.answers["/ecb"] = standin.moved("http://localhost:8080/secret")
        found = await self.got("rates", "")
        self.assertEqual(found.fault, "addresses in private networks are not allowed")


class ChoiceTests(FetchCase):
    """
    With another weather service first.
    """

    weather = "bright-sky"

    async def test_chosen(self) -> None:
        """
        The operator's choice is asked first.
        """
        self.there.answers["/sky/weather"] = standin.document(encoded(BRIGHT_SKY))
        found = await self.got("weather", PLACE)
        self.assertEqual(found.value.source, "bright-sky")


class SpacingTests(FetchCase):
    """
    With time between two questions.
    """

    limits = HostLimits(2, 0.2, 3)

    async def test_spacing(self) -> None:
        """
        Questions to one server come one after the other, and no more of them
        than are good for a day.
        """
        begun = time()
        for number in range(4):
            self.there.answers[f"/{number}"] = standin.document(RSS, FEED)
            self.find("feed", self.there.url(f"/{number}"))
        await self.settled()
        self.assertGreater(time() - begun, 0.39)
        self.assertEqual(len(self.there.asked), 3)
        faults = [item.cached.fault for item in self.cache.items()]
        self.assertEqual(sum(map(bool, faults)), 1)
