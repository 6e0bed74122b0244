"""
Tests for L{gigasetd.process.ports}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.ports import BoundPort, BoundPorts, webUrl


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


class WebUrlTests(SynchronousTestCase):
    """
    L{webUrl}.
    """

    def url(self, *bound: tuple[str, int], public: str = "") -> str:
        """
        The URL of a web server with these listeners.
        """
        listeners = [BoundPort("http", "tcp", *each) for each in bound]
        return webUrl(listeners, public, "192.0.2.7")

    def test_host(self) -> None:
        """
        The host is the listener's own address, unless it has all addresses, or
        the operator has set another.
        """
        self.assertEqual(self.url(("0.0.0.0", 81)), "http://192.0.2.7:81")
        self.assertEqual(self.url(("::", 81)), "http://192.0.2.7:81")
        self.assertEqual(self.url(("127.0.0.1", 81)), "http://127.0.0.1:81")
        self.assertEqual(self.url(("::1", 80)), "http://[::1]")
        self.assertEqual(self.url(("::1", 80), public="a.example"), "http://a.example")

    def test_several(self) -> None:
        """
        Of several listeners the one counts that most clients reach.
        """
        local, lan = ("127.0.0.1", 81), ("192.0.2.9", 81)
        self.assertEqual(self.url(local, lan), "http://192.0.2.9:81")
        self.assertEqual(self.url(local, lan, ("::", 81)), "http://192.0.2.7:81")
        self.assertEqual(self.url(lan, ("127.0.0.1", 80)), "http://127.0.0.1")
