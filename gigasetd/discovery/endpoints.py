# -*- test-case-name: tests.discovery.test_endpoints -*-
"""
The addresses and ports at which this server is reached from a link.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from gigasetd.discovery.interface import ListenAddress, NetworkLink, rootUrl
from gigasetd.discovery.mdnszone import ServiceInstance

T = TypeVar("T")


class SipListeners(Protocol):
    """
    The part of L{gigasetd.sip.service.SIPService} that is needed here.
    """

    def places(self) -> list[tuple[str, int]]:
        """
        The UDP listeners: address and port.
        """

    def alongside(self, bind: Callable[[], T]) -> T:
        """
        Call C{bind}, which may bind a port of SIP's as well.
        """


class HttpListeners(Protocol):
    """
    The part of L{gigasetd.web.service.HttpService} that is needed here.
    """

    ports: list[Any]


class XmppListeners(Protocol):
    """
    The part of L{gigasetd.xmpp.service.XMPPService} that is needed here.
    """

    def places(self) -> list[tuple[str, int]]:
        """
        The listeners for clients that begin without TLS: address and port.
        """


class Endpoints:
    """
    Looks up what is bound at the moment.
    """

    def __init__(
        self,
        public: str,
        phones: SipListeners,
        web: HttpListeners,
        messages: XmppListeners,
    ) -> None:
        """
        @param public: C{server.public_address}, C{""} for none.
        """
        self._public = public
        self._phones = phones
        self._web = web
        self._messages = messages

    def webPlaces(self) -> list[ListenAddress]:
        """
        The listeners of the web server.
        """
        hosts = [port.getHost() for port in self._web.ports]
        return [ListenAddress(host.host, host.port) for host in hosts]

    def _sipPlaces(self) -> list[ListenAddress]:
        return [ListenAddress(*place) for place in self._phones.places()]

    def _xmppPlaces(self) -> list[ListenAddress]:
        return [ListenAddress(*place) for place in self._messages.places()]

    def root(self, link: NetworkLink) -> str:
        """
        The web server's URL for a link; a configured public address takes
        precedence.
        """
        return rootUrl(self.webPlaces(), link, self._public)

    def addresses(self, link: NetworkLink) -> list[str]:
        """
        Our addresses on a link that have any listener.
        """
        places = [*self.webPlaces(), *self._sipPlaces(), *self._xmppPlaces()]
        return link.reached(places)

    def offers(self, link: NetworkLink) -> Sequence[ServiceInstance]:
        """
        The services that a link reaches; no others are published.
        """
        offers = []
        for place in self.webPlaces():
            if link.reached([place]):
                offers.append(ServiceInstance(b"_http._tcp", place.port, (b"path=/",)))
                page = ServiceInstance(
                    b"_gigaset-config._tcp", place.port, (b"path=/",)
                )
                offers.append(page)
                break
        for name, places in (
            (b"_sip._udp", self._sipPlaces()),
            (b"_xmpp-client._tcp", self._xmppPlaces()),
        ):
            reached = [place for place in places if link.reached([place])]
            offers += [ServiceInstance(name, place.port) for place in reached[:1]]
        return offers
