# -*- test-case-name: tests.web.http.test_clients -*-
"""
The client of a request: its address, whether it is local, and which device's
data it may get.

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.config.networks import Networks
from gigasetd.devices.access import mayFetch
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.clientaddress import clientAddress, forwardedProtocols
from gigasetd.web.http.headers import headerValues


class Clients:
    """
    @ivar local: the local networks.
    @ivar proxies: the trusted proxies; only their forwarding headers count.
    @ivar phoneAccess: C{http.phone_access}.
    @ivar proven: addresses from which devices have authenticated by HTTP.
    """

    def __init__(
        self,
        local: Networks,
        proxies: Networks,
        phoneAccess: str,
        proven: VerifiedAddresses,
    ) -> None:
        self.local = local
        self.proxies = proxies
        self.phoneAccess = phoneAccess
        self.proven = proven

    def address(self, request: Request) -> str:
        """
        Return the client's IP address, C{""} for none.
        """
        peer = _peer(request)
        if not self.proxies.contains(peer):
            return clientAddress(peer, (), (), self.proxies)
        return clientAddress(
            peer,
            headerValues(request, b"Forwarded"),
            headerValues(request, b"X-Forwarded-For"),
            self.proxies,
        )

    def isLocal(self, request: Request) -> bool:
        """
        Tell whether the client is in a local network.
        """
        return self.local.contains(self.address(request))

    def isSecure(self, request: Request) -> bool:
        """
        Tell whether the browser uses TLS, with this server or with a trusted
        proxy.
        """
        if not self.proxies.contains(_peer(request)):
            return bool(request.isSecure())
        hops = [
            *headerValues(request, b"X-Forwarded-Proto"),
            *headerValues(request, b"Forwarded"),
        ]
        return "https" in forwardedProtocols(hops)

    def mayFetch(self, registry: Registry, mac: str, host: str, now: float) -> bool:
        """
        Tell whether C{host} may get the data of device C{mac}.

        @see: L{gigasetd.devices.access}.
        """
        proven = self.proven.host(mac, now)
        return mayFetch(registry, self.local, self.phoneAccess, mac, host, proven)


def _peer(request: Request) -> str:
    return getattr(request.getClientAddress(), "host", "")
