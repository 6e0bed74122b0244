"""
Tests of L{gigasetd.info.services.interface}.
"""

from __future__ import annotations

from gigasetd.info.fetch.cache import CachedValue
from gigasetd.info.services.interface import momentOf
from tests.info.case import NOON, TOLD, InfoCase


class AgeTests(InfoCase):
    """
    What is old.
    """

    def test_absent(self) -> None:
        """
        What is not there yet is asked for again soon; what cannot be had is
        said to be so.
        """
        page = self.fetch("rates")
        self.assertIn("Moment", self.shown("rates"))
        self.assertIn(b'content="20"', page)
        self.sources.said["rates"] = CachedValue(None, 0.0, "no answer")
        self.assertIn("nicht verfügbar", self.shown("rates"))
        self.assertNotIn("no answer", self.shown("rates"))

    def test_old(self) -> None:
        """
        Old data is shown with its age: the time of today, else the day.
        """
        self.sources.tell(NOON - 3 * 3600, **TOLD)
        self.assertIn("Stand 10:00", self.shown("weather"))
        self.sources.tell(NOON - 86400, **TOLD)
        self.assertIn("Stand So 22.11.2026", self.shown("weather"))
        self.sources.tell(NOON - 600, **TOLD)
        self.assertNotIn("Stand", self.shown("weather"))
        self.sources.tell(NOON - 4000, "no answer", **TOLD)
        self.assertIn("Stand 11:53", self.shown("weather"))

    def test_moments(self) -> None:
        """
        No time that a feed tells is beyond what can be reckoned with.
        """
        for seconds in (-1e300, 0.0, 1e300):
            self.assertTrue(1969 <= momentOf(seconds, None).year <= 9999)
