"""
Tests of L{gigasetd.info.services.calendar} and
L{gigasetd.info.services.notices}.
"""

from __future__ import annotations

from tests.info.case import CALENDAR, NOON, TOLD, InfoCase, notice


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


class NoticesTests(InfoCase):
    """
    What the operator tells.
    """

    def test_until(self) -> None:
        """
        A notice is shown, first on the idle display after the weather, until
        its time is over.
        """
        self.sources.tell(NOON, **TOLD)
        self.registry.put(notice("a", "Wartung <heute>", NOON + 100))
        self.registry.put(notice("b", "Immer"))
        self.assertIn("Wartung <heute>", self.shown("notices"))
        self.assertIn(b'content="100"', self.fetch("request.do"))
        self.now = NOON + 101
        self.assertNotIn("Wartung", self.shown("notices"))
        self.assertIn("Immer", self.shown("request.do"))
