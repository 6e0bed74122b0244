"""
Tests of L{gigasetd.accounts.validation}.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.validation import (
    checkMacId,
    checkNickname,
    checkNumber,
    checkPassword,
    checkWords,
)
from gigasetd.errors import BadValue


class ValidationTests(SynchronousTestCase):
    """
    What operators and owners type.
    """

    def check(
        self, check: Callable[[str], object], good: list[str], bad: list[str]
    ) -> None:
        """
        Accept the good texts and refuse the bad ones.
        """
        for text in good:
            check(text)
        for text in bad:
            self.assertRaises(BadValue, check, text)

    def test_number(self) -> None:
        """
        A number has one to fifteen ASCII digits.
        """
        self.check(checkNumber, ["1", "9" * 15], ["", "9" * 16, "+49", "1 2", "\u0661"])

    def test_password(self) -> None:
        """
        A password has at most 128 bytes of UTF-8; none at all is no fault.
        """
        self.check(
            checkPassword,
            ["", "x" * 128, "ü" * 64],
            ["x" * 129, "ü" * 65, "\ud800"],
        )

    def test_nickname(self) -> None:
        """
        A nickname has 1 to 32 printable characters of ISO 8859-1, without
        blanks at its ends.
        """
        self.check(
            checkNickname,
            ["A", "Jörg", "x" * 32, "a b"],
            ["", "x" * 33, "€", "a\n", " a", "a "],
        )

    def test_words(self) -> None:
        """
        A short text is printable; the message names its field.
        """
        self.check(
            lambda text: checkWords("serial", text),
            ["", "x" * 64, "Ж"],
            ["x" * 65, "a\0"],
        )
        error = self.assertRaises(BadValue, checkWords, "serial", "\n")
        self.assertIn("serial", str(error))

    def test_macId(self) -> None:
        """
        The characters behind the MAC are four letters or digits, or none.
        """
        self.check(checkMacId, ["", "1aZ9"], ["123", "12345", "12-4", "ÄÖÜß"])
        self.assertEqual(checkMacId("1aZ9"), "1AZ9")
