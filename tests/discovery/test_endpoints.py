"""
Tests of L{gigasetd.discovery.endpoints}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.discovery.endpoints import Endpoints
from gigasetd.discovery.interface import NetworkLink
from gigasetd.discovery.mdnszone import ServiceInstance
from gigasetd.process.ports import BoundPorts

LAN = NetworkLink("lan", 2, ("192.168.1.5/24",), ("fd00::5/64",))
OTHER = NetworkLink("other", 3, ("10.0.0.5/24",))


def endpoints(*bound: tuple[str, str, str, int], public: str = "") -> Endpoints:
    """
    The endpoints of these listeners: service, transport, host and port.
    """
    ports = BoundPorts()
    for listener in bound:
        ports.add(*listener)
    return Endpoints(public, ports)


class EndpointsTests(SynchronousTestCase):
    """
    L{Endpoints}.
    """

    def test_offers(self) -> None:
        """
        Only what a link reaches is published, each service once.
        """
        bound = endpoints(
            ("sip", "udp", "192.168.1.5", 5060),
            ("sip", "tcp", "0.0.0.0", 5061),
            ("sip", "udp", "0.0.0.0", 5062),
            ("http", "tcp", "0.0.0.0", 8080),
            ("xmpp", "tls", "0.0.0.0", 5223),
            ("xmpp", "tcp", "192.168.1.5", 5222),
        )
        kinds = [(offer.kind, offer.port) for offer in bound.offers(LAN)]
        self.assertEqual(
            kinds,
            [
                (b"_http._tcp", 8080),
                (b"_gigaset-config._tcp", 8080),
                (b"_sip._udp", 5060),
                (b"_xmpp-client._tcp", 5222),
            ],
        )
        others = [(offer.kind, offer.port) for offer in bound.offers(OTHER)]
        self.assertEqual(others[2:], [(b"_sip._udp", 5062)])

    def test_nothing(self) -> None:
        """
        Where nothing listens, nothing is published and there is no URL.
        """
        self.assertEqual(list(endpoints().offers(LAN)), [])
        self.assertEqual(endpoints().addresses(LAN), [])
        self.assertEqual(endpoints().root(LAN), "")

    def test_sipOnly(self) -> None:
        """
        Without a web server, SIP is still published.
        """
        bound = endpoints(("sip", "udp", "0.0.0.0", 5060))
        offers = list(bound.offers(LAN))
        self.assertEqual(offers, [ServiceInstance(b"_sip._udp", 5060)])
        self.assertEqual(bound.addresses(LAN), ["192.168.1.5"])

    def test_root(self) -> None:
        """
        The URL has the link's address, unless a public one is configured.
        """
        web = ("http", "tcp", "0.0.0.0", 80)
        self.assertEqual(endpoints(web).root(LAN), "http://192.168.1.5")
        public = endpoints(web, public="phones.example.org")
        self.assertEqual(public.root(LAN), "http://phones.example.org")
