"""
Tests of L{gigasetd.info.screencache}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.cache import Cache
from gigasetd.info.screencache import CachedScreen, ScreenCache, basisOf
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Device, Profile
from gigasetd.registry.registry import Registry
from tests.info.case import HANDSET, MAC, NUMBER, account, message, notice

NOW = 60000.0
KEY = (b"/info/request.do", b"mac=x")


class KeptTests(SynchronousTestCase):
    """
    L{ScreenCache}.
    """

    def setUp(self) -> None:
        """
        One screen that is kept.
        """
        self.registry = Registry(Journal())
        self.registry.put(Device(MAC, NUMBER, "", "", "", "", 0.0))
        self.registry.put(account(NUMBER, "Zoë"))
        self.profile = Profile(MAC, HANDSET, "", "", "", "", "", "", "", 0.0)
        self.registry.put(self.profile)
        self.cache = Cache()
        self.kept = ScreenCache(self.registry, self.cache, most=3)
        self.store()

    def store(self, key: tuple[bytes, ...] = KEY, now: float = NOW) -> None:
        """
        Keep one.
        """
        found = self.cache.find("weather", "x", NOW)
        self.kept.store(
            key,
            CachedScreen(
                MAC,
                HANDSET,
                True,
                now // 60,
                None,
                basisOf(self.registry, MAC, HANDSET),
                [("weather", "x", found)],
                b"page",
            ),
        )

    def good(self, now: float = NOW) -> bool:
        """
        Whether it is sent again.
        """
        return self.kept.find(KEY, now) is not None

    def test_again(self) -> None:
        """
        As long as nothing changes it is sent again, until its minute is over.
        """
        self.assertTrue(self.good())
        self.assertTrue(self.good(NOW + 59))
        self.assertFalse(self.good(NOW + 60))
        self.assertIsNone(self.kept.find((b"x",), NOW))

    def test_changes(self) -> None:
        """
        Whatever it is made from: after a change it is made anew.
        """
        for value in (
            account(NUMBER, "Zora"),
            account(NUMBER, "Zora", "info"),
            self.profile._replace(ticker="sky"),
            message("m", "x@y"),
            notice("n", "x"),
            notice("n", "y"),
            Device(MAC, "", "", "", "", "", 0.0),
        ):
            self.registry.put(value)
            self.assertFalse(self.good(), value)
            self.store()
            self.assertTrue(self.good())

    def test_source(self) -> None:
        """
        When a source has said something new, it is made anew.
        """
        (item,) = self.cache.items()
        self.cache.store(item, "sunny", NOW, NOW + 999)
        self.assertFalse(self.good())

    def test_erased(self) -> None:
        """
        When something of an owner goes, no page of it stays in memory.
        """
        self.registry.drop(self.profile)
        self.registry.notify()
        self.assertEqual(len(self.kept), 0)

    def test_forgotten(self) -> None:
        """
        A phone that asks no more is forgotten after an hour.
        """
        self.store((b"other",), NOW + 3600)
        self.assertEqual(len(self.kept), 2)
        self.store((b"other",), NOW + 3660)
        self.assertEqual(len(self.kept), 1)

    def test_bounded(self) -> None:
        """
        However many phones ask, only some pages are kept.
        """
        for number in range(10):
            self.store((b"%d" % number,))
        self.assertEqual(len(self.kept), 3)
        self.store((b"x" * 2000,))
        self.assertIsNone(self.kept.find((b"x" * 2000,), NOW))
        self.kept = ScreenCache(self.registry, self.cache, most=0)
        self.store()
        self.assertEqual(len(self.kept), 0)
