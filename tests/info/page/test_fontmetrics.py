"""
Tests of L{gigasetd.info.page.fontmetrics}.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.fontmetrics import DISPLAY, columns, cut, fit, width, wrap

TEXTS = some.text(some.characters(max_codepoint=255), max_size=80)


class WidthTests(SynchronousTestCase):
    """
    Measuring and fitting.
    """

    def test_measures(self) -> None:
        """
        Letters count what the handset's font gives them.
        """
        self.assertEqual(width(""), 0)
        self.assertEqual(width("Il m7"), 3 + 3 + 5 + 11 + 7)
        self.assertEqual(width("ß"), 7)
        letters = [*range(0x20, 0x7F), *range(0xA1, 0x100)]
        self.assertEqual(sum(width(chr(code)) for code in letters), 1278)

    def test_cut(self) -> None:
        """
        A text that fits stays as it is; a longer one ends in three dots.
        """
        self.assertEqual(cut("Bocholt"), "Bocholt")
        self.assertEqual(cut("I" * 42), "I" * 42)
        self.assertEqual(cut("I" * 43), "I" * 37 + "...")
        self.assertEqual(fit("mmm", 30), "mm")

    def test_wrap(self) -> None:
        """
        Lines end between words; only a word wider than the line is broken.
        """
        self.assertEqual(wrap(""), [])
        self.assertEqual(wrap("a  b\nc"), ["a b c"])
        self.assertEqual(wrap("aaa bbb ccc", 50), ["aaa bbb", "ccc"])
        self.assertEqual(wrap("x mmmmm y", 35), ["x", "mmm", "mm y"])
        self.assertRaises(ValueError, wrap, "m", 5)

    @given(TEXTS, some.integers(15, 300))
    def test_nothingTooWide(self, text: str, pixels: int) -> None:
        """
        Whatever the text: no line is wider than asked, and wrapping loses
        nothing but blanks.
        """
        self.assertLessEqual(width(cut(text, pixels)), pixels)
        lines = wrap(text, pixels)
        self.assertLessEqual(max(map(width, lines), default=0), pixels)
        self.assertEqual("".join("".join(lines).split()), "".join(text.split()))

    @given(TEXTS, TEXTS)
    def test_columnsDontTouch(self, left: str, right: str) -> None:
        """
        Two columns leave a blank between them.
        """
        shown = columns(left, right)
        self.assertLessEqual(sum(map(width, shown)), DISPLAY - width(" "))
