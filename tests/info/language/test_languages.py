"""
Tests of L{gigasetd.info.language.languages}.
"""

from __future__ import annotations

from datetime import date

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.language.languages import CODES, COUNTRIES, Languages, homeCountryOf
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
