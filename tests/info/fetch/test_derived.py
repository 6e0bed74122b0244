"""
Tests of L{gigasetd.info.fetch.derived}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.cache import Cache, CacheItem
from gigasetd.info.fetch.derived import derivedSources
from gigasetd.info.sources.interface import RawDocument
from gigasetd.info.sources.pollen import parseGermany
from tests.info.documents import NOON, POLLEN, encoded

HERE, AWAY = "51.84,6.62", "48.21,16.37"


class ViewsTests(SynchronousTestCase):
    """
    L{derivedSources}.
    """

    def setUp(self) -> None:
        """
        A cache; what is north of fifty is Germany.
        """
        self.cache, self.wishes = Cache(), list[CacheItem]()
        self.cache.onFetchNeeded = self.wishes.append
        self.cache.derived |= derivedSources(lambda latitude, longitude: latitude > 50)

    def test_pollen(self) -> None:
        """
        One file serves all of Germany; elsewhere each place is asked for.
        """
        for key in (HERE, "53.63,11.41", AWAY):
            self.assertIsNone(self.cache.find("pollen", key, NOON).value)
        wanted = [(one.source, one.key) for one in self.wishes]
        self.assertEqual(wanted, [("pollen-germany", ""), ("pollen-europe", AWAY)])
        told = parseGermany(RawDocument(encoded(POLLEN), "", NOON))
        self.cache.store(self.wishes[0], told, NOON, NOON + 60)
        found = self.cache.find("pollen", HERE, NOON)
        self.assertEqual(dict(found.value.levels)["alder"], 3.0)
        self.assertEqual((found.fetched, found.fault), (NOON, ""))

    def test_oldPollen(self) -> None:
        """
        A file of last week tells nothing of today, and that is said.
        """
        self.cache.find("pollen", HERE, NOON)
        told = parseGermany(RawDocument(encoded(POLLEN), "", NOON))
        self.cache.store(self.wishes[0], told, NOON, NOON + 9e9)
        found = self.cache.find("pollen", HERE, NOON + 7 * 86400)
        self.assertEqual((found.value, found.fault), (None, "no data for today"))

    def test_warnings(self) -> None:
        """
        Where nobody warns there is nothing to wait for.
        """
        self.assertEqual(self.cache.find("warnings", AWAY, NOON).value, ())
        self.assertEqual(self.wishes, [])
        self.assertIsNone(self.cache.find("warnings", HERE, NOON).value)
        self.assertEqual(self.wishes[0].source, "alerts")

    def test_same(self) -> None:
        """
        As long as nothing is new, the very same is found, by which pages that
        are kept are known to be true.
        """
        self.cache.find("pollen", HERE, NOON)
        told = parseGermany(RawDocument(encoded(POLLEN), "", NOON))
        self.cache.store(self.wishes[0], told, NOON, NOON + 9e9)
        for source, key in (("pollen", HERE), ("warnings", AWAY), ("warnings", HERE)):
            first = self.cache.find(source, key, NOON)
            self.assertIs(self.cache.find(source, key, NOON + 60), first)
        self.cache.store(self.wishes[0], told, NOON + 61, NOON + 9e9)
        found = self.cache.find("pollen", HERE, NOON + 62)
        self.assertEqual(found.fetched, NOON + 61)

    def test_noPlace(self) -> None:
        """
        A key that is no place does no harm.
        """
        self.assertEqual(self.cache.find("warnings", "x", NOON).value, ())
