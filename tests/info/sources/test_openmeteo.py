"""
Tests of L{gigasetd.info.sources.openmeteo}.
"""

from __future__ import annotations

from datetime import date, time
from urllib.parse import parse_qs, urlsplit

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.forecast import CONDITIONS, UNKNOWN, CurrentWeather
from gigasetd.info.sources.interface import RawDocument, SourceError
from gigasetd.info.sources.openmeteo import CODES, condition, parse, source
from tests.info.documents import NOON, OPEN_METEO, PLACE, encoded

DOCUMENTED = (
    0, 1, 2, 3, 45, 48, 51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 71, 73, 75, 77, 80, 81,
    82, 85, 86, 95, 96, 99,
)  # fmt: skip


class OpenMeteoTests(SynchronousTestCase):
    """
    What Open-Meteo says.
    """

    def test_forecast(self) -> None:
        """
        The weather of now and of four days, with what is missing left open.
        """
        found = parse(RawDocument(encoded(OPEN_METEO), PLACE, NOON))
        self.assertEqual(
            found.now, CurrentWeather(7.4, 4.9, 81, 14.8, 245, "rain", True)
        )
        first, second, third, fourth = found.days
        self.assertEqual(first.date, date(2026, 11, 23))
        self.assertEqual((first.low, first.high), (3.3, 8.1))
        self.assertEqual((first.rain_mm, first.rain_percent), (4.2, 90))
        self.assertEqual((first.sunrise, first.sunset), (time(8, 6), time(16, 32)))
        self.assertEqual(second.condition, "cloudy")
        self.assertEqual((third.sunrise, third.sunset), (None, None))
        self.assertEqual((fourth.sunrise, fourth.condition), (None, "snow"))
        self.assertIn("Open-Meteo.com", found.credit)

    def test_codes(self) -> None:
        """
        Every code that is documented has its condition, and others none.
        """
        self.assertEqual(sorted(CODES), sorted(DOCUMENTED))
        self.assertTrue(set(CODES.values()) <= set(CONDITIONS) - {UNKNOWN})
        pairs = {0: "clear", 2: "partly", 3: "cloudy", 45: "fog", 51: "drizzle",
                 56: "sleet", 63: "rain", 66: "sleet", 73: "snow", 81: "rain",
                 86: "snow", 95: "thunder", 99: "thunder"}  # fmt: skip
        for code, meant in pairs.items():
            self.assertEqual(condition(code), meant)
        for other in (4, -1, None, "61", 61.5, [], {}):
            self.assertEqual(condition(other), UNKNOWN)

    def test_url(self) -> None:
        """
        The question names place, zone and number of days, also to a server of
        one's own whose address has parameters.
        """
        url = urlsplit(source("http://own/v1?key=k").url(PLACE, NOON))
        told = parse_qs(url.query)
        self.assertEqual(told["key"], ["k"])
        self.assertEqual((told["latitude"], told["longitude"]), (["51.84"], ["6.62"]))
        self.assertEqual(told["timezone"], ["Europe/Berlin"])
        self.assertEqual(told["forecast_days"], ["4"])

    def test_noPlace(self) -> None:
        """
        A key that is no place on earth leads to no question.
        """
        for key in ("", "x", "51", "51,x", "91,0", "0,181", "nan,0", "1,2,Mars/Base",
                    "1,2,../etc/passwd"):  # fmt: skip
            with self.assertRaises(SourceError, msg=key):
                source("http://own/").url(key, NOON)

    def test_bad(self) -> None:
        """
        What is no forecast is said to be none, whatever its form.
        """
        refused = {"error": True, "reason": "Latitude must be in range"}
        columns = {"daily": {"time": "2026", "weather_code": {}}, "current": []}
        for told in (refused, [], "x", None, columns, {"daily": {"time": [1, None]}}):
            with self.assertRaises(SourceError):
                parse(RawDocument(encoded(told), PLACE, NOON))
        for body in (b"", b"<html>", b"\xff\xfe{}", b"[" * 100000, b"{"):
            with self.assertRaises(SourceError):
                parse(RawDocument(body, PLACE, NOON))

    def test_oddNumbers(self) -> None:
        """
        A number that is none is left open.
        """
        odd = {**OPEN_METEO["current"], "apparent_temperature": "warm"}
        odd |= {"wind_speed_10m": 1e300, "relative_humidity_2m": True}
        now = parse(RawDocument(encoded({"current": odd}), PLACE, NOON)).now
        assert now is not None
        self.assertEqual((now.feels, now.wind, now.humidity), (None, None, None))
