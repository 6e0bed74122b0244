"""
Tests of L{gigasetd.info.language.languages} and L{gigasetd.info.language.locale}.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.language.languages import CODES, COUNTRIES, Languages, homeCountryOf
from gigasetd.info.page.fontmetrics import DISPLAY, width
from gigasetd.info.page.latin1 import latin
from tests.info.case import CATALOGUES


class WordsForTests(SynchronousTestCase):
    """
    L{Languages.translatorFor}.
    """

    def said(self, usual: str = "en", profile: str = "", **told: str) -> str:
        """
        The language of an answer.
        """
        return Languages(CATALOGUES, usual).translatorFor(told, profile).language

    def test_code(self) -> None:
        """
        The phone's own language comes first, by either name of it.
        """
        self.assertEqual(self.said(lang="2", cc="44"), "de")
        self.assertEqual(self.said(g_lang="2"), "de")
        self.assertEqual(self.said(g_lang='"2"'), "de")
        self.assertEqual(self.said(lang="2,2", cc="44,44"), "de")
        self.assertEqual(self.said("de", lang="1", cc="49"), "en")

    def test_everyCode(self) -> None:
        """
        Every code that the vendor gave out, and any other, has an answer; the
        eight languages can each be chosen.
        """
        said = {self.said(lang=str(code)) for code in range(-1, 60)}
        self.assertEqual(said, {"de", "en", "fr", "it", "es", "nl", "pl", "tr"})
        self.assertEqual(sorted({*range(1, 39)} - {*CODES}), [21])

    def test_profile(self) -> None:
        """
        A phone whose language has no words here is answered in that of its
        profile.
        """
        self.assertEqual(self.said(profile="it", lang="14", cc="49"), "it")
        self.assertEqual(self.said(profile="it", lang="2", cc="44"), "de")
        self.assertEqual(self.said(profile="xx", lang="14", cc="49"), "de")

    def test_country(self) -> None:
        """
        Else in that of its country.
        """
        for code in ("", "0", "21", "42", "999", "-1", "x", "²", "9" * 5000, "14"):
            self.assertEqual(self.said(lang=code, cc="49"), "de", code[:9])
        self.assertEqual(self.said(cc="0043"), "de")

    def test_home(self) -> None:
        """
        Where the language of a request is at home.
        """
        homes = {"2": "DE", "1": "US", "3": "GB", "5": "PT", "20": "BR", "18": "CA"}
        for lang, country in {**homes, "0": "", "21": "", "42": ""}.items():
            self.assertEqual(homeCountryOf({"lang": lang}), country)

    def test_usual(self) -> None:
        """
        Else the operator's choice counts, and English at the very last.
        """
        self.assertEqual(self.said("nl"), "nl")
        self.assertEqual(self.said("nl", cc="999"), "nl")
        self.assertEqual(self.said("xx"), "en")

    def test_countries(self) -> None:
        """
        Each country's dates and numbers can be written.
        """
        languages = Languages(CATALOGUES)
        for code in COUNTRIES:
            for lang in ("2", "3", "9"):
                words = languages.translatorFor({"cc": code, "lang": lang})
                self.assertTrue(words.date(date(2026, 11, 23)))


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
