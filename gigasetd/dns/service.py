# -*- test-case-name: tests.dns.test_service -*-
"""
The override resolver: builds its rules, its upstreams and its listeners.

Layer 4 (assembly).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred
from twisted.logger import Logger

from gigasetd.config.endpoint import EVERYWHERE, Endpoint
from gigasetd.config.networks import readAddress
from gigasetd.config.sections.dns import DnsSection
from gigasetd.config.sections.sip import SipSection
from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.dns.cache import AnswerCache
from gigasetd.dns.forwarder import Forwarder
from gigasetd.dns.policy import Resolver
from gigasetd.dns.query import Server
from gigasetd.dns.resolvconf import systemResolvers
from gigasetd.dns.server import LONGEST, DnsDatagrams, DnsResponder, DnsStreams
from gigasetd.process.interfaces import localAddresses
from gigasetd.process.listeners import bind, serveDatagrams, serveStreams
from gigasetd.ratelimit.bucket import RateLimiter
from gigasetd.site.part import Part
from gigasetd.site.site import Site

RESOLV = Path("/etc/resolv.conf")

log = Logger()


class UpstreamServers:
    """
    The upstream resolvers: the configured ones, else the system's.

    @ivar bound: (address, port) of each listener, in the configuration's order.
    """

    def __init__(
        self, configured: Sequence[Server], system: Callable[[], Sequence[Server]]
    ) -> None:
        self.bound: list[Server] = []
        self._configured = configured
        self._system = system

    def __call__(self) -> list[Server]:
        """
        Return the resolvers, without ourselves, which would be an endless loop.
        """
        servers = self._configured or self._system()
        here = localAddresses() | {"127.0.0.1", "::1"} if self.bound else ()
        ports = {port for _, port in self.bound}
        return [
            server
            for server in servers
            if server[1] not in ports or server[0] not in here
        ]


class DnsService(Service):
    """
    The DNS listeners.

    @ivar servers: returns the upstream resolvers.
    """

    name = "dns"

    def __init__(
        self,
        answers: DnsResponder,
        servers: UpstreamServers,
        section: DnsSection,
        reactor: Any,
    ) -> None:
        self.answers = answers
        self.servers = servers
        self._section = section
        self._reactor = reactor
        self._ports: list[Any] = []
        self._streams: list[DnsStreams] = []

    def startService(self) -> None:
        """
        Bind every listener.

        @raise CannotListenError: one cannot be bound; none is then.
        """
        super().startService()
        try:
            for listen in self._section.listen:
                self._bind(listen)
        except Exception:
            self.stopService()
            raise
        if self.servers.bound and not self.servers():
            log.warn(
                "no upstream resolver is known, so only the overridden names are "
                "answered: set dns.upstream"
            )

    def _bind(self, listen: Endpoint) -> None:
        bound = bind("dns", listen)
        host, port = bound.getsockname()[:2]
        if bound.type == socket.SOCK_DGRAM:
            special = "" if host in (EVERYWHERE, "::") else host
            protocol = DnsDatagrams(self.answers, special)
            served = serveDatagrams(bound, protocol, self._reactor, LONGEST)
        else:
            streams = DnsStreams(self.answers, self._reactor)
            self._streams.append(streams)
            served = serveStreams(bound, streams, self._reactor)
        self._ports.append(served)
        self.servers.bound.append((host, port))

    def gauges(self) -> dict[str, float]:
        """
        Return the present figures, by name.
        """
        return {
            "cached_answers": len(self.answers.cache),
            "cached_bytes": self.answers.cache.size,
            "streams": sum(len(each.streams) for each in self._streams),
            "under_way": len(self.answers.upstream),
        }

    def stopService(self) -> Deferred[Any]:
        """
        Close all listeners and connections.

        @return: fires when all are closed.
        """
        super().stopService()
        ports, self._ports = self._ports, []
        closing = [maybeDeferred(port.stopListening) for port in ports]
        for streams in self._streams:
            streams.close()
        self.answers.upstream.close()
        return gatherResults(closing)


def servicePorts(sip: SipSection, xmpp: XmppSection) -> dict[str, int]:
    """
    Return the services that SRV records name -> port; the first listener of a
    transport counts.
    """
    ports: dict[str, int] = {}
    for listen in sip.listen:
        if listen.transport in ("udp", "tcp") and listen.port:
            ports.setdefault(f"_sip._{listen.transport}", listen.port)
    for listen in xmpp.listen:
        if listen.transport == "tcp" and listen.port:
            ports.setdefault("_xmpp-client._tcp", listen.port)
    return ports


def addresses(configured: str, public: str) -> Callable[[Callable[[], str], int], str]:
    """
    Make the function that chooses which address of this server is answered.

    @param configured: C{server.public_address}.
    @param public: the address of the default route, for clients over loopback,
        where no phone is, or over the other version of IP.
    """

    fixed = readAddress(configured)

    def choose(local: Callable[[], str], version: int) -> str:
        for text in (configured,) if fixed else (_outside(local()), public):
            address = readAddress(text)
            if address is not None and address.version == version:
                return str(address)
        return ""

    return choose


def _outside(text: str) -> str:
    # C{""} for an address that is valid on this machine or link only.
    address = readAddress(text.partition("%")[0])
    if address is None or address.is_loopback or address.is_unspecified:
        return ""
    return "" if address.version == 6 and address.is_link_local else str(address)


def part(site: Site) -> Part:
    """
    Build the override resolver.
    """
    config, now = site.config, site.clock.now
    resolver = _resolver(site)
    servers = UpstreamServers(config.dns.upstream, systemResolvers(RESOLV, now))
    upstream = Forwarder(servers, site.reactor)
    answers = DnsResponder(
        resolver,
        AnswerCache(config.dns.cache_entries),
        upstream,
        RateLimiter(config.dns.queries_per_second, source=site.sources.of),
        now,
    )
    override = DnsService(answers, servers, config.dns, site.reactor)
    return Part(
        services=(override,),
        counters={
            "dns": answers.counts,
            "dns_names": resolver.counts,
            "dns_upstream": upstream.counts,
        },
        gauges={"dns": override.gauges},
    )


def _resolver(site: Site) -> Resolver:
    config, now, resolved = site.config, site.clock.now, site.status.resolved
    return Resolver(
        frozenset(config.dns.names),
        servicePorts(config.sip, config.xmpp),
        addresses(config.server.public_address, site.public),
        config.server.local_networks.contains,
        config.dns.access == "any",
        lambda host: resolved.note(host, now()),
    )
