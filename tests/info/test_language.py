"""
Tests of L{gigasetd.info.language}.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.language import CODES, ENGLISH, GERMAN, WORDS, dateIn, wordsFor
from gigasetd.info.latin import latin
from gigasetd.info.width import columns


class WordsForTests(SynchronousTestCase):
    """
    L{wordsFor}.
    """

    def test_code(self) -> None:
        """
        The phone's own language comes first, by either name of it.
        """
        self.assertIs(wordsFor({"lang": "2", "cc": "44"}, "en"), GERMAN)
        self.assertIs(wordsFor({"g_lang": "2"}, "en"), GERMAN)
        self.assertIs(wordsFor({"lang": "1", "cc": "49"}, "de"), ENGLISH)

    def test_country(self) -> None:
        """
        A phone whose language is not told, or has no words here, is answered
        in that of its country.
        """
        for code in ("", "0", "21", "42", "999", "-1", "x", "²", "9" * 5000, "17"):
            self.assertIs(wordsFor({"lang": code, "cc": "49"}, "en"), GERMAN, code[:9])
        self.assertIs(wordsFor({"cc": "0043"}, "en"), GERMAN)

    def test_usual(self) -> None:
        """
        Else the operator's choice counts, and English at the very last.
        """
        self.assertIs(wordsFor({}, "de"), GERMAN)
        self.assertIs(wordsFor({"cc": "999"}, "de"), GERMAN)
        self.assertIs(wordsFor({}, "xx"), ENGLISH)

    def test_codes(self) -> None:
        """
        Every language that has words can be chosen by some code.
        """
        self.assertLessEqual(set(WORDS), set(CODES.values()))


class TextsTests(SynchronousTestCase):
    """
    The words themselves.
    """

    def test_letters(self) -> None:
        """
        All words are in letters that the handset has.
        """
        for words in WORDS.values():
            for said in (*words, *words.days, *words.months):
                if isinstance(said, str):
                    self.assertEqual(latin(said), said)

    def test_datesFit(self) -> None:
        """
        On each day of the year, date and time fit into one line.
        """
        for words in WORDS.values():
            for day in range(366):
                when = datetime.combine(date(2028, 1, 1), datetime.min.time())
                shown = dateIn(words, when + timedelta(day))
                self.assertEqual(columns(shown, "20:08"), (shown, "20:08"))
