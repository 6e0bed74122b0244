"""
Tests of L{gigasetd.info.fetch.failover}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.cache import CachedValue, CacheItem
from gigasetd.info.fetch.failover import Job, chooseSource
from gigasetd.info.fetch.hostlimits import HostLimiter, HostLimits
from gigasetd.info.sources.interface import Freshness, Source, SourceError


def source(name: str, guarded: bool = False) -> Source:
    """
    A source at its own host.
    """

    def url(key: str, now: float) -> str:
        if key == "nowhere":
            raise SourceError("no such place")
        return f"http://{name}:{key or 80}/"

    return Source(name, url, lambda got: None, Freshness(1, 2, 3), guarded=guarded)


class ChooseTests(SynchronousTestCase):
    """
    L{chooseSource}.
    """

    def setUp(self) -> None:
        """
        Two sources of the weather, and one of feeds.
        """
        self.pace = HostLimiter(HostLimits())
        self.sources = {
            "weather": (source("one"), source("two")),
            "feed": (source("feed", guarded=True),),
        }
        self.item = CacheItem("weather", "")

    def choose(self, lifted: bool = False) -> Job:
        """
        Whose turn it is.
        """
        return chooseSource(self.item, self.sources, self.pace, 100.0, lifted)

    def test_first(self) -> None:
        """
        The preferred one is asked first, and a single failure changes nothing.
        """
        self.assertEqual(self.choose().host, "one")
        self.item.failures = 1
        self.assertEqual(self.choose().host, "one")

    def test_owners(self) -> None:
        """
        What owners ask of a host counts for itself: nobody can use up what
        the operator's own source may be asked.
        """
        self.sources["weather"] = (source("feed"),)
        self.pace.failed("feed", 500.0, True)
        self.item = CacheItem("feed", "")
        job = self.choose()
        self.assertNotEqual(job.host, "feed")
        self.assertFalse(self.pace.blocked(job.host, 100.0))

    def test_next(self) -> None:
        """
        When it fails twice for a place, the next has its turn, and then again
        the first.
        """
        self.item.failures = 2
        self.assertEqual(self.choose().host, "two")
        self.item.failures = 4
        self.assertEqual(self.choose().host, "one")

    def test_shut(self) -> None:
        """
        When it fails for everybody, the next has its turn at once; when all
        do, the first one is waited for.
        """
        self.pace.failed("one", 500.0, True)
        self.assertEqual(self.choose().host, "two")
        self.pace.failed("two", 500.0, True)
        self.assertEqual(self.choose().host, "one")

    def test_nobody(self) -> None:
        """
        Where nobody can be asked, it is said why.
        """
        self.item.key = "nowhere"
        self.assertRaisesRegex(SourceError, "no such place", self.choose)
        self.item.source = "gossip"
        self.assertRaisesRegex(SourceError, "unknown source", self.choose)

    def test_guarded(self) -> None:
        """
        An owner's address is looked at before anything is asked, unless the
        operator has lifted that.
        """
        self.item = CacheItem("feed", "22")
        self.assertRaises(SourceError, self.choose)
        self.assertEqual(self.choose(lifted=True).url, "http://feed:22/")

    def test_headers(self) -> None:
        """
        What is known is not asked for again, only whether it has changed; and
        never of another server than told it.
        """
        self.item.tag, self.item.modified = '"1"', "yesterday"
        self.item.parsed = 90.0
        self.item.url = self.choose().url
        self.assertEqual(self.choose().headers(), {})
        self.item.cached = CachedValue("news", 1.0, "")
        told = {"If-None-Match": '"1"', "If-Modified-Since": "yesterday"}
        self.assertEqual(self.choose().headers(), told)
        self.item.failures = 2
        self.assertEqual(self.choose().headers(), {})

    def test_ripe(self) -> None:
        """
        A calendar is read anew every day though it is the same: its next days
        are others.
        """
        calendar = source("one")._replace(reparseAfter=50.0)
        self.sources["weather"] = (calendar,)
        self.item.url, self.item.cached = self.choose().url, CachedValue((), 1.0, "")
        for read, known in ((99.0, True), (49.0, False)):
            self.item.parsed = read
            self.assertEqual(self.choose().conditional, known)
