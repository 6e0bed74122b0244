"""
Tests of L{gigasetd.config.endpoint}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.endpoint import Endpoint, firstDuplicate, parseEndpoint


class ParseListenTests(SynchronousTestCase):
    """
    How an operator writes where to listen.
    """

    def test_forms(self) -> None:
        """
        Every form of the documentation is understood.
        """
        for text, expected in {
            "udp:5060": Endpoint("udp", 5060),
            "tcp:0": Endpoint("tcp", 0),
            "udp:5060:interface=10.0.0.1": Endpoint("udp", 5060, "10.0.0.1"),
            "tcp:80:interface=[::1]": Endpoint("tcp", 80, "::1"),
            "tls:5061": Endpoint("tls", 5061),
            "tls:5061:certificate=/a.pem:key=/b.pem:interface=[fe80::1%eth0]": Endpoint(
                "tls", 5061, "fe80::1%eth0", "/a.pem", "/b.pem"
            ),
            "systemd:sip": Endpoint("systemd", name="sip"),
        }.items():
            self.assertEqual(parseEndpoint(text), expected, text)

    def test_faults(self) -> None:
        """
        Whatever else stands there is refused with a reason.
        """
        for text in (
            "",
            "udp",
            "sctp:5060",
            "udp:",
            "udp:65536",
            "udp:-1",
            "udp: 5",
            "udp:٣",
            "udp:5060:interface=::1",
            "udp:5060:interface=[10.0.0.1]",
            "udp:5060:interface=host",
            "udp:5060:interface=",
            "udp:5060:key=x:certificate=y",
            "tls:5061:key=x",
            "tcp:1:interface=1.2.3.4:interface=1.2.3.4",
            "tcp:1:what=ever",
            "systemd:",
            "systemd:a:b",
        ):
            self.assertRaises(ValueError, parseEndpoint, text)

    def test_twice(self) -> None:
        """
        The same socket twice is seen; free ports and other transports are
        not the same.
        """
        udp, tcp, free = map(parseEndpoint, ("udp:5060", "tcp:5060", "tcp:0"))
        tls = parseEndpoint("tls:5060")
        self.assertIsNone(firstDuplicate([udp, tcp, free, free]))
        self.assertEqual(firstDuplicate([udp, tcp, tls]), tls)
