# -*- test-case-name: tests.web.http.test_clients -*-
"""
The client of a request: its address, whether it is local, and which device's
data it may get.

An address alone makes no request local. A proxy that is not trusted hides the
client, and a browser in the local network sends what a web page has it send.

Layer 3 (I/O).
"""

from __future__ import annotations

from twisted.logger import Logger

from gigasetd.config.networks import Networks
from gigasetd.devices.access import isKnown
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.clientaddress import (
    clientAddress,
    forwardedHosts,
    forwardedProtocols,
    plainAddress,
)
from gigasetd.web.http.headers import (
    forwardingHeader,
    headerValues,
    hostHeaders,
    isFromBrowser,
)
from gigasetd.web.http.hostnames import HostNames, hostOf

MOST = 8  #: proxies, and names, that are logged and shown to the operator

FOREIGN = (
    "This page was opened under a name that does not count as local. Open it by the"
    " server's address, or have the operator add the name to http.host_names."
)

log = Logger()


class Clients:
    """
    @ivar local: the local networks.
    @ivar proxies: the trusted proxies; only their forwarding headers count.
    @ivar phoneAccess: C{http.phone_access}.
    @ivar proven: addresses from which devices have authenticated by HTTP.
    @ivar names: the names under which this server is reached as local.
    @ivar counts: requests from local addresses that do not count as local, by
        reason; they only grow.
    """

    def __init__(
        self,
        local: Networks,
        proxies: Networks,
        phoneAccess: str,
        proven: VerifiedAddresses,
        names: HostNames | None = None,
    ) -> None:
        self.local = local
        self.proxies = proxies
        self.phoneAccess = phoneAccess
        self.proven = proven
        self.names = names or HostNames()
        self.counts = {"browsers": 0, "foreign_hosts": 0, "untrusted_proxies": 0}
        self._untrusted: dict[str, str] = {}
        self._foreign: dict[str, None] = {}

    def address(self, request: Request) -> str:
        """
        Return the client's IP address, C{""} where none is known.

        A local address has to be proven: it is not known when a proxy that is
        not trusted has sent the request, nor when the client asked for a name
        that is not this server's. No limit spares such a client either.
        """
        if request.clientHost is None:
            host = self._claimed(request)
            proven = not self.local.contains(host) or self._isHonest(request)
            request.clientHost = host if proven else ""
        return request.clientHost

    def _claimed(self, request: Request) -> str:
        peer = _peer(request)
        if not self.proxies.contains(peer):
            return plainAddress(peer)
        forwarded = headerValues(request, b"Forwarded")
        legacy = headerValues(request, b"X-Forwarded-For")
        if not forwarded and not legacy and forwardingHeader(request):
            # A proxy that does not say who its client is.
            return ""
        host = clientAddress(peer, forwarded, legacy, self.proxies)
        if not forwarded or not legacy:
            return host
        return self._agreed(host, clientAddress(peer, (), legacy, self.proxies))

    def _agreed(self, standard: str, legacy: str) -> str:
        # A proxy writes one of the two headers, and passes on what the client has
        # written into the other.
        if standard == legacy:
            return standard
        strangers = [
            host for host in (standard, legacy) if not self.local.contains(host)
        ]
        return strangers[0] if len(strangers) == 1 else ""

    def isLocal(self, request: Request) -> bool:
        """
        Tell whether the client is in a local network.
        """
        return self.local.contains(self.address(request))

    def isKnown(
        self, request: Request, registry: Registry, mac: str, now: float
    ) -> bool:
        """
        Tell whether a request is a phone's, and local or from the address of the
        last proof of device C{mac}.
        """
        host, verified = self.address(request), self.proven.host(mac, now)
        known = isKnown(registry, self.local, mac, host, verified)
        return known and self._isPhone(request, host)

    def _isPhone(self, request: Request, host: str) -> bool:
        if isFromBrowser(request):
            self.counts["browsers"] += 1
            return False
        return self.local.contains(host) or self._isHonest(request)

    def mayFetch(
        self, request: Request, registry: Registry, mac: str, now: float
    ) -> bool:
        """
        Tell whether a request may get the data of device C{mac}, by
        C{http.phone_access}.
        """
        if self.phoneAccess == "any":
            return True
        if self.phoneAccess == "known":
            return self.isKnown(request, registry, mac, now)
        return self.isLocal(request) and self._isPhone(request, self.address(request))

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

    # what the operator is told

    def refusal(self, request: Request) -> str:
        """
        Say why a request from a local address does not count as local.

        @return: a sentence that names the key to set; C{""} for other requests.
        """
        if self.address(request) or not self.local.contains(self._claimed(request)):
            return ""
        proxy = self._untrustedProxy(request)
        if proxy:
            return _proxyWarning(plainAddress(_peer(request)), proxy)
        return FOREIGN

    def warnings(self) -> list[str]:
        """
        Return what the operator has to set right, one sentence each.
        """
        return [_proxyWarning(peer, name) for peer, name in self._untrusted.items()]

    def _isHonest(self, request: Request) -> bool:
        """
        Tell whether the client's address is not hidden by an unknown proxy, and
        the request is for this server.
        """
        proxy = self._untrustedProxy(request)
        if proxy:
            self._noteProxy(plainAddress(_peer(request)), proxy)
            return False
        foreign = self._foreignHost(request)
        if foreign is not None:
            self._noteName(foreign)
        return foreign is None

    def _untrustedProxy(self, request: Request) -> str:
        # The name of the header that shows it.
        trusted = self.proxies.contains(_peer(request))
        return "" if trusted else forwardingHeader(request)

    def _foreignHost(self, request: Request) -> str | None:
        hosts = hostHeaders(request)
        if self.proxies.contains(_peer(request)):
            hosts += forwardedHosts(
                headerValues(request, b"Forwarded"),
                headerValues(request, b"X-Forwarded-Host"),
            )
        # HTTP/1.0 has no Host, but all browsers send one.
        return next((host for host in hosts if not self.names.covers(host)), None)

    def _noteName(self, host: str) -> None:
        self.counts["foreign_hosts"] += 1
        name = hostOf(host)
        if not name or name in self._foreign or len(self._foreign) >= MOST:
            return
        self._foreign[name] = None
        log.warn(
            "requests for {name} do not count as local; if that is a name of this"
            " server, add it to http.host_names",
            name=name,
        )

    def _noteProxy(self, peer: str, name: str) -> None:
        self.counts["untrusted_proxies"] += 1
        if peer in self._untrusted or len(self._untrusted) >= MOST:
            return
        self._untrusted[peer] = name
        log.warn("{advice}", advice=_proxyWarning(peer, name))


def _proxyWarning(peer: str, name: str) -> str:
    return (
        f"Requests from {peer} do not count as local: they carry {name}, as a"
        " proxy's do. If it is your reverse proxy, add it to http.trusted_proxies."
    )


def _peer(request: Request) -> str:
    return getattr(request.getClientAddress(), "host", "")
