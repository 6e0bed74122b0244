"""
Tests of L{gigasetd.discovery.endpoints}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from twisted.internet.address import IPv4Address
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.discovery.endpoints import Endpoints
from gigasetd.discovery.interface import NetworkLink
from gigasetd.discovery.mdnszone import ServiceInstance

T = TypeVar("T")
LAN = NetworkLink("lan", 2, ("192.168.1.5/24",), ("fd00::5/64",))
OTHER = NetworkLink("other", 3, ("10.0.0.5/24",))


class FakeListeners:
    """
    Stands for SIP's and XMPP's listeners.
    """

    def __init__(self, *places: tuple[str, int]) -> None:
        self._places = list(places)

    def places(self) -> list[tuple[str, int]]:
        """
        The listeners.
        """
        return self._places

    def alongside(self, bind: Callable[[], T]) -> T:
        """
        Bind at once.
        """
        return bind()


class FakePort:
    """
    A port of the web server.
    """

    def __init__(self, host: str, port: int) -> None:
        self._address = IPv4Address("TCP", host, port)

    def getHost(self) -> IPv4Address:
        """
        Its address.
        """
        return self._address


class FakeWeb:
    """
    Stands for the web server.
    """

    def __init__(self, *ports: tuple[str, int]) -> None:
        self.ports: list[Any] = [FakePort(*port) for port in ports]


class EndpointsTests(SynchronousTestCase):
    """
    L{Endpoints}.
    """

    def test_offers(self) -> None:
        """
        Only what a link reaches is published, each service once.
        """
        endpoints = Endpoints(
            "",
            FakeListeners(("192.168.1.5", 5060), ("0.0.0.0", 5062)),
            FakeWeb(("0.0.0.0", 8080)),
            FakeListeners(("192.168.1.5", 5222)),
        )
        kinds = [(offer.kind, offer.port) for offer in endpoints.offers(LAN)]
        self.assertEqual(
            kinds,
            [
                (b"_http._tcp", 8080),
                (b"_gigaset-config._tcp", 8080),
                (b"_sip._udp", 5060),
                (b"_xmpp-client._tcp", 5222),
            ],
        )
        others = [(offer.kind, offer.port) for offer in endpoints.offers(OTHER)]
        self.assertEqual(others[2:], [(b"_sip._udp", 5062)])

    def test_nothing(self) -> None:
        """
        Where nothing listens, nothing is published and there is no URL.
        """
        endpoints = Endpoints("", FakeListeners(), FakeWeb(), FakeListeners())
        self.assertEqual(list(endpoints.offers(LAN)), [])
        self.assertEqual(endpoints.addresses(LAN), [])
        self.assertEqual(endpoints.root(LAN), "")

    def test_sipOnly(self) -> None:
        """
        Without a web server, SIP is still published.
        """
        sip = FakeListeners(("0.0.0.0", 5060))
        endpoints = Endpoints("", sip, FakeWeb(), FakeListeners())
        offers = list(endpoints.offers(LAN))
        self.assertEqual(offers, [ServiceInstance(b"_sip._udp", 5060)])
        self.assertEqual(endpoints.addresses(LAN), ["192.168.1.5"])

    def test_root(self) -> None:
        """
        The URL has the link's address, unless a public one is configured.
        """
        sip, web, xmpp = FakeListeners(), FakeWeb(("0.0.0.0", 80)), FakeListeners()
        self.assertEqual(Endpoints("", sip, web, xmpp).root(LAN), "http://192.168.1.5")
        public = Endpoints("phones.example.org", sip, web, xmpp)
        self.assertEqual(public.root(LAN), "http://phones.example.org")
