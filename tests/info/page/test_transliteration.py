"""
Tests of L{gigasetd.info.page.transliteration}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.transliteration import romanize


class RomanizeTests(SynchronousTestCase):
    """
    L{romanize}.
    """

    def test_language(self) -> None:
        """
        Letters of one language decide how the others are read: the same letters
        differ in Russian, Ukrainian and Serbian.
        """
        self.assertEqual(romanize("Хор Гиг"), "Khor Gig")
        self.assertEqual(romanize("Хор Гиг і"), "Khor Hyh i")
        self.assertEqual(romanize("Хор Гиг ј"), "Hor Gig j")

    def test_wordStart(self) -> None:
        """
        Ukrainian writes some letters differently at the beginning of a word.
        """
        self.assertEqual(romanize("Яна моя і Юрій юшка"), "Yana moia i Yurii yushka")

    def test_hardSign(self) -> None:
        """
        The hard sign is a vowel in Bulgarian, and silent before a soft vowel.
        """
        self.assertEqual(romanize("Търново"), "Tarnovo")
        self.assertEqual(romanize("Подъезд"), "Podezd")

    def test_greek(self) -> None:
        """
        Pairs of Greek letters have one sound; accents stay for the caller.
        """
        self.assertEqual(romanize("ουρανος"), "ouranos")
        self.assertEqual(romanize("Μπαρ αγγελος"), "Bar angelos")
        self.assertEqual(romanize("ευχη αυρα"), "efchi avra")

    def test_others(self) -> None:
        """
        Other scripts stay as they are.
        """
        self.assertEqual(romanize("Łódź 日本 ß"), "Łódź 日本 ß")
