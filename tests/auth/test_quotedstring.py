"""
Quoted strings.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.quotedstring import quote, unquote
from tests.sip.wire import Patience


class QuotedStringTests(SynchronousTestCase):
    """
    L{quote} and L{unquote} undo each other.
    """

    def test_escapes(self) -> None:
        """
        Quotes and backslashes get a backslash; it goes when read.
        """
        self.assertEqual(quote('a"b\\c'), '"a\\"b\\\\c"')
        self.assertEqual(unquote('"a\\"b\\\\c\\d"'), 'a"b\\cd')

    def test_controls(self) -> None:
        """
        A control character could end the header line: it becomes a blank.
        """
        self.assertEqual(quote("a\r\nb\x00\x7f"), '"a  b  "')

    @given(st.text())
    def test_roundTrip(self, text: str) -> None:
        """
        A quoted text comes back except for its control characters.
        """
        clean = "".join(" " if c < " " or c == "\x7f" else c for c in text)
        self.assertEqual(unquote(quote(text)), clean)

    def test_unquoted(self) -> None:
        """
        A value without two quotes stays as it is.
        """
        for text in ("", '"', "a", '"a', 'a"'):
            self.assertEqual(unquote(text), text)

    def test_linear(self) -> None:
        """
        64 KiB of backslashes are read in a blink.
        """
        with Patience():
            unquote('"' + "\\" * (1 << 16) + '"')
