"""
Tests of L{gigasetd.web.http.clientaddress}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.web.http.clientaddress import (
    clientAddress,
    forwardedHosts,
    forwardedProtocols,
    plainAddress,
)

PROXIES = Networks(["10.0.0.0/8"])


def caller(peer: str, *legacy: str, forwarded: tuple[str, ...] = ()) -> str:
    """
    Who asked.
    """
    return clientAddress(peer, forwarded, legacy, PROXIES)


class ClientAddressTests(SynchronousTestCase):
    """
    L{clientAddress}.
    """

    def test_untrusted(self) -> None:
        """
        What a stranger says of its own origin counts for nothing.
        """
        self.assertEqual(caller("203.0.113.9", "192.168.1.1"), "203.0.113.9")
        lie = ("for=192.168.1.1",)
        self.assertEqual(caller("203.0.113.9", forwarded=lie), "203.0.113.9")

    def test_trusted(self) -> None:
        """
        A trusted proxy is believed, in the old and in the standard form.
        """
        self.assertEqual(caller("10.0.0.1", "198.51.100.7"), "198.51.100.7")
        for value in ("for=198.51.100.7", 'proto=http; For="198.51.100.7:4711"'):
            self.assertEqual(caller("10.0.0.1", forwarded=(value,)), "198.51.100.7")
        value = 'for="[2001:db8::7]:4711"'
        self.assertEqual(caller("10.0.0.1", forwarded=(value,)), "2001:db8::7")

    def test_chain(self) -> None:
        """
        Through several proxies the nearest stranger counts, not what that one
        wrote before.
        """
        chain = "192.168.1.1, 198.51.100.7, 10.0.0.2"
        self.assertEqual(caller("10.0.0.1", chain), "198.51.100.7")
        self.assertEqual(
            caller("10.0.0.1", "192.168.1.1", "198.51.100.7"), "198.51.100.7"
        )

    def test_rubbish(self) -> None:
        """
        A hop that is no address hides the client: the proxy's own address, which
        is a local one as a rule, must not stand for it.
        """
        for value in ("", "unknown", "x" * 5000, "198.51.100.7, _hidden"):
            self.assertEqual(caller("10.0.0.1", value), "", value[:20])
        self.assertEqual(caller("10.0.0.1", forwarded=("by=1.2.3.4",)), "")
        self.assertEqual(caller("10.0.0.1"), "10.0.0.1")

    def test_plainAddress(self) -> None:
        """
        One address has one spelling.
        """
        for text, plain in {
            "::ffff:192.0.2.1": "192.0.2.1", "192.0.2.1:80": "192.0.2.1",
            "[2001:DB8::1]:80": "2001:db8::1", "fe80::1%eth0": "fe80::1", "x": "",
        }.items():  # fmt: skip
            self.assertEqual(plainAddress(text), plain)


class ForwardedHostsTests(SynchronousTestCase):
    """
    L{forwardedHosts}.
    """

    def test_forms(self) -> None:
        """
        Both headers are read; a hop without a host adds none.
        """
        standard = ['for=1.2.3.4;host="evil.example:80", for=10.0.0.2']
        self.assertEqual(forwardedHosts(standard, []), ["evil.example:80"])
        self.assertEqual(forwardedHosts([], ["a.example, b"]), ["a.example", "b"])
        self.assertEqual(forwardedHosts([], []), [])


class ForwardedProtocolsTests(SynchronousTestCase):
    """
    L{forwardedProtocols}.
    """

    def test_forms(self) -> None:
        """
        Both headers are read, in any case and with quotes.
        """
        values = ["https", 'for=1.2.3.4;Proto="HTTP", proto=wss']
        protocols = forwardedProtocols(values)
        self.assertLessEqual({"https", "http", "wss"}, protocols)
        self.assertEqual(forwardedProtocols([]), set())
