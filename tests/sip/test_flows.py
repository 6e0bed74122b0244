"""
Tests for L{gigasetd.sip.flows}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import Binding
from gigasetd.sip.actions import Flow
from gigasetd.sip.flows import Network
from tests.registry.populated import binding

UDP = Flow("udp", "0.0.0.0:5060", "192.168.1.20", 5060, 0)


def stream(connection: int) -> Binding:
    """
    A binding over TCP.
    """
    return binding("20000001")._replace(transport="tcp", connection=connection)


class NetworkTests(SynchronousTestCase):
    """
    Who can be reached, and how we are called.
    """

    def setUp(self) -> None:
        """
        A server on all interfaces.
        """
        self.network = Network("192.0.2.1")

    def test_streams(self) -> None:
        """
        A phone on TCP is reached while its connection is there, and never by
        a new one: a connection of an earlier run is nobody's.
        """
        self.network.streams.add(7)
        self.assertTrue(self.network.reaches(stream(7)))
        self.assertFalse(self.network.reaches(stream(8)))
        self.assertTrue(self.network.alive(self.network.flow(stream(7))))
        self.network.streams.discard(7)
        self.assertFalse(self.network.reaches(stream(7)))
        self.assertFalse(self.network.alive(self.network.flow(stream(7))))

    def test_datagrams(self) -> None:
        """
        A phone on UDP is reached as long as there is a UDP listener.
        """
        self.assertFalse(self.network.reaches(binding("20000001")))
        self.assertFalse(self.network.alive(UDP))
        self.network.listening("0.0.0.0:5060")
        self.assertTrue(self.network.reaches(binding("20000001")))
        self.assertEqual(self.network.flow(binding("20000001")), UDP)

    def test_listenerHasMoved(self) -> None:
        """
        After a restart on another port phones are still reached, each by a
        listener of its own family.
        """
        self.network.listening("[::]:5070")
        self.network.listening("0.0.0.0:5070")
        old = binding("20000001")
        self.assertEqual(self.network.flow(old).local, "0.0.0.0:5070")
        wide = old._replace(host="2001:db8::5", local="[::]:5060")
        self.assertEqual(self.network.flow(wide).local, "[::]:5070")

    def test_address(self) -> None:
        """
        Phones are told an address that they can reach: the public one, but
        loopback for those on this machine.
        """
        for local, peer, address in (
            ("0.0.0.0:5060", "192.168.1.20", "192.0.2.1:5060"),
            ("0.0.0.0:5060", "127.0.0.1", "127.0.0.1:5060"),
            ("10.0.0.1:5062", "192.168.1.20", "10.0.0.1:5062"),
            ("[::]:5060", "::1", "[::1]:5060"),
            ("[::]:5060", "2001:db8::1", "192.0.2.1:5060"),
        ):
            flow = Flow("udp", local, peer, 5060, 0)
            self.assertEqual(self.network.address(flow), address)

    def test_publicAddressOfTheNewKind(self) -> None:
        """
        An IPv6 address of ours stands in brackets.
        """
        flow = Flow("udp", "[::]:5060", "2001:db8::9", 5060, 0)
        self.assertEqual(Network("2001:db8::1").address(flow), "[2001:db8::1]:5060")
