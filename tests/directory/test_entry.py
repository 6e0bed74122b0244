"""
Tests of L{gigasetd.directory.entry}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.entry import LONGEST, contactOf, dialled, plain, title
from gigasetd.errors import BadValue


class EntryTests(SynchronousTestCase):
    """
    The texts of an entry.
    """

    def test_dialled(self) -> None:
        """
        However a number is written, it is kept as the phone will dial it.
        """
        for written, number in (
            ("+49 (0)2871 / 12-34", "+492871" + "1234"),
            ("(02871) 12.34", "028711234"),
            ("tel:+33-01;ext=5", "+3301"),
            ("30001#9", "30001#9"),
            ("*21*5#", "*21*5#"),
            ("12+34", "1234"),
            ("call me", ""),
            ("1" * 10000, "1" * 32),
        ):
            self.assertEqual(dialled(written), number, written)

    def test_plain(self) -> None:
        """
        A name is one line that any phone can read; what cannot be seen, XML
        cannot hold or is too long is not in it.
        """
        self.assertEqual(plain("  In\0a \r\n\tB\ue000.\udc80 "), "In a B .")
        self.assertEqual(plain("Mül\xadler\u200b"), "Müller")
        self.assertEqual(len(plain("x" * 10000)), LONGEST)

    def test_needed(self) -> None:
        """
        Without a name nobody finds it, without a number nobody can call it.
        """
        self.assertRaises(BadValue, contactOf, {"home": "1"})
        self.assertRaises(BadValue, contactOf, {"last": "A", "home": "none"})
        self.assertEqual(contactOf({"last": "A", "sip": "sip:a@b"}).sip, "sip:a@b")

    def test_title(self) -> None:
        """
        An entry has one name to be shown by.
        """
        self.assertEqual(
            title(contactOf({"last": "B", "first": "A", "home": "1"})), "B A"
        )
        self.assertEqual(title(contactOf({"nickname": "N", "home": "1"})), "N")
