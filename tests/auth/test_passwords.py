"""
Tests of L{gigasetd.auth.passwords}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.passwords import ha1, ha1OfSHA256, tokenHash, weakness

MUFASA = ("Mufasa", "http-auth@example.org", "Circle of Life")


class HashTests(SynchronousTestCase):
    """
    L{ha1}, L{ha1OfSHA256} and L{tokenHash}.
    """

    def test_ha1(self) -> None:
        """
        H(A1) of the example in RFC 7616 section 3.9.1.
        """
        self.assertEqual(ha1(*MUFASA), "3d78807defe7de2157e2b0b6573a855f")
        self.assertEqual(
            ha1OfSHA256(*MUFASA),
            "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232",
        )

    def test_unicode(self) -> None:
        """
        A password may have any letters; UTF-8 is hashed.
        """
        self.assertEqual(ha1("1", "r", "ä"), "ddcea03ba22ed7d6e07de3e074ca6897")

    def test_token(self) -> None:
        """
        A token's hash is that of SHA-256; what is no Unicode has one too.
        """
        self.assertEqual(
            tokenHash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        )
        self.assertNotEqual(tokenHash("\ud800"), tokenHash(""))


class WeaknessTests(SynchronousTestCase):
    """
    L{weakness}.
    """

    def test_weak(self) -> None:
        """
        Each reason that a password is easy to guess is said.
        """
        for password, reason in (
            ("", "fewer than 8 characters"),
            ("a7Kp2xQ", "fewer than 8 characters"),
            ("x20000001y", "contains the number"),
            ("PassWort", "most common"),
            ("ababababab", "fewer than 5 different"),
        ):
            self.assertIn(reason, weakness(password, "20000001"), password)

    def test_strong(self) -> None:
        """
        A random password has no weakness, with and without a number.
        """
        for number in ("20000001", ""):
            self.assertEqual(weakness("FaPg5JAJxadn4qY6", number), "")
