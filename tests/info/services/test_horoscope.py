"""
Tests of L{gigasetd.info.services.horoscope}.
"""

from __future__ import annotations

from datetime import date

from gigasetd.info.services.horoscope import SIGNS, reading, signOf
from tests.info.case import InfoCase


class HoroscopeTests(InfoCase):
    """
    The horoscope.
    """

    def test_signs(self) -> None:
        """
        Each birthday has its sign.
        """
        for day, sign in {
            date(1980, 1, 20): "Capricorn",
            date(1980, 1, 21): "Aquarius",
            date(1980, 2, 29): "Pisces",
            date(1980, 12, 21): "Sagittarius",
            date(1980, 12, 22): "Capricorn",
        }.items():
            self.assertEqual(signOf(day), sign)

    def test_same(self) -> None:
        """
        One sign has one text on a day, and another one on others.
        """
        days = [date(2026, 11, day) for day in range(1, 29)]
        self.assertEqual(reading("Leo", days[0]), reading("Leo", days[0]))
        self.assertGreater(len({reading("Leo", day) for day in days}), 20)
        self.assertGreater(len({reading(sign, days[0]) for sign, _, _ in SIGNS}), 8)

    def test_page(self) -> None:
        """
        The signs to choose from, or at once the owner's own; marked as fun.
        """
        self.assertEqual(len(self.links("horoscope")), 12)
        self.assertIn("Spaß", self.shown("horoscope", sign="4"))
        self.assertIn("Steinbock", self.shown("horoscope", sign="99"))
        self.registry.put(self.profile._replace(born="1980-08-01"))
        self.assertIn("Spaß", self.shown("horoscope"))
        self.assertEqual(len(self.links("horoscope", sign="all")), 12)
