"""
Tests of L{gigasetd.devices.verifiedaddress}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.verifiedaddress import VerifiedAddresses

HOME = "203.0.113.9"


class VerifiedAddressesTests(SynchronousTestCase):
    """
    L{VerifiedAddresses}.
    """

    def test_lasts(self) -> None:
        """
        A proof counts for two days, from its address only.
        """
        verified = VerifiedAddresses()
        verified.note("A", HOME, 0.0)
        self.assertEqual(verified.host("A", 2 * 86400.0), HOME)
        self.assertIsNone(verified.host("B", 0.0))
        self.assertIsNone(verified.host("A", 2 * 86400.0 + 1))
        self.assertEqual(len(verified), 0)

    def test_forget(self) -> None:
        """
        A device with a new secret has proven nothing yet.
        """
        verified = VerifiedAddresses()
        verified.note("A", HOME, 0.0)
        verified.forget("A")
        self.assertIsNone(verified.host("A", 0.0))

    def test_bounded(self) -> None:
        """
        The newest are remembered, however many there are.
        """
        verified = VerifiedAddresses(10)
        for n in range(100):
            verified.note(str(n), "h", 0.0)
        self.assertEqual(len(verified), 10)
        self.assertEqual(verified.host("99", 0.0), "h")
