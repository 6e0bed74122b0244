"""
Tests of L{gigasetd.info.sources.pollen}.
"""

from __future__ import annotations

from datetime import date

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.interface import RawDocument, SourceError
from gigasetd.info.sources.pollen import (
    GERMAN,
    GRAINS,
    PLANTS,
    europe,
    germanPollenAt,
    parseEurope,
    parseGermany,
)
from tests.info.documents import AIR_QUALITY, NOON, POLLEN, encoded

DAY = 86400.0


class GermanyTests(SynchronousTestCase):
    """
    What the Deutscher Wetterdienst says.
    """

    def test_today(self) -> None:
        """
        A place has the pollen of its region; what is not counted is left out.
        """
        told = parseGermany(RawDocument(encoded(POLLEN), "", NOON))
        found = germanPollenAt(told, "51.84,6.62", NOON)
        assert found is not None
        self.assertEqual(found.day, date(2026, 11, 23))
        levels = (("hazel", 1.5), ("alder", 3.0), ("birch", 0.0))
        self.assertEqual(found.levels, levels)

    def test_tomorrow(self) -> None:
        """
        In the morning the file of the day before still tells of today; after
        three days it tells of nothing.
        """
        told = parseGermany(RawDocument(encoded(POLLEN), "", NOON))
        after = germanPollenAt(told, "51.84,6.62", NOON + DAY)
        assert after is not None
        self.assertEqual(after.day, date(2026, 11, 24))
        self.assertEqual(dict(after.levels)["alder"], 0.0)
        self.assertIsNone(germanPollenAt(told, "51.84,6.62", NOON + 3 * DAY))

    def test_whole(self) -> None:
        """
        A region without parts stands for itself.
        """
        told = parseGermany(RawDocument(encoded(POLLEN), "", NOON))
        found = germanPollenAt(told, "53.63,11.41", NOON)
        assert found is not None
        self.assertEqual(found.levels, (("hazel", 0.5),))

    def test_bad(self) -> None:
        """
        What is no pollen forecast is said to be none.
        """
        undated = {**POLLEN, "last_update": "gestern"}
        empty = {**POLLEN, "content": [None, {"region_id": "x"}]}
        for told in ({}, undated, empty):
            with self.assertRaises(SourceError):
                parseGermany(RawDocument(encoded(told), "", NOON))
        odd = {"region_id": 41, "Pollen": {"Hasel": {"today": "9"}, "Erle": 3}}
        told = parseGermany(
            RawDocument(encoded({**POLLEN, "content": [odd]}), "", NOON)
        )
        self.assertEqual(told.regions[41], ((), (), ()))


class EuropeTests(SynchronousTestCase):
    """
    What Open-Meteo says.
    """

    def test_levels(self) -> None:
        """
        Of the grains of a day becomes a level, where there are numbers.
        """
        found = parseEurope(RawDocument(encoded(AIR_QUALITY), "48.21,16.37", NOON))
        self.assertEqual(found.day, date(2026, 11, 23))
        levels = {"alder": 0.0, "birch": 2.0, "grass": 3.0, "ragweed": 1.0}
        self.assertEqual(dict(found.levels), levels)

    def test_plants(self) -> None:
        """
        Each plant of either source has a name that pages know.
        """
        self.assertTrue(set(GERMAN.values()) | set(GRAINS) == set(PLANTS))

    def test_bad(self) -> None:
        """
        What is no forecast is said to be none.
        """
        for told in ({}, {"hourly": []}, {"hourly": {"time": [None]}}):
            with self.assertRaises(SourceError):
                parseEurope(RawDocument(encoded(told), "1,2", NOON))
        self.assertIn("hourly=alder_pollen,", europe("http://air").url("1,2", NOON))
