"""
Tests for L{gigasetd.accounts.digestalgorithms}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.digestalgorithms import setAlgorithms
from gigasetd.accounts.enrolment import addDevice
from gigasetd.accounts.proposal import NewDevice
from gigasetd.errors import BadValue, Refused
from tests.registry.populated import NOW, NUMBER, OTHER, inhabited, numbering


class AlgorithmsTests(SynchronousTestCase):
    """
    What C{device digest} promises.
    """

    def test_set(self) -> None:
        """
        A list is kept in its order, however it is written; an empty one takes
        it back; registrations stay.
        """
        registry = inhabited()
        for text, kept in (
            ("SHA-256,MD5", "SHA-256 MD5"),
            (" sha-256 ", "SHA-256"),
            ("", ""),
        ):
            account = setAlgorithms(registry, registry.accounts[NUMBER], text)
            self.assertEqual(account.digest, kept)
            self.assertEqual(registry.accounts[NUMBER], account)
        self.assertIn(NUMBER, registry.bindings)

    def test_refused(self) -> None:
        """
        An unknown name or one that stands there twice changes nothing.
        """
        registry = inhabited()
        account = registry.accounts[NUMBER]
        for text in ("SHA-512-256", "MD5 MD5", "MD5;SHA-256"):
            error = self.assertRaises(BadValue, setAlgorithms, registry, account, text)
            self.assertIn(f"'{text}' is not a list of digest algorithms", str(error))
        self.assertEqual(registry.accounts[NUMBER], account)

    def test_factory(self) -> None:
        """
        A factory login chooses its algorithm itself.
        """
        registry = inhabited()
        made = addDevice(registry, NewDevice(OTHER, factory=True), numbering(), NOW)
        self.assertRaises(Refused, setAlgorithms, registry, made.account, "MD5")
