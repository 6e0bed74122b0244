"""
Tests of L{gigasetd.info.language.locale}.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.language.languages import Languages
from gigasetd.info.page.fontmetrics import DISPLAY, width
from gigasetd.info.page.latin1 import latin
from tests.info.case import CATALOGUES


class WordsTests(SynchronousTestCase):
    """
    L{gigasetd.info.language.locale.Translator}.
    """

    def setUp(self) -> None:
        """
        All languages.
        """
        self.languages = Languages(CATALOGUES)

    def test_country(self) -> None:
        """
        Dates and numbers are those of the country, within a language.
        """
        monday = datetime(2026, 11, 23, 20, 8)
        for told, date_, time_, number in (
            ({"lang": "2", "cc": "49"}, "Mo 23.11.2026", "20:08", "1.234,5"),
            ({"lang": "1"}, "Mon 11/23/2026", "8:08 PM", "1,234.5"),
            ({"lang": "3", "cc": "44"}, "Mon 23/11/2026", "20:08", "1,234.5"),
            ({"lang": "3"}, "Mon 23/11/2026", "20:08", "1,234.5"),
            ({"lang": "10", "cc": "31"}, "ma 23-11-2026", "20:08", "1.234,5"),
        ):
            words = self.languages.translatorFor(told)
            self.assertEqual(words.date(monday), date_)
            self.assertEqual(latin(words.time(monday)), time_)
            self.assertEqual(words.number(1234.5, 1), number)
        self.assertEqual(words.number(-0.3), "0")

    def test_plurals(self) -> None:
        """
        Polish has three forms, Turkish one.
        """
        one, many = "{count} message is waiting", "{count} messages are waiting"
        polish = self.languages.translator("pl")
        said = [polish.several(one, many, count) for count in (1, 3, 5)]
        self.assertEqual(len({text.split(" ", 1)[1] for text in said}), 3)
        self.assertEqual(
            self.languages.translator("en").several(one, many, 1)[:2], "1 "
        )

    def test_datesFit(self) -> None:
        """
        On each day of the year, the date fits into one line.
        """
        for tag in self.languages.known:
            words = self.languages.translator(tag)
            for day in range(0, 366, 3):
                when = datetime(2028, 1, 1, 20, 8) + timedelta(day)
                self.assertLessEqual(width(latin(words.date(when))), DISPLAY)
