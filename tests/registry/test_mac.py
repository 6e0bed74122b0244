"""
Tests of L{gigasetd.registry.mac}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.mac import isReserved, macOf


class MacTests(SynchronousTestCase):
    """
    L{macOf}.
    """

    def test_spellings(self) -> None:
        """
        However somebody copied the address from a label, a lease or an ARP
        table, it names the same device.
        """
        for text in (
            "7C2F80012345", "7c2f80012345", "7C:2F:80:01:23:45",
            "7c-2f-80-01-23-45", "7c2f.8001.2345", "7C2F80-012345",
            "7c:2f:80:1:23:45", " 7C 2F 80 01 23 45\n",
        ):  # fmt: skip
            self.assertEqual(macOf(text), "7C2F80012345", text)

    def test_noMac(self) -> None:
        """
        What is no address of one device is refused, however near it comes.
        """
        for text in (
            "", "7C2F8001234", "7C2F800123456", "7C2F8001234G", "7C:2F:80:01:23",
            "7C:2F-80:01:23:45:", "٧C2F80012345", "\0" * 12, "A" * 10000,
            "000000000000", "ff:ff:ff:ff:ff:ff", "7C2F80012345-ABCD",
        ):  # fmt: skip
            self.assertIsNone(macOf(text), text[:40])

    def test_reserved(self) -> None:
        """
        All zeros and all ones are addresses, of no device.
        """
        self.assertTrue(isReserved("00:00:00:00:00:00"))
        self.assertTrue(isReserved("ff-ff-ff-ff-ff-ff"))
        self.assertFalse(isReserved("7C2F80012345"))
        self.assertFalse(isReserved("nonsense"))
