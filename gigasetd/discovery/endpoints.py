# -*- test-case-name: tests.discovery.test_namespaces -*-
"""
By which addresses and ports this server is reached from a link.

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
    L{gigasetd.sip.service.SIPService}, as far as it is needed here.
    """

    def places(self) -> list[tuple[str, int]]:
        """
        Where it listens by UDP.
        """

    def alongside(self, bind: Callable[[], T]) -> T:
        """
        Call C{bind}, which may bind a port of it as well.
        """


class HttpListeners(Protocol):
    """
    L{gigasetd.web.service.HttpService}, as far as it is needed here.
    """

    ports: list[Any]


class XmppListeners(Protocol):
    """
    L{gigasetd.xmpp.service.XMPPService}, as far as it is needed here.
    """

    def places(self) -> list[tuple[str, int]]:
        """
        Where it listens for clients that begin without TLS.
        """


class Endpoints:
    """
    Looks at what is bound at the moment.
    """

    def __init__(
        self,
        public: str,
        phones: SipListeners,
        web: HttpListeners,
        messages: XmppListeners,
    ) -> None:
        """
        @param public: what the operator says it is reached at, C{""} for
            nothing.
        """
        self._public = public
        self._phones = phones
        self._web = web
        self._messages = messages

    def webPlaces(self) -> list[ListenAddress]:
        """
        Where the web server listens.
        """
        hosts = [port.getHost() for port in self._web.ports]
        return [ListenAddress(host.host, host.port) for host in hosts]

    def _sipPlaces(self) -> list[ListenAddress]:
        """
        Where SIP is heard by UDP.
        """
        return [ListenAddress(*place) for place in self._phones.places()]

    def _xmppPlaces(self) -> list[ListenAddress]:
        """
        Where XMPP clients come to.
        """
        return [ListenAddress(*place) for place in self._messages.places()]

    def root(self, link: NetworkLink) -> str:
        """
        The web server's URL for a link; the operator's word goes first.
        """
        return rootUrl(self.webPlaces(), link, self._public)

    def addresses(self, link: NetworkLink) -> list[str]:
        """
        Our addresses on a link where anything listens.
        """
        places = [*self.webPlaces(), *self._sipPlaces(), *self._xmppPlaces()]
        return link.reached(places)

    def offers(self, link: NetworkLink) -> Sequence[ServiceInstance]:
        """
        What can be reached from a link: what is published must be there.
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
            found = [place for place in places if link.reached([place])]
            offers += [ServiceInstance(name, place.port) for place in found[:1]]
        return offers
