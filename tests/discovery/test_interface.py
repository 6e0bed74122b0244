"""
Tests for L{gigasetd.discovery.interface}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.discovery.interface import ListenAddress, NetworkLink, rootUrl

LINK = NetworkLink("eth0", 2, ("192.168.1.5/24",), ("fd00::5/64", "fe80::5/64"))
FOUR, SIX = ListenAddress("0.0.0.0", 8080), ListenAddress("::", 80)


class LinkTests(SynchronousTestCase):
    """
    Who is on the link, and how they reach us.
    """

    def test_holds(self) -> None:
        """
        Only addresses of the link's own subnets belong to it.
        """
        for host in ("192.168.1.77", "fd00::1:2", "fe80::9%eth0"):
            self.assertTrue(LINK.holds(host), host)
        for host in ("192.168.2.77", "8.8.8.8", "fd01::1", "name", "", "0.0.0.0"):
            self.assertFalse(LINK.holds(host), host)
        self.assertFalse(NetworkLink("eth1", 3, ("10.0.0.1/8",)).holds("fe80::9%eth1"))

    def test_root(self) -> None:
        """
        A phone is told the address of the interface that heard it, the port
        unless it is the usual one, and what the operator says before that.
        """
        self.assertEqual(rootUrl([FOUR], LINK, ""), "http://192.168.1.5:8080")
        self.assertEqual(rootUrl([FOUR, SIX], LINK, ""), "http://192.168.1.5")
        self.assertEqual(rootUrl([FOUR], LINK, "pbx.lan"), "http://pbx.lan:8080")
        self.assertEqual(rootUrl([SIX], LINK._replace(v4=()), ""), "http://[fd00::5]")

    def test_noRoot(self) -> None:
        """
        Nobody is sent to where nothing listens.
        """
        near = ListenAddress("127.0.0.1", 80)
        self.assertEqual(rootUrl([near], LINK, ""), "")
        self.assertEqual(rootUrl([], LINK, "pbx.lan"), "")
        self.assertEqual(rootUrl([FOUR], LINK._replace(v4=()), ""), "")
        self.assertEqual(LINK.reached([near]), [])

    def test_reached(self) -> None:
        """
        An address is published only where something listens at it.
        """
        self.assertEqual(LINK.reached([FOUR]), ["192.168.1.5"])
        self.assertEqual(LINK.reached([ListenAddress("fd00::5", 80)]), ["fd00::5"])
        every = ["192.168.1.5", "fd00::5", "fe80::5"]
        self.assertEqual(LINK.reached([SIX]), every)
