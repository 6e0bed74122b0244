"""
Tests of L{gigasetd.info.sources.metnorway}.
"""

from __future__ import annotations

from datetime import date

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.forecast import UNKNOWN
from gigasetd.info.sources.interface import RawDocument, SourceError
from gigasetd.info.sources.metnorway import SYMBOLS, condition, parse, source
from tests.info.documents import MET, NOON, PLACE, encoded


class MetTests(SynchronousTestCase):
    """
    What MET Norway says.
    """

    def test_forecast(self) -> None:
        """
        Of its hours become the days that a phone shows.
        """
        found = parse(RawDocument(encoded(MET), PLACE, NOON))
        assert found.now is not None
        self.assertEqual(found.now.temperature, 7.4)
        self.assertAlmostEqual(found.now.wind or 0, 14.4)
        self.assertEqual((found.now.condition, found.now.day), ("rain", True))
        today, tomorrow = found.days
        self.assertEqual(today.date, date(2026, 11, 23))
        self.assertEqual((today.low, today.high), (7.0, 8.1))
        self.assertEqual((today.rain_mm, today.condition), (2.0, "rain"))
        self.assertEqual((tomorrow.low, tomorrow.high), (1.9, 6.0))
        self.assertEqual((tomorrow.rain_mm, tomorrow.condition), (0.2, "clear"))
        self.assertIn("MET Norway", found.credit)

    def test_symbols(self) -> None:
        """
        All 41 symbols have their condition, by day and by night; two are
        spelled wrongly, as MET spells them.
        """
        self.assertEqual(len(SYMBOLS), 41)
        self.assertNotIn(UNKNOWN, SYMBOLS.values())
        pairs = {
            "clearsky_day": "clear", "fair_night": "clear",
            "partlycloudy_polartwilight": "partly", "cloudy": "cloudy", "fog": "fog",
            "lightrain": "rain", "heavyrainshowers_day": "rain",
            "sleetshowers_night": "sleet", "heavysnow": "snow",
            "lightssleetshowersandthunder_day": "thunder",
            "lightssnowshowersandthunder_night": "thunder",
            "rainandthunder": "thunder",
        }  # fmt: skip
        for symbol, meant in pairs.items():
            self.assertEqual(condition(symbol), meant, symbol)
        for other in ("", "sun", None, 3, "lightsnowshowersandthunder"):
            self.assertEqual(condition(other), UNKNOWN)

    def test_contact(self) -> None:
        """
        MET is not asked by somebody whom it cannot write to.
        """
        with self.assertRaisesRegex(SourceError, "info.contact"):
            source("http://met/", "").url(PLACE, NOON)

    def test_decimals(self) -> None:
        """
        More than four decimals would be refused, so there are none.
        """
        url = source("http://met/", "me@example.org").url("51.838791,6.615312", NOON)
        self.assertIn("lat=51.8388&lon=6.6153", url)

    def test_bad(self) -> None:
        """
        What is no forecast is said to be none.
        """
        for told in ({}, {"properties": []}, {"properties": {"timeseries": [1, {}]}}):
            with self.assertRaises(SourceError):
                parse(RawDocument(encoded(told), PLACE, NOON))

    def test_bare(self) -> None:
        """
        A step that tells nothing but its time spoils nothing.
        """
        steps = [{"time": "2026-11-23T12:00:00"}, {"time": "9999-12-31T23:59:59Z"}]
        told = {"properties": {"timeseries": steps[:1]}}
        found = parse(RawDocument(encoded(told), PLACE, NOON))
        self.assertEqual(found.days[0].condition, UNKNOWN)
        self.assertEqual(found.days[0].low, None)
