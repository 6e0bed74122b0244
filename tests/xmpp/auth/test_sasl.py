"""
Tests for L{gigasetd.xmpp.auth.sasl}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.auth.sasl import LoginError, Plain, decode, encode, parsePlain, same


class MessageTests(SynchronousTestCase):
    """
    Messages as they are carried.
    """

    def test_strict(self) -> None:
        """
        Base64 is that of the standard, or no log-in.
        """
        self.assertEqual(decode("AGEAYg=="), "\0a\0b")
        self.assertEqual(decode("="), "")
        for broken in ("AGEAYg", "AGEAYg==\n", "AG EAYg=", "====", "\u00e4AAA", "/w=="):
            self.assertRaises(LoginError, decode, broken)
        self.assertRaises(LoginError, decode, "A" * 8192)
        self.assertEqual(encode(b""), "=")

    def test_plain(self) -> None:
        """
        PLAIN has three parts, two of them needed.
        """
        self.assertEqual(parsePlain("\0a\0b"), Plain("", "a", "b"))
        for broken in ("", "a\0b", "\0\0b", "\0a\0", "a\0b\0c\0d"):
            self.assertRaises(LoginError, parsePlain, broken)

    def test_same(self) -> None:
        """
        A password may be typed on another system than it was set on.
        """
        self.assertTrue(same("a\u0308", "\u00e4"))
        self.assertFalse(same("a", "b"))
        self.assertTrue(same("\x07", "\x07"))
