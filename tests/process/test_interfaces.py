"""
Tests of L{gigasetd.process.interfaces}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.interfaces import guessPublicAddress, localAddresses


class AddressTests(SynchronousTestCase):
    """
    What the machine knows of itself.
    """

    def test_guess(self) -> None:
        """
        The address that phones are told is one of this machine's.
        """
        self.assertIn(guessPublicAddress(), localAddresses())

    def test_local(self) -> None:
        """
        Loopback is among the machine's addresses, and all are plain text.
        """
        found = localAddresses()
        self.assertIn("127.0.0.1", found)
        self.assertEqual({type(one) for one in found}, {str})
