"""
Tests of L{gigasetd.info.fetch.cache}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.cache import (
    LONGEST_KEY,
    NOTHING,
    Cache,
    CachedValue,
    CacheItem,
)


class CacheTests(SynchronousTestCase):
    """
    L{Cache}.
    """

    def setUp(self) -> None:
        """
        A cache of three that notes its wishes.
        """
        self.cache = Cache(3, 1000.0)
        self.wishes: list[CacheItem] = []
        self.cache.onFetchNeeded = self.wishes.append

    def requestFetch(self, source: str, key: str, now: float) -> CacheItem:
        """
        Ask for what is not there.
        """
        self.cache.find(source, key, now)
        return self.wishes.pop()

    def test_missing(self) -> None:
        """
        What is not there is wished for, once however often pages ask.
        """
        self.assertEqual(self.cache.find("feed", "u", 5.0), NOTHING)
        self.assertEqual(self.cache.find("feed", "u", 6.0), NOTHING)
        (item,) = self.wishes
        self.assertEqual((item.source, item.key, item.accessed), ("feed", "u", 6.0))

    def test_kept(self) -> None:
        """
        What is there is found, and asked for again when it is old.
        """
        item = self.requestFetch("feed", "u", 5.0)
        self.cache.store(item, "news", 7.0, 100.0)
        self.assertEqual(
            self.cache.find("feed", "u", 99.0), CachedValue("news", 7.0, "")
        )
        self.assertEqual(self.wishes, [])
        self.assertEqual(self.cache.find("feed", "u", 100.0).value, "news")
        self.assertEqual(self.wishes, [item])

    def test_failed(self) -> None:
        """
        After a failure the old value stays, with its age and the fault.
        """
        item = self.requestFetch("feed", "u", 5.0)
        self.cache.store(item, "news", 7.0, 10.0)
        self.cache.find("feed", "u", 10.0)
        self.cache.fail(item, "no response in time", 70.0)
        found = self.cache.find("feed", "u", 20.0)
        self.assertEqual(found, CachedValue("news", 7.0, "no response in time"))
        self.assertEqual((item.failures, len(self.wishes)), (1, 1))
        self.cache.find("feed", "u", 70.0)
        self.cache.store(item, "more", 71.0, 100.0)
        self.assertEqual(
            self.cache.find("feed", "u", 72.0), CachedValue("more", 71.0, "")
        )
        self.assertEqual(item.failures, 0)

    def test_bounded(self) -> None:
        """
        Where there is too much, what was least recently wanted goes.
        """
        for key in "abc":
            self.cache.find("feed", key, 1.0)
        first, second, _ = self.wishes
        self.cache.find("feed", "a", 2.0)
        self.cache.find("feed", "d", 3.0)
        self.assertEqual(len(self.cache), 3)
        self.assertTrue(self.cache.contains(first))
        self.assertFalse(self.cache.contains(second))

    def test_forgotten(self) -> None:
        """
        What nobody has wanted for long is asked for no more; the rest is when
        it is old, without anybody waiting for it.
        """
        old, new = (
            self.requestFetch("feed", "a", 1.0),
            self.requestFetch("feed", "b", 900.0),
        )
        for item in (old, new):
            self.cache.store(item, "news", 900.0, 1001.0)
        self.cache.refresh(1002.0)
        self.assertEqual(self.wishes, [new])
        self.assertFalse(self.cache.contains(old))
        self.assertEqual([one.key for one in self.cache.items()], ["b"])

    def test_seldom(self) -> None:
        """
        What nobody looks at is refreshed less often; who looks gets it at once.
        """
        self.cache.forget = 9e9
        item = self.requestFetch("feed", "u", 100.0)
        self.cache.store(item, "news", 101.0, 201.0)
        self.cache.refresh(300.0)
        self.assertEqual(self.wishes, [])
        self.cache.refresh(501.0)
        self.assertEqual(self.wishes, [item])
        self.cache.store(item, "news", 502.0, 602.0)
        self.cache.find("feed", "u", 550.0)
        self.cache.refresh(603.0)
        self.assertEqual(len(self.wishes), 2)

    def test_early(self) -> None:
        """
        What is wanted before anybody fetches is not lost.
        """
        self.cache.onFetchNeeded = None
        self.cache.find("feed", "u", 1.0)
        self.cache.onFetchNeeded = self.wishes.append
        self.cache.refresh(2.0)
        self.assertEqual(len(self.wishes), 1)

    def test_longKey(self) -> None:
        """
        An endless address is kept nowhere.
        """
        found = self.cache.find("feed", "x" * (LONGEST_KEY + 1), 1.0)
        self.assertTrue(found.fault)
        self.assertEqual((len(self.cache), self.wishes), (0, []))

    def test_dropped(self) -> None:
        """
        What an owner takes back is gone at once.
        """
        self.requestFetch("feed", "u", 1.0)
        self.cache.drop("feed", "u")
        self.cache.drop("feed", "u")
        self.assertEqual(len(self.cache), 0)

    def test_view(self) -> None:
        """
        A source that is found by way of another.
        """
        self.cache.derived["sum"] = lambda cache, key, now: cache.find("feed", key, now)
        self.cache.find("sum", "u", 1.0)
        self.assertEqual(self.wishes[0].source, "feed")
