"""
Tests of L{gigasetd.info.fetch.sourcestatus}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.cache import Cache, CacheItem
from gigasetd.info.fetch.sourcestatus import oldestAge, sourceRows
from gigasetd.info.sources.catalogue import SUBJECTS


class ToldTests(SynchronousTestCase):
    """
    L{sourceRows}.
    """

    def test_sources(self) -> None:
        """
        An operator sees how a source is doing, and nobody's place or feed.
        """
        cache, wishes = Cache(), list[CacheItem]()
        cache.onFetchNeeded = wishes.append
        for key in ("http://secret/1", "http://secret/2", "http://secret/3"):
            cache.find("feed", key, 10.0)
        cache.store(wishes[0], "news", 20.0, 100.0)
        cache.store(wishes[1], "news", 30.0, 90.0)
        cache.fail(wishes[1], "no response in time", 95.0)
        cache.fail(wishes[2], "not a feed", 500.0)
        (row,) = sourceRows(cache, SUBJECTS, 50.0)
        self.assertEqual(row, {
            "source": "feed", "key": "address", "items": 3, "missing": 1, "failing": 2,
            "age": 30.0, "fault": "not a feed", "next": 45.0,
        })  # fmt: skip
        self.assertNotIn("secret", repr(row))
        self.assertEqual(oldestAge(cache, 50.0), 30.0)

    def test_nothing(self) -> None:
        """
        Before anything was asked for there is nothing to tell.
        """
        self.assertEqual(sourceRows(Cache(), SUBJECTS, 50.0), [])
        self.assertEqual(oldestAge(Cache(), 50.0), 0.0)
