"""
Tests for L{gigasetd.process.ports}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.ports import BoundPorts


class BoundPortsTests(SynchronousTestCase):
    """
    L{BoundPorts}.
    """

    def setUp(self) -> None:
        """
        A SIP server on two transports, and a web server.
        """
        self.ports = BoundPorts()
        self.ports.add("sip", "udp", "0.0.0.0", 5060)
        self.ports.add("sip", "tcp", "0.0.0.0", 5061)
        self.ports.add("http", "tcp", "127.0.0.1", 8080)

    def test_of(self) -> None:
        """
        A service's listeners are read in the order in which they were bound,
        all or those of one transport.
        """
        self.assertEqual([each.port for each in self.ports.of("sip")], [5060, 5061])
        self.assertEqual([each.port for each in self.ports.of("sip", "udp")], [5060])

    def test_clear(self) -> None:
        """
        A service that has stopped listens nowhere; the others still do.
        """
        self.ports.clear("sip")
        self.assertEqual(self.ports.of("sip"), [])
        self.assertEqual(len(self.ports.of("http")), 1)
