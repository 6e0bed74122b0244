"""
Tests of L{gigasetd.info.sources.brightsky}.
"""

from __future__ import annotations

from datetime import date

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.brightsky import (
    ICONS,
    alerts,
    condition,
    parse,
    source,
    warnings,
)
from gigasetd.info.sources.forecast import CONDITIONS, UNKNOWN
from gigasetd.info.sources.interface import RawDocument, SourceError
from tests.info.documents import ALERTS, BRIGHT_SKY, NOON, PLACE, encoded


class BrightSkyTests(SynchronousTestCase):
    """
    What Bright Sky says.
    """

    def test_forecast(self) -> None:
        """
        Of its hours become the days that a phone shows; null is left open.
        """
        found = parse(RawDocument(encoded(BRIGHT_SKY), PLACE, NOON))
        assert found.now is not None
        self.assertEqual((found.now.temperature, found.now.humidity), (7.4, None))
        self.assertEqual((found.now.condition, found.now.day), ("rain", True))
        today, tomorrow = found.days
        self.assertEqual(today.date, date(2026, 11, 23))
        self.assertEqual((today.low, today.high, today.rain_mm), (3.3, 8.1, 2.2))
        self.assertEqual((today.rain_percent, today.condition), (70, "rain"))
        self.assertEqual((tomorrow.high, tomorrow.condition), (6.0, "clear"))

    def test_icons(self) -> None:
        """
        All twelve icons have their condition.
        """
        self.assertEqual(len(ICONS), 12)
        self.assertTrue(set(ICONS.values()) <= set(CONDITIONS) - {UNKNOWN})
        for other in (None, "", "sun", 5):
            self.assertEqual(condition(other), UNKNOWN)

    def test_night(self) -> None:
        """
        An icon that is the same by day and night is told apart by the hour.
        """
        found = parse(RawDocument(encoded(BRIGHT_SKY), PLACE, NOON - 13 * 3600))
        assert found.now is not None
        self.assertFalse(found.now.day)

    def test_days(self) -> None:
        """
        The question is for the days of the place, not of this server.
        """
        night = NOON + 11.5 * 3600
        self.assertIn("date=2026-11-24", source("http://sky").url(PLACE, night))
        self.assertIn("date=2026-11-23", source("http://sky/").url("1,2", night))

    def test_warnings(self) -> None:
        """
        Warnings that hold or are to come, the gravest first, in the language
        that was asked for.
        """
        grave, light = warnings(RawDocument(encoded(ALERTS), "51.84,6.62", NOON))
        self.assertEqual((grave.event, grave.severity), ("ORKANBÖEN", "severe"))
        self.assertEqual((grave.begins, grave.ends), (NOON + 8 * 3600, 0.0))
        self.assertEqual(light.headline, "Amtliche WARNUNG vor FROST")
        english = warnings(RawDocument(encoded(ALERTS), "51.84,6.62,en", NOON))
        self.assertEqual(english[1].event, "frost")

    def test_noWarnings(self) -> None:
        """
        Where there is nothing to warn of, or no district, there is nothing.
        """
        self.assertEqual(
            warnings(RawDocument(encoded({"alerts": []}), "1,2", NOON)), ()
        )
        self.assertEqual(alerts("http://sky").absent, ())

    def test_bad(self) -> None:
        """
        What is none of its answers is said to be none.
        """
        for told in ({}, {"weather": {}}, {"weather": [None, {"timestamp": "now"}]}):
            with self.assertRaises(SourceError):
                parse(RawDocument(encoded(told), PLACE, NOON))
        odd = {"alerts": [7, {"severity": "apocalyptic", "onset": 5}]}
        (one,) = warnings(RawDocument(encoded(odd), "1,2", NOON))
        self.assertEqual(one.severity, "minor")
