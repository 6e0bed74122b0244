"""
Tests of L{gigasetd.info.services.calendar}.
"""

from __future__ import annotations

from tests.info.case import CALENDAR, NOON, TOLD, InfoCase


class CalendarTests(InfoCase):
    """
    The owner's calendar.
    """

    def setUp(self) -> None:
        """
        A profile that has one.
        """
        super().setUp()
        self.fetch("menu")
        self.registry.put(self.profile._replace(calendar=CALENDAR, ticker="calendar"))
        self.sources.tell(**TOLD)

    def test_page(self) -> None:
        """
        What comes next, under its day, with its time and place; what is over
        is not there.
        """
        shown = self.shown("calendar")
        for words in ("Mo 23.11.2026", "Müllabfuhr", "15:00 Zahnarzt (Markt 1)"):
            self.assertIn(words, shown)
        self.assertNotIn("Vorbei", shown)

    def test_line(self) -> None:
        """
        The next one on the idle display, until it is over.
        """
        self.assertIn("Mo Müllabfuhr", self.shown("request.do"))
        self.now = NOON + 10 * 3600
        self.assertNotIn("Zahnarzt", self.shown("request.do"))

    def test_nothing(self) -> None:
        """
        An empty calendar says so.
        """
        self.sources.tell(calendar=())
        self.assertIn("Nichts", self.shown("calendar"))
