"""
Tests of L{gigasetd.info.services.astronomy}.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from gigasetd.info.services.astronomy import PHASES, nextPhase, phase, sunTimes
from tests.info.case import BERLIN, BOCHOLT, InfoCase

ZONE = ZoneInfo("Europe/Berlin")


class SkyTests(InfoCase):
    """
    Sun and moon.
    """

    def test_sun(self) -> None:
        """
        Sunrise and sunset as the almanac has them, within some minutes.
        """
        times = sunTimes(BOCHOLT, date(2026, 11, 23), ZONE)
        assert times is not None
        self.assertEqual([f"{one:%H:%M}" for one in times], ["08:06", "16:32"])

    def test_polar(self) -> None:
        """
        Where the sun does not set, or does not rise, the page says no times;
        in the white nights it does.
        """
        north = BERLIN._replace(latitude=69.65, longitude=18.96)
        for month in (6, 12):
            self.assertIsNone(sunTimes(north, date(2026, month, 21), ZONE))
        helsinki = BERLIN._replace(latitude=60.17, longitude=24.94)
        self.assertIsNotNone(sunTimes(helsinki, date(2026, 6, 21), ZONE))

    def test_moon(self) -> None:
        """
        Full moon was on 24 November 2026; the next ones follow a month later.
        """
        self.assertEqual(phase(date(2026, 11, 24)), "Full moon")
        today = date(2026, 11, 10)
        self.assertLessEqual(abs((nextPhase("Full moon", today) - today).days - 14), 1)
        seen = {phase(date(2026, 11, day)) for day in range(1, 31)}
        self.assertEqual(seen, {*PHASES})

    def test_page(self) -> None:
        """
        All of it on one page.
        """
        shown = self.shown("sky")
        for words in ("Berlin", "Aufgang", "07:", "Untergang", "Vollmond", "Neumond"):
            self.assertIn(words, shown)

    def test_line(self) -> None:
        """
        On the idle display, both times in one line.
        """
        self.fetch("menu")
        self.registry.put(self.profile._replace(ticker="sky"))
        self.assertRegex(self.shown("request.do"), r"07:\d\d-16:\d\d|07:\d\d-15:\d\d")
