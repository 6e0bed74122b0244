"""
Tests of L{gigasetd.info.page.latin1}.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.latin1 import latin

CASES = {
    "Grüße, Zoë": "Grüße, Zoë",
    "u\u0308ber": "über",
    "„Hallo“ – ‘da’…": "\"Hallo\" - 'da'...",
    "5\u00a0€": "5 EUR",
    "Œuvre ﬁn": "OEuvre fin",
    "Łódź": "Lódz",
    "İstanbul’da ışık, Şişli, ağaç": "Istanbul'da isik, Sisli, agaç",
    "Groß, GROẞ, Ĳssel, ﬂach, Æther": "Groß, GROß, IJssel, flach, Æther",
    "Diyarbakır, Iğdır, Çeşme, Ölüdeniz": "Diyarbakir, Igdir, Çesme, Ölüdeniz",
    "Česká Třebová, Győr, Târgu Mureș": "Ceská Trebová, Gyor, Târgu Mures",
    "Αθήνα, Θεσσαλονίκη, Ρόδος": "Athina, Thessaloniki, Rodos",
    "Λουκάς, Εύβοια, Ναύπλιο, ευχαριστώ": "Loukas, Evvoia, Nafplio, efcharisto",
    "Άγγελος, Μπάμπης, Ηράκλειο": "Angelos, Bampis, Irakleio",
    "Москва, Щука, Подъезд, Юлия": "Moskva, Shchuka, Podezd, Yuliya",
    "Нижний Новгород, Чехов, Ёлка": "Nizhniy Novgorod, Chekhov, Yolka",
    "България, Търново": "Balgariya, Tarnovo",
    "Київ, Запоріжжя, Юрій, Гоголь і Яна": "Kyiv, Zaporizhzhia, Yurii, Hohol i Yana",
    "Ђорђе Његош, Ниш, Чачак": "Djordje Njegos, Nis, Cacak",
    "Скопје, Ѓорче": "Skopje, Gjorce",
    "Sonne ☀️ 🌦 warm": "Sonne   warm",
    "日本": "??",
    "٣": "3",
    "a\tb\r\nc\0d\x1be\u200bf\xadg": "a b  cdefg",
    "\ud800": "",
}


class LatinTests(SynchronousTestCase):
    """
    L{latin}.
    """

    def test_cases(self) -> None:
        """
        Names of people and places stay readable on a display of ISO 8859-1.
        """
        for text, shown in CASES.items():
            self.assertEqual(latin(text), shown, ascii(text))

    @given(some.text())
    def test_anything(self, text: str) -> None:
        """
        Whatever comes in, only what the handset's font has goes out, and
        doing it again changes nothing.
        """
        shown = latin(text)
        for letter in shown:
            code = ord(letter)
            self.assertTrue(0x20 <= code <= 0x7E or 0xA1 <= code <= 0xFF, ascii(letter))
        self.assertEqual(latin(shown), shown)
