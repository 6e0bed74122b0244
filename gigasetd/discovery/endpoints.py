# -*- test-case-name: tests.discovery.test_endpoints -*-
"""
The addresses and ports at which this server is reached from a link.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Sequence

from gigasetd.discovery.interface import ListenAddress, NetworkLink, rootUrl
from gigasetd.discovery.mdnszone import ServiceInstance
from gigasetd.process.ports import BoundPorts


class Endpoints:
    """
    Looks up what is bound at the moment.
    """

    def __init__(self, public: str, ports: BoundPorts) -> None:
        """
        @param public: C{server.public_address}, C{""} where it is not set.
        """
        self._public = public
        self._ports = ports

    def _places(self, service: str, *transports: str) -> list[ListenAddress]:
        bound = self._ports.of(service, *transports)
        return [ListenAddress(each.host, each.port) for each in bound]

    def webPlaces(self) -> list[ListenAddress]:
        """
        Return the listeners of the web server.
        """
        return self._places("http")

    def _sipPlaces(self) -> list[ListenAddress]:
        return self._places("sip", "udp")

    def _xmppPlaces(self) -> list[ListenAddress]:
        # Clients that begin without TLS: what the service record announces.
        return self._places("xmpp", "tcp")

    def root(self, link: NetworkLink) -> str:
        """
        Return the web server's URL for a link; a configured public address
        takes precedence.
        """
        return rootUrl(self.webPlaces(), link, self._public)

    def addresses(self, link: NetworkLink) -> list[str]:
        """
        Return our addresses on a link that have any listener.
        """
        places = [*self.webPlaces(), *self._sipPlaces(), *self._xmppPlaces()]
        return link.reached(places)

    def offers(self, link: NetworkLink) -> Sequence[ServiceInstance]:
        """
        Return the services that a link reaches; no others are published.
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
