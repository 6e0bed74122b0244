"""
Tests of L{gigasetd.config.networks}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import LOCAL, REMEMBERED, Networks, unmapped


class NetworksTests(SynchronousTestCase):
    """
    What counts as the LAN.
    """

    def test_knowsItsOwn(self) -> None:
        """
        A phone at home is local, one on the internet is not, asked once or
        twice.
        """
        lan = Networks(LOCAL)
        for _ in range(2):
            for host in ("192.168.1.9", "127.0.0.1", "::1", "fe80::1%eth0", "fd00::2"):
                self.assertTrue(lan.contains(host), host)
            for host in ("172.32.0.1", "11.0.0.0", "2001:db8::1", "9.255.255.255"):
                self.assertFalse(lan.contains(host), host)

    def test_mapped(self) -> None:
        """
        A dual-stack socket's spelling of an IPv4 phone makes no difference.
        """
        self.assertTrue(Networks(["10.0.0.0/8"]).contains("::ffff:10.1.2.3"))

    def test_versionsApart(self) -> None:
        """
        An IPv6 address is not taken for the IPv4 address of the same value.
        """
        self.assertFalse(Networks(["0.0.0.0/0"]).contains("::a00:1"))

    def test_rubbish(self) -> None:
        """
        What is no address is nowhere, and raises nothing.
        """
        everywhere = Networks(["0.0.0.0/0", "::/0"])
        for host in ("", "host", "1.2.3", "\0", "1" * 100000, b"1234", None, 5, []):
            self.assertFalse(everywhere.contains(host))  # type: ignore[arg-type]

    def test_bounded(self) -> None:
        """
        A scan from many addresses fills no memory, and the answers stay right.
        """
        lan = Networks(["10.0.0.0/8"])
        for value in range(REMEMBERED + 10):
            lan.contains(f"11.0.{value >> 8}.{value & 255}")
        self.assertLessEqual(len(lan._known), REMEMBERED)
        self.assertTrue(lan.contains("10.0.0.1"))

    def test_faulty(self) -> None:
        """
        A network with bits behind its prefix is refused, not guessed at.
        """
        self.assertRaises(ValueError, Networks, ["192.168.1.1/24"])

    def test_equal(self) -> None:
        """
        A reload can tell whether anything changed.
        """
        self.assertEqual(Networks(["::1"]), Networks(["::1"]))
        self.assertNotEqual(Networks(["::1"]), Networks([]))


class UnmappedTests(SynchronousTestCase):
    """
    L{unmapped}.
    """

    def test_mapped(self) -> None:
        """
        One peer has one name, through whichever listener it comes.
        """
        for host in ("::ffff:192.0.2.7", "192.0.2.7"):
            self.assertEqual(unmapped(host), "192.0.2.7")

    def test_others(self) -> None:
        """
        An IPv6 address stays as it is, with its zone.
        """
        for host in ("2001:db8::7", "fe80::7%eth0", "::1", "::ffff:0:1", ""):
            self.assertEqual(unmapped(host), host)
